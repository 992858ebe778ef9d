"""Makes a drawn card look photographed: a table, a camera that is not straight above, light, noise, blur, JPEG."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from deploy.demo.card_photos.scenes import SCENES

Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]
Scene = Callable[[np.random.Generator, int, int], Pixels]


@dataclass(frozen=True)
class Severity:
    """Upper ends of what may be wrong with a photo; a seed decides how much of each really is."""

    tilt: float  # camera away from the vertical, degrees
    turn: float  # card turned on the table, degrees
    any_side_up: bool  # the phone may have been held in any of four ways
    share: tuple[float, float]  # width of the card by width of the frame
    frame: tuple[int, int]  # long side in pixels
    shade: float  # how much darker the dark end is
    exposure: tuple[float, float]
    noise: float
    blur: float  # sigma in pixels of a frame 1600 wide
    glare: float
    quality: tuple[int, int]


SEVERITIES: dict[str, Severity] = {
    "clean": Severity(4, 2, False, (0.78, 0.9), (1600, 2000), 0.08, (0.95, 1.05), 2, 0.3, 0.0, (88, 95)),
    "mild": Severity(14, 9, False, (0.58, 0.85), (1500, 2000), 0.28, (0.78, 1.15), 6, 0.9, 0.25, (70, 90)),
    "hard": Severity(27, 24, True, (0.46, 0.8), (1280, 1900), 0.5, (0.5, 1.3), 13, 1.5, 0.6, (45, 75)),
}


@dataclass(frozen=True)
class Photo:
    """The file, and where the card's corners lie in it (pixels, clockwise from the card's own top left)."""

    jpeg: bytes
    corners: npt.NDArray[np.float64]


def photograph(image: Image.Image, seed: int, severity: str = "mild") -> bytes:
    """The card as a JPEG file from a phone; `severity` is clean, mild or hard, the same seed gives the same bytes."""
    return compose(image, seed, severity).jpeg


def compose(
    image: Image.Image, seed: int, severity: str | Severity = "mild", scenes: tuple[Scene, ...] = SCENES
) -> Photo:
    """As `photograph`, with the true corners, and with a choice of tables and of other severities for the tests."""
    limits = SEVERITIES[severity] if isinstance(severity, str) else severity
    dice = np.random.default_rng([seed, 77])
    width = int(dice.integers(*limits.frame))
    height = int(width * dice.choice((0.75, 0.75, 0.5625)))
    card = np.ascontiguousarray(np.asarray(image, dtype=np.uint8)[:, :, ::-1])
    corners = _placed(dice, limits, width, height)
    table = scenes[int(dice.integers(len(scenes)))](dice, width, height)
    frame = _lay(table, card, corners, dice)
    frame = _lit(frame, dice, limits)
    frame = _glared(frame, corners, dice, limits)
    frame = _blurred(frame, dice, limits)
    frame = np.clip(frame + dice.normal(0, limits.noise * dice.random(), frame.shape), 0, 255)
    pixels = frame.astype(np.uint8)
    if limits.any_side_up:
        pixels, corners = _held(pixels, corners, int(dice.integers(4)))
    return Photo(encode(pixels, int(dice.integers(*limits.quality))), corners)


def encode(pixels: Pixels, quality: int) -> bytes:
    """A BGR array as JPEG bytes."""
    return bytes(cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])[1])


def _placed(dice: np.random.Generator, limits: Severity, width: int, height: int) -> npt.NDArray[np.float64]:
    """Corners of a card seen by a camera that is tilted: rotate in space, project, then fit into the frame."""
    pitch, yaw = np.radians(dice.uniform(-limits.tilt, limits.tilt, 2))
    roll = math.radians(dice.uniform(-limits.turn, limits.turn))
    flat = np.array([(-1, -0.631, 0), (1, -0.631, 0), (1, 0.631, 0), (-1, 0.631, 0)], dtype=np.float64)
    space = flat @ _turned(2, roll).T @ _turned(0, pitch).T @ _turned(1, yaw).T
    seen: npt.NDArray[np.float64] = space[:, :2] / (4.0 + space[:, 2:])
    size = np.ptp(seen, axis=0)
    scale = min(dice.uniform(*limits.share) * width / size[0], 0.94 * height / size[1])
    seen = (seen - seen.min(axis=0)) * scale
    room = np.array((width, height)) - np.ptp(seen, axis=0)
    return np.asarray(seen + room * dice.uniform(0.25, 0.75, 2))


def _turned(axis: int, angle: float) -> npt.NDArray[np.float64]:
    one, two = ((1, 2), (0, 2), (0, 1))[axis]
    matrix = np.eye(3)
    matrix[one, one] = matrix[two, two] = math.cos(angle)
    matrix[one, two], matrix[two, one] = -math.sin(angle), math.sin(angle)
    return matrix


def _lay(table: Pixels, card: Pixels, corners: npt.NDArray[np.float64], dice: np.random.Generator) -> Floats:
    height, width = card.shape[:2]
    source = np.array([(0, 0), (width, 0), (width, height), (0, height)], dtype=np.float32)
    matrix = cv2.getPerspectiveTransform(source, corners.astype(np.float32))
    size = (table.shape[1], table.shape[0])
    mask = cv2.warpPerspective(_rounded(width, height), matrix, size, flags=cv2.INTER_AREA).astype(np.float32) / 255
    # Shrinking a detailed drawing without smoothing would give jagged strokes that no lens produces.
    ratio = float(np.linalg.norm(corners[1] - corners[0])) / width
    smooth = cv2.GaussianBlur(card, (0, 0), max(0.3, 0.42 / ratio))
    laid = cv2.warpPerspective(smooth, matrix, size, flags=cv2.INTER_LINEAR)
    offset = np.array([[1, 0, dice.uniform(2, 8)], [0, 1, dice.uniform(2, 9)]])
    shadow = cv2.GaussianBlur(cv2.warpAffine(mask, offset, size), (0, 0), 7)[..., None] * dice.uniform(0.15, 0.5)
    under = table.astype(np.float32) * (1 - shadow)
    mixed = under * (1 - mask[..., None]) + laid.astype(np.float32) * mask[..., None]
    return mixed.astype(np.float32)


def _rounded(width: int, height: int) -> Pixels:
    mask = np.zeros((height, width), dtype=np.uint8)
    radius = round(0.037 * width)
    cv2.rectangle(mask, (radius, 0), (width - radius, height), 255, -1)
    cv2.rectangle(mask, (0, radius), (width, height - radius), 255, -1)
    for x in (radius, width - radius - 1):
        for y in (radius, height - radius - 1):
            cv2.circle(mask, (x, y), radius, 255, -1)
    return mask


def _lit(frame: Floats, dice: np.random.Generator, limits: Severity) -> Floats:
    height, width = frame.shape[:2]
    angle = dice.uniform(0, 6.28)
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    slope = (columns / width - 0.5) * math.cos(angle) + (rows / height - 0.5) * math.sin(angle)
    light = dice.uniform(*limits.exposure) * (1 + limits.shade * dice.random() * slope * 1.4)
    if dice.random() < limits.shade:  # the shadow of a hand or a phone, with a soft edge
        edge = (columns - dice.uniform(0.2, 0.8) * width) * math.sin(angle) - (rows - height / 2) * math.cos(angle)
        dark = 0.5 + 0.5 * np.tanh(edge / dice.uniform(30, 120))
        light = light * (1 - limits.shade * 0.75 * dark)
    warmth = dice.uniform(-0.09, 0.09)
    tint = np.array((1 - warmth, 1.0, 1 + warmth), dtype=np.float32)
    return np.asarray(frame * light[..., None] * tint, dtype=np.float32)


def _glared(frame: Floats, corners: npt.NDArray[np.float64], dice: np.random.Generator, limits: Severity) -> Floats:
    if dice.random() > limits.glare:
        return frame
    height, width = frame.shape[:2]
    weights = dice.dirichlet((1, 1, 1, 1))
    centre_x, centre_y = weights @ corners
    spread = width * dice.uniform(0.03, 0.07)
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    spot = np.exp(-(((columns - centre_x) / spread) ** 2 + ((rows - centre_y) / (spread * dice.uniform(0.4, 1))) ** 2))
    return np.asarray(frame + (spot * limits.glare * dice.uniform(60, 190))[..., None], dtype=np.float32)


def _blurred(frame: Floats, dice: np.random.Generator, limits: Severity) -> Floats:
    scale = frame.shape[1] / 1600
    sigma = limits.blur * dice.random() * scale
    if dice.random() < 0.3 and limits.blur > 1:
        length = max(3, round(limits.blur * 3.2 * dice.random() * scale) | 1)
        streak = np.zeros((length, length), dtype=np.float32)
        streak[length // 2] = 1 / length
        turn = cv2.getRotationMatrix2D((length / 2 - 0.5, length / 2 - 0.5), dice.uniform(0, 180), 1)
        streak = cv2.warpAffine(streak, turn, (length, length))
        return np.asarray(cv2.filter2D(frame, -1, streak / streak.sum()), dtype=np.float32)
    return frame if sigma < 0.25 else np.asarray(cv2.GaussianBlur(frame, (0, 0), sigma), dtype=np.float32)


def _held(pixels: Pixels, corners: npt.NDArray[np.float64], quarter: int) -> tuple[Pixels, npt.NDArray[np.float64]]:
    for _ in range(quarter):
        height = pixels.shape[0]
        pixels = np.ascontiguousarray(np.rot90(pixels, -1))
        corners = np.stack((height - 1 - corners[:, 1], corners[:, 0]), axis=1)
    return pixels, corners
