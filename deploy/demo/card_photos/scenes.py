"""Tables that a card may lie on: each draws a BGR picture of the wanted size from a random generator."""

import cv2
import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]


def wood(dice: np.random.Generator, width: int, height: int) -> Pixels:
    """Brown boards with grain."""
    grain = cv2.resize(dice.normal(0, 1, (height // 3, 24)).astype(np.float32), (width, height))
    fine = cv2.GaussianBlur(dice.normal(0, 1, (height, width)).astype(np.float32), (0, 0), sigmaX=22, sigmaY=0.8)
    tone = np.array(dice.choice(((50, 84, 130), (38, 58, 92), (110, 150, 190))), dtype=np.float32)
    return _clip(tone + (grain * 7 + fine * 60)[..., None])


def cloth(dice: np.random.Generator, width: int, height: int) -> Pixels:
    """A woven cloth of one colour."""
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    weave = np.sin(columns * dice.uniform(0.5, 1.1)) * np.sin(rows * dice.uniform(0.5, 1.1))
    tone = dice.uniform(40, 190, 3).astype(np.float32)
    return _clip(tone + (weave * 9 + dice.normal(0, 4, (height, width)))[..., None])


def stone(dice: np.random.Generator, width: int, height: int) -> Pixels:
    """A grey counter with clouds and specks."""
    cloud = cv2.resize(dice.normal(0, 1, (9, 12)).astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
    speck = cv2.GaussianBlur(dice.normal(0, 1, (height, width)).astype(np.float32), (0, 0), 1.2)
    return _clip(np.full(3, dice.uniform(60, 150), dtype=np.float32) + (cloud * 11 + speck * 22)[..., None])


def plain(dice: np.random.Generator, width: int, height: int) -> Pixels:
    """A smooth desk of one colour, dark or bright."""
    cloud = cv2.resize(dice.normal(0, 1, (3, 4)).astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
    return _clip(dice.uniform(25, 205, 3).astype(np.float32) + (cloud * 5)[..., None])


def _clip(values: npt.NDArray[np.float32]) -> Pixels:
    return np.clip(values, 0, 255).astype(np.uint8)


SCENES = (wood, cloth, stone, plain)
