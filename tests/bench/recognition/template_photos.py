"""Photos of template cards: cards and hands beside them, rolling shadows, screens photographed again, files from 640
pixels to twelve megapixels, upright by EXIF only."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from deploy.demo.card_photos.photograph import Photo
from tests.bench.recognition.camera import legible, with_exif_turn

Floats = npt.NDArray[np.float32]
Points = npt.NDArray[np.float64]
Table = Callable[[np.random.Generator, int, int], Floats]
_ATTEMPTS = 10
# Frames are computed with at most so many pixels a side; larger ones are enlarged, as phones do with their sensors.
_MOST_COMPUTED = 1600
_SKINS = np.array(((150, 175, 225), (110, 140, 195), (80, 105, 150)), np.float32)


@dataclass(frozen=True)
class Trouble:
    """What may be wrong: `slope` of the perspective, `turns` whether any angle, `sides` of the frame in pixels, `fill`
    the card's share of it, `unit` least pixels per millimetre, the rest as strengths from 0 to 1."""

    slope: float
    turns: bool
    sides: Sequence[int]
    fill: tuple[float, float]
    unit: float
    light: float
    lens: float
    screen: float
    quality: tuple[int, int]


TROUBLES = {
    "clean": Trouble(0.03, False, (1080, 1600, 2400, 4000), (0.6, 0.95), 9.0, 0.1, 0.1, 0.0, (86, 97)),
    "mild": Trouble(0.1, True, (960, 1280, 2048, 4000), (0.5, 0.95), 7.5, 0.4, 0.45, 0.1, (60, 90)),
    "hard": Trouble(0.2, True, (640, 1024, 1600, 4000), (0.4, 0.97), 6.0, 0.8, 1.0, 0.3, (35, 60)),
}


def shoot_template(card: Image.Image, seed: int, level: str, tables: Sequence[Table]) -> Photo:
    """One photo in which the ink of every value stands out from its paper."""
    for attempt in range(_ATTEMPTS):
        dice = np.random.default_rng([seed, attempt, 77])
        photo = _shot(card, dice, TROUBLES[level], tables)
        if legible(photo, card):
            break
    return with_exif_turn(photo, int(dice.choice((1, 1, 3, 6, 8)))) if TROUBLES[level].turns else photo


def _shot(card: Image.Image, dice: np.random.Generator, trouble: Trouble, tables: Sequence[Table]) -> Photo:
    whole = int(dice.choice(trouble.sides))
    wide = min(whole, _MOST_COMPUTED)
    size = (wide, int(wide * dice.choice((0.75, 0.5625))))
    size = size[::-1] if dice.random() < 0.4 else size
    corners = _placed(dice, trouble, size)
    frame = tables[int(dice.integers(len(tables)))](dice, *size)
    for _ in range(int(dice.integers(0, 3)) if trouble.turns else 0):
        frame = lay(frame, _beside(dice), _aside(dice, corners, size), 0.02, 0.2)
    if dice.random() < trouble.screen:
        card, frame = _on_screen(card, dice), frame * 0.25 + 15
    frame = lay(frame, card, corners, dice.uniform(0, 0.045), dice.uniform(0, 0.5))
    if trouble.turns and dice.random() < 0.35:
        frame = _hand(frame, corners, dice)
    frame = _lens(_light(frame, dice, trouble.light, corners), dice, trouble.lens, corners)
    if whole > wide:
        frame = np.asarray(cv2.resize(frame, None, fx=whole / wide, fy=whole / wide, interpolation=cv2.INTER_CUBIC))
    return Photo(jpeg(frame, int(dice.integers(*trouble.quality))), corners * (whole / wide))


def _placed(dice: np.random.Generator, trouble: Trouble, size: tuple[int, int]) -> Points:
    """Corners of a card turned, then bent by a perspective, then scaled into the frame."""
    turn = np.radians(dice.uniform(-180, 180) if trouble.turns and dice.random() < 0.5 else dice.uniform(-6, 6))
    if trouble.turns and dice.random() < 0.4:
        turn += np.radians(90) * int(dice.integers(1, 4))
    flat = np.array(((-0.5, -0.3155), (0.5, -0.3155), (0.5, 0.3155), (-0.5, 0.3155)))
    spun = flat @ np.array(((np.cos(turn), np.sin(turn)), (-np.sin(turn), np.cos(turn))))
    bent = spun / (1 + spun @ dice.uniform(-2 * trouble.slope, 2 * trouble.slope, 2))[:, None]
    bent -= bent.min(axis=0)
    extent, sides = np.ptp(bent, axis=0), float(np.linalg.norm(bent[1] - bent[0]))
    scale = max(dice.uniform(*trouble.fill) * min(np.array(size) / extent), trouble.unit * 85.6 / sides)
    scale = min(scale, 0.97 * min(np.array(size) / extent))
    return np.asarray(bent * scale + (np.array(size) - extent * scale) * dice.uniform(0.15, 0.85, 2), dtype=np.float64)


