"""What template cards lie on, apart for tuning and for the last measurement."""

from collections.abc import Callable

import cv2
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Table = Callable[[np.random.Generator, int, int], Floats]


def _cloud(dice: np.random.Generator, width: int, height: int, cells: tuple[int, ...]) -> Floats:
    """Soft noise of several sizes, about -1 to 1."""
    whole = np.zeros((height, width), np.float32)
    for count in cells:
        rough = dice.normal(0, 1, (count, max(2, count * width // height))).astype(np.float32)
        whole += np.asarray(cv2.resize(rough, (width, height), interpolation=cv2.INTER_CUBIC)) / len(cells)
    return whole


def plain(dice: np.random.Generator, width: int, height: int) -> Floats:
    """One tone, from black to white."""
    tone = np.full((height, width, 3), dice.uniform(8, 250), np.float32) + dice.uniform(-15, 15, 3)
    return np.asarray(tone + _cloud(dice, width, height, (3,))[..., None] * 6, dtype=np.float32)


def wood(dice: np.random.Generator, width: int, height: int) -> Floats:
    """Long grain in brown."""
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32) / width
    grain = np.sin(
        rows * dice.uniform(60, 200) + _cloud(dice, width, height, (3, 7)) * 4 + columns * dice.uniform(-3, 3)
    )
    return np.asarray(np.array((70, 110, 160)) * dice.uniform(0.4, 1.3) + grain[..., None] * 14, dtype=np.float32)


def concrete(dice: np.random.Generator, width: int, height: int) -> Floats:
    """Rough and grey."""
    rough = _cloud(dice, width, height, (5, 30, 160)) * 40 + dice.normal(0, 6, (height, width))
    return np.asarray(np.full(3, dice.uniform(90, 200)) + rough[..., None], dtype=np.float32)


def shelves(dice: np.random.Generator, width: int, height: int) -> Floats:
    """Coloured blocks with straight edges: books, boxes, a screen's windows."""
    picture = np.full((height, width, 3), 120, np.float32)
    for _ in range(int(dice.integers(8, 30))):
        x, y = (dice.random(2) * (width, height)).astype(int)
        w, h = (dice.uniform(0.05, 0.5, 2) * width).astype(int)
        picture[y : y + h, x : x + w] = dice.uniform(10, 245, 3)
    return picture


def plaid(dice: np.random.Generator, width: int, height: int) -> Floats:
    """Crossing bands of cloth with a weave."""
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32) / width
    picture = np.full((height, width, 3), dice.uniform(60, 220, 3), np.float32)
    for axis in (rows, columns):
        for _ in range(2):
            band = np.sin(axis * dice.uniform(20, 70) + dice.uniform(0, 6)) > dice.uniform(0, 0.8)
            picture += band[..., None] * dice.uniform(-45, 45, 3)
    return np.asarray(picture + np.sin((rows + columns) * width)[..., None] * 5, dtype=np.float32)


def leather(dice: np.random.Generator, width: int, height: int) -> Floats:
    """Dark, with fine creases."""
    crease = np.abs(_cloud(dice, width, height, (40, 90)))
    return np.asarray(dice.uniform(20, 110, 3) + (crease[..., None] - 0.3) * 60, dtype=np.float32)


def terrazzo(dice: np.random.Generator, width: int, height: int) -> Floats:
    """Chips of stone in a light ground."""
    picture = np.full((height, width, 3), dice.uniform(150, 235), np.float32)
    for _ in range(400):
        centre, reach = (dice.random(2) * (width, height)).astype(int), dice.uniform(0.002, 0.018, 2) * width + 1
        tone = (dice.uniform(60, 240) + dice.uniform(-25, 25, 3)).tolist()
        cv2.ellipse(picture, centre.tolist(), reach.astype(int).tolist(), float(dice.uniform(0, 180)), 0, 360, tone, -1)
    return picture


def lamplit(dice: np.random.Generator, width: int, height: int) -> Floats:
    """A white desk with a bright pool of light."""
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32) / width
    pool = np.exp(-((columns - dice.random()) ** 2 + (rows - dice.random()) ** 2) / dice.uniform(0.05, 0.4))
    return np.asarray(np.array((215, 225, 232)) * dice.uniform(0.7, 0.95) + pool[..., None] * 45, dtype=np.float32)


DRAWN_TABLES: tuple[Table, ...] = (plain, wood, concrete, shelves, plain)
SEALED_TABLES: tuple[Table, ...] = (plaid, leather, terrazzo, lamplit)
