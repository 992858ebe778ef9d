"""Photos as somebody else would make them: any turn of the card, other tables, hands, lamps, lenses and files."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from deploy.demo.card_photos.photograph import Photo
from tests.bench.recognition.camera import legible

Floats = npt.NDArray[np.float32]
Ground = Callable[[np.random.Generator, int, int], Floats]
_ATTEMPTS = 10


@dataclass(frozen=True)
class Harm:
    """Upper ends of what may be wrong; `turn` in degrees, `share` of the frame's long side, `card` its least pixels."""

    tilt: float
    turn: float
    share: tuple[float, float]
    frame: tuple[int, int]
    card: int
    light: tuple[float, float]
    uneven: float
    glare: float
    focus: float
    shake: float
    grain: float
    quality: tuple[int, int]


HARMS = {
    "clean": Harm(6, 5, (0.6, 0.92), (1000, 4000), 800, (0.9, 1.08), 0.12, 0.0, 0.35, 0.0, 3, (85, 96)),
    "mild": Harm(18, 180, (0.4, 0.92), (900, 4000), 640, (0.65, 1.2), 0.35, 0.25, 0.8, 2.0, 8, (60, 92)),
    "hard": Harm(32, 180, (0.27, 0.95), (700, 4000), 540, (0.4, 1.4), 0.6, 0.6, 1.3, 4.5, 16, (30, 75)),
}


def desk(dice: np.random.Generator, width: int, height: int) -> Floats:
    """A smooth desk, from near black to near white."""
    slope = np.linspace(-1, 1, width)[None, :, None] * dice.uniform(-20, 20)
    return _noisy(dice, np.full((height, width, 3), dice.uniform(15, 245) + dice.uniform(-12, 12, 3)) + slope, 2)


def clutter(dice: np.random.Generator, width: int, height: int) -> Floats:
    """Things of all shapes and colours, lying about."""
    picture = np.full((height, width, 3), dice.uniform(40, 220, 3), np.uint8)
    for _ in range(int(dice.integers(10, 45))):
        colour, centre = dice.integers(0, 255, 3).tolist(), (dice.random(2) * (width, height)).astype(int)
        size = (dice.uniform(0.02, 0.22, 2) * width).astype(int)
        if dice.random() < 0.5:
            box = cv2.boxPoints((centre.tolist(), size.tolist(), float(dice.uniform(0, 180)))).astype(np.int32)
            cv2.fillPoly(picture, [box], colour)
        else:
            cv2.ellipse(picture, centre.tolist(), size.tolist(), float(dice.uniform(0, 180)), 0, 360, colour, -1)
    return _noisy(dice, picture, 4)


def boards(dice: np.random.Generator, width: int, height: int) -> Floats:
    """Slanting boards with grain."""
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    angle, board = dice.uniform(0, 3.14), dice.uniform(0.08, 0.3) * width
    along, across = columns * np.cos(angle) + rows * np.sin(angle), rows * np.cos(angle) - columns * np.sin(angle)
    tone = np.array(dice.choice(((45, 80, 125), (95, 140, 185), (30, 40, 60))), np.float32)
    grain = np.sin(across / 9 + 3 * np.sin(along / 170)) * 9 + (np.mod(across, board) < 4) * -40
    return _noisy(dice, tone + grain[..., None], 4)