def lay(frame: Floats, picture: Image.Image, corners: Points, radius: float, shade: float) -> Floats:
    """Puts a flat thing with round corners (a share of its width) and a soft shadow on the table."""
    high, wide = frame.shape[:2]
    ratio = float(np.linalg.norm(corners[1] - corners[0])) / picture.width
    if ratio < 1:
        picture = picture.resize((max(32, round(picture.width * ratio)), max(20, round(picture.height * ratio))), 4)
    source = np.asarray(picture.convert("RGB"))[:, :, ::-1].astype(np.float32)
    rows, columns = np.mgrid[0 : source.shape[0], 0 : source.shape[1]].astype(np.float32)
    round_ = max(1.0, radius * source.shape[1])
    out = np.hypot(
        np.maximum(np.abs(columns - source.shape[1] / 2 + 0.5) - source.shape[1] / 2 + round_, 0),
        np.maximum(np.abs(rows - source.shape[0] / 2 + 0.5) - source.shape[0] / 2 + round_, 0),
    )
    start = np.array(((0, 0), (source.shape[1], 0), source.shape[1::-1], (0, source.shape[0])), np.float32)
    matrix = cv2.getPerspectiveTransform(start, corners.astype(np.float32))
    over = np.asarray(cv2.warpPerspective((out <= round_).astype(np.float32), matrix, (wide, high)))[..., None]
    laid = cv2.warpPerspective(source, matrix, (wide, high), flags=cv2.INTER_LINEAR)
    soft = np.asarray(cv2.GaussianBlur(over, (0, 0), max(1.0, 8 * ratio)))[..., None] * shade
    return np.asarray(frame * (1 - soft) * (1 - over) + laid * over, dtype=np.float32)


def _beside(dice: np.random.Generator) -> Image.Image:
    """Another card or a slip of paper."""
    picture = np.full((540, 856, 3), dice.uniform(40, 250, 3), np.float32)
    picture += np.linspace(0, 1, 856)[None, :, None] * dice.uniform(-60, 60, 3)
    for top in range(80, 460, int(dice.integers(50, 110))):
        end = int(dice.integers(200, 800))
        cv2.rectangle(picture, (60, top), (end, top + int(dice.integers(6, 40))), dice.uniform(0, 255, 3).tolist(), -1)
    return Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8))


def _aside(dice: np.random.Generator, corners: Points, size: tuple[int, int]) -> Points:
    """A place near the rim of the frame; the card lies on top of what reaches it."""
    middle, angle = corners.mean(axis=0), dice.uniform(0, 6.28)
    shift = np.array((np.cos(angle), np.sin(angle))) * np.linalg.norm(corners[1] - corners[0]) * dice.uniform(0.7, 1.2)
    spin = dice.uniform(-1.5, 1.5)
    turned = (corners - middle) @ np.array(((np.cos(spin), np.sin(spin)), (-np.sin(spin), np.cos(spin))))
    return np.asarray(middle + shift + turned * dice.uniform(0.6, 1.1), dtype=np.float64)


def _on_screen(card: Image.Image, dice: np.random.Generator) -> Image.Image:
    """The card as a display shows it: a grid of red, green and blue stripes."""
    pitch, glow = dice.uniform(2.2, 3.4), np.asarray(card).astype(np.float32)
    columns, rows = np.arange(card.width)[None, :, None], np.arange(card.height)[:, None, None]
    stripes = 1 + 0.22 * np.sin(6.283 * (columns / pitch + np.arange(3)[None, None] / 3))
    lines = 1 + 0.12 * np.sin(6.283 * rows / pitch)
    return Image.fromarray(np.clip(glow * stripes * lines, 0, 255).astype(np.uint8))


def _hand(frame: Floats, corners: Points, dice: np.random.Generator) -> Floats:
    """One or two fingers that come in from outside and cover at most four millimetres of the rim."""
    unit, centre = float(np.linalg.norm(corners[1] - corners[0])) / 85.6, corners.mean(axis=0)
    side = int(dice.integers(4))
    for _ in range(int(dice.integers(1, 3))):
        rim = corners[side] + (corners[(side + 1) % 4] - corners[side]) * dice.uniform(0.15, 0.85)
        out = (rim - centre) / np.linalg.norm(rim - centre)
        mask = np.zeros(frame.shape[:2], np.float32)
        tip, half = rim + out * 5.5 * unit, int(max(4, 8 * unit))
        cv2.line(mask, tip.astype(int).tolist(), (rim + out * 90 * unit).astype(int).tolist(), 1.0, 2 * half)
        soft = np.asarray(cv2.GaussianBlur(mask, (0, 0), max(1.0, unit * 0.5)))[..., None]
        tone = np.asarray(cv2.GaussianBlur(mask, (0, 0), half * 0.6))[..., None] * 0.5 + 0.5
        frame = frame * (1 - soft) + _SKINS[int(dice.integers(3))] * tone * soft
    return np.asarray(frame, dtype=np.float32)