def checks(dice: np.random.Generator, width: int, height: int) -> Floats:
    """A checked cloth."""
    rows, columns = np.mgrid[0:height, 0:width]
    size = int(dice.uniform(0.02, 0.12) * width)
    cells = ((rows // size) % 2).astype(np.float32) + (columns // size) % 2
    return _noisy(dice, dice.uniform(60, 220, 3) + cells[..., None] * dice.uniform(-50, 50, 3), 3)


def carpet(dice: np.random.Generator, width: int, height: int) -> Floats:
    """A speckled carpet."""
    speck = cv2.GaussianBlur(dice.normal(0, 1, (height, width, 3)).astype(np.float32), (0, 0), dice.uniform(1, 4))
    return np.asarray(dice.uniform(50, 190, 3) + speck / speck.std() * dice.uniform(10, 40), dtype=np.float32)


def bedding(dice: np.random.Generator, width: int, height: int) -> Floats:
    """Soft folds in a light cloth."""
    rough = dice.normal(0, 1, (7, 9)).astype(np.float32)
    folds = np.asarray(cv2.resize(rough, (width, height), interpolation=cv2.INTER_CUBIC))
    return _noisy(dice, dice.uniform(150, 240, 3) + folds[..., None] * dice.uniform(6, 22), 2)


TUNED_GROUNDS: tuple[Ground, ...] = (desk, clutter, boards)
HELD_OUT_GROUNDS: tuple[Ground, ...] = (checks, carpet, bedding)


def _noisy(dice: np.random.Generator, picture: npt.NDArray[Any], amount: float) -> Floats:
    return np.asarray(picture + dice.normal(0, amount, (*picture.shape[:2], 1)), dtype=np.float32)


def shoot_stranger(card: Image.Image, seed: int, level: str, grounds: Sequence[Ground]) -> Photo:
    """One photo in which a person could still read every value."""
    for attempt in range(_ATTEMPTS):
        dice = np.random.default_rng([seed, attempt, 31])
        picture, corners = _scene(card, dice, HARMS[level], grounds)
        quality = int(dice.integers(*HARMS[level].quality))
        photo = Photo(_file(picture, "JPEG", quality), corners)
        if legible(photo, card):
            break
    kind = dice.choice(("JPEG", "JPEG", "JPEG", "WEBP", "PNG"))
    return photo if kind == "JPEG" else Photo(_file(picture, str(kind), max(quality, 50)), corners)


def _scene(
    card: Image.Image, dice: np.random.Generator, harm: Harm, grounds: Sequence[Ground]
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.float64]]:
    long_side = int(np.exp(dice.uniform(*np.log(harm.frame))))
    width, height = long_side, int(long_side * dice.choice((0.75, 0.5625, 0.667)))
    if dice.random() < 0.3:
        width, height = height, width
    corners = _corners(dice, harm, width, height)
    frame = grounds[int(dice.integers(len(grounds)))](dice, width, height)
    frame = _on_top(frame, card, corners, dice)
    if harm.uneven > 0.2 and dice.random() < 0.3:
        frame = _finger(frame, corners, dice)
    frame = _lens(_lamps(frame, corners, dice, harm), dice, harm, float(np.linalg.norm(corners[1] - corners[0])))
    return np.clip(frame, 0, 255).astype(np.uint8), corners


def _corners(dice: np.random.Generator, harm: Harm, width: int, height: int) -> npt.NDArray[np.float64]:
    """A pinhole camera over a card that lies turned by any angle; at least `harm.card` pixels wide, wholly inside."""
    roll = np.radians(dice.uniform(-harm.turn, harm.turn))
    if dice.random() < 0.5 and harm.turn > 90:
        roll = np.radians(dice.choice((0, 90, 180, 270)) + dice.uniform(-8, 8))
    pitch, yaw = np.radians(dice.uniform(-harm.tilt, harm.tilt, 2))
    flat = np.array([(-42.8, -27, 0), (42.8, -27, 0), (42.8, 27, 0), (-42.8, 27, 0)]) @ _turn(0, 0, roll).T
    space = flat @ (_turn(pitch, 0, 0) @ _turn(0, yaw, 0)).T
    seen = space[:, :2] / (1 + space[:, 2:] / dice.uniform(170, 320))
    size = np.ptp(seen, axis=0)
    share = dice.uniform(*harm.share) * max(width, height) / float(np.linalg.norm(seen[1] - seen[0]))
    least = harm.card / float(np.linalg.norm(seen[1] - seen[0]))
    scale = min(max(share, least), *(np.array((width, height)) * 0.97 / size))
    seen = (seen - seen.min(axis=0)) * scale
    return np.asarray(seen + (np.array((width, height)) - np.ptp(seen, axis=0)) * dice.uniform(0.1, 0.9, 2))


def _turn(x: float, y: float, z: float) -> npt.NDArray[np.float64]:
    return np.asarray(cv2.Rodrigues(np.array((x, y, z), dtype=np.float64))[0], dtype=np.float64)


def _on_top(frame: Floats, card: Image.Image, corners: npt.NDArray[np.float64], dice: np.random.Generator) -> Floats:
    ratio = float(np.linalg.norm(corners[1] - corners[0])) / card.width
    small = card.resize(
        (max(64, round(card.width * ratio)), max(40, round(card.height * ratio))), Image.Resampling.LANCZOS
    )
    source = np.asarray(small if ratio < 1 else card)[:, :, ::-1]
    high, wide = source.shape[:2]
    mask, radius = np.zeros((high, wide), np.float32), round(wide * dice.uniform(0.0, 0.04))
    cv2.rectangle(mask, (radius, radius), (wide - 1 - radius, high - 1 - radius), 1.0, -1)
    mask = np.asarray(cv2.dilate(mask, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1,) * 2)))
    start = np.array([(0, 0), (wide, 0), (wide, high), (0, high)], np.float32)
    matrix, size = cv2.getPerspectiveTransform(start, corners.astype(np.float32)), (frame.shape[1], frame.shape[0])
    laid, over = (
        cv2.warpPerspective(source, matrix, size, flags=cv2.INTER_LINEAR),
        cv2.warpPerspective(mask, matrix, size),
    )
    thick = wide * 0.012
    shift = np.array([[1, 0, dice.uniform(-thick, thick)], [0, 1, dice.uniform(0, thick)]])
    shade = cv2.GaussianBlur(cv2.warpAffine(over, shift, size), (0, 0), max(1.0, thick)) * dice.uniform(0, 0.6)
    return np.asarray(frame * (1 - shade[..., None]) * (1 - over[..., None]) + laid * over[..., None], dtype=np.float32)