def _light(frame: Floats, dice: np.random.Generator, amount: float, corners: Points) -> Floats:
    high, wide = frame.shape[:2]
    rows, columns = np.mgrid[0:high, 0:wide].astype(np.float32) / max(high, wide)
    field = 1 + amount * (dice.uniform(-0.5, 0.5) * columns + dice.uniform(-0.5, 0.5) * rows)
    field *= 1 - amount * 0.5 * dice.random() * ((columns - 0.5) ** 2 + (rows - 0.4) ** 2)
    if dice.random() < amount * 0.5:  # a lamp that flickers while the sensor is read row by row
        field *= 1 + 0.12 * np.sin(rows * dice.uniform(15, 60) + dice.uniform(0, 6))
    if dice.random() < amount:  # the shadow of the phone or of an arm
        shape = cv2.boxPoints(
            ((dice.random(2) * (wide, high)).tolist(), (wide * 0.5, high * 0.6), float(dice.uniform(0, 90)))
        )
        mask = np.zeros((high, wide), np.float32)
        cv2.fillPoly(mask, [shape.astype(np.int32)], 1.0)
        field *= 1 - amount * 0.55 * np.asarray(
            cv2.GaussianBlur(mask, (0, 0), max(1.0, wide * dice.uniform(0.003, 0.04)))
        )
    frame = np.asarray(frame * field[..., None] * dice.uniform(1 - amount * 0.5, 1.1), dtype=np.float32)
    frame *= 1 + amount * 0.2 * np.array((-1, 0, 1), np.float32) * dice.uniform(-1, 1)
    if dice.random() < amount * 0.6:  # a streak of reflected light
        spot = corners.T @ dice.dirichlet((1, 1, 1, 1))
        a, unit = dice.uniform(0, 3.14), float(np.linalg.norm(corners[1] - corners[0])) / max(high, wide)
        x, y = columns - spot[0] / max(high, wide), rows - spot[1] / max(high, wide)
        along, across = (x * np.cos(a) + y * np.sin(a)) / (unit * 0.3), (y * np.cos(a) - x * np.sin(a)) / (unit * 0.04)
        frame += (dice.uniform(30, 130) * np.exp(-(along**2) - across**2))[..., None]
    return np.asarray(
        255 * (np.clip(frame, 0, 255) / 255) ** dice.uniform(1 - amount * 0.3, 1 + amount * 0.4), dtype=np.float32
    )


def _lens(frame: Floats, dice: np.random.Generator, amount: float, corners: Points) -> Floats:
    """Defocus, shake, grain that grows with light, and the sharpening of a phone."""
    unit = float(np.linalg.norm(corners[1] - corners[0])) / 1000
    blur = dice.uniform(0, 1.5) * amount * unit
    if blur > 0.25:
        frame = np.asarray(cv2.GaussianBlur(frame, (0, 0), blur), dtype=np.float32)
    if dice.random() < amount * 0.3:
        length = max(3, int(4 * amount * unit) | 1)
        path = np.zeros((length, length), np.float32)
        path[length // 2] = 1 / length
        turn = cv2.getRotationMatrix2D((length // 2, length // 2), float(dice.uniform(0, 180)), 1.0)
        path = np.asarray(cv2.warpAffine(path, turn, (length, length)), dtype=np.float32)
        frame = np.asarray(cv2.filter2D(frame, -1, path / path.sum()), dtype=np.float32)
    frame = frame + dice.standard_normal(frame.shape, dtype=np.float32) * np.sqrt(
        np.maximum(frame, 1)
    ) * amount * dice.uniform(0, 0.9)
    if dice.random() < 0.5:
        frame = frame + (frame - cv2.GaussianBlur(frame, (0, 0), 1.5)) * dice.uniform(0, 0.7)
    return np.asarray(frame, dtype=np.float32)


def jpeg(frame: npt.NDArray[Any], quality: int) -> bytes:
    """A BGR frame as a file."""
    file = io.BytesIO()
    whole = np.clip(frame, 0, 255).astype(np.uint8)[:, :, ::-1]
    Image.fromarray(np.ascontiguousarray(whole)).save(file, "JPEG", quality=quality)
    return file.getvalue()