def _finger(frame: Floats, corners: npt.NDArray[np.float64], dice: np.random.Generator) -> Floats:
    """A thumb that holds the card by its rim, three millimetres deep."""
    side, share = int(dice.choice((1, 3))), dice.uniform(0.3, 0.7)
    rim = corners[side] * (1 - share) + corners[(side + 1) % 4] * share
    out = rim - corners.mean(axis=0)
    out /= np.linalg.norm(out)
    unit = float(np.linalg.norm(corners[1] - corners[0])) / 85.6
    mask = np.zeros(frame.shape[:2], np.float32)
    tip, root = rim + out * 5 * unit, rim + out * 60 * unit
    cv2.line(mask, tip.astype(int).tolist(), root.astype(int).tolist(), 1.0, max(3, int(15 * unit)))
    soft = np.asarray(cv2.GaussianBlur(mask, (0, 0), max(1.0, 0.4 * unit)))[..., None]
    skin = np.array((120, 150, 205)) * dice.uniform(0.55, 1.1)
    return np.asarray(frame * (1 - soft) + skin * soft, dtype=np.float32)


def _lamps(frame: Floats, corners: npt.NDArray[np.float64], dice: np.random.Generator, harm: Harm) -> Floats:
    height, width = frame.shape[:2]
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    reach = np.hypot(columns - dice.uniform(0, width), rows - dice.uniform(0, height)) / np.hypot(width, height)
    light = dice.uniform(*harm.light) * (1 - harm.uneven * dice.random() * (reach - 0.4))
    if dice.random() < harm.uneven:
        shape = (dice.random((3, 2)) * 1.6 - 0.3) * (width, height)
        shadow = np.zeros((height, width), np.float32)
        cv2.fillPoly(shadow, [shape.astype(np.int32)], 1.0)
        light *= 1 - cv2.GaussianBlur(shadow, (0, 0), width * dice.uniform(0.004, 0.03)) * harm.uneven * 0.7
    frame = np.asarray(
        frame * light[..., None] * (1 + dice.uniform(-0.1, 0.1, 3) * (harm.uneven > 0.2)), dtype=np.float32
    )
    for _ in range(int(dice.integers(1, 3)) if dice.random() < harm.glare else 0):
        centre, wide = dice.dirichlet((1, 1, 1, 1)) @ corners, float(np.linalg.norm(corners[1] - corners[0]))
        angle, spread = dice.uniform(0, 3.14), wide * dice.uniform(0.03, 0.12, 2)
        x, y = columns - centre[0], rows - centre[1]
        along, across = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
        spot = np.exp(-((along / spread[0]) ** 2) - (across / spread[1]) ** 2)
        frame = frame + (spot * dice.uniform(40, 170))[..., None].astype(np.float32)
    gamma = dice.uniform(1 - harm.uneven / 3, 1 + harm.uneven / 2)
    return np.asarray(255 * (np.clip(frame, 0, 255) / 255) ** gamma, dtype=np.float32)


def _lens(frame: Floats, dice: np.random.Generator, harm: Harm, card: float) -> Floats:
    """Defocus and shake in pixels of a card 1000 wide, then grain."""
    unit = card / 1000
    sigma, length = harm.focus * dice.random() * unit, harm.shake * dice.random() * unit
    if sigma > 0.3:
        frame = np.asarray(cv2.GaussianBlur(frame, (0, 0), sigma), dtype=np.float32)
    if length > 1.5 and dice.random() < 0.5:
        size = int(length) * 2 + 3
        path, angle = np.zeros((size, size), np.float32), dice.uniform(0, 3.14)
        half = np.array((np.cos(angle), np.sin(angle))) * length / 2 * 16
        middle = np.array((size // 2, size // 2)) * 16
        cv2.line(
            path, (middle - half).astype(int).tolist(), (middle + half).astype(int).tolist(), 1.0, 1, cv2.LINE_AA, 4
        )
        frame = np.asarray(cv2.filter2D(frame, -1, path / path.sum()), dtype=np.float32)
    return np.asarray(frame + dice.normal(0, harm.grain * dice.random(), frame.shape), dtype=np.float32)


def _file(picture: npt.NDArray[np.uint8], kind: str, quality: int) -> bytes:
    file = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(picture[:, :, ::-1])).save(file, kind, quality=quality)
    return file.getvalue()
