"""Photos of the measurement: the demo's camera with wider limits, then what phones and messengers add."""

import io

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps

from deploy.demo.card_photos.photograph import Photo, Severity, compose, encode
from tests.bench.recognition.looks import Look, worn

Pixels = npt.NDArray[np.uint8]

LEVELS = {
    "clean": Severity(5, 3, False, (0.7, 0.92), (1600, 3200), 0.1, (0.92, 1.06), 3, 0.4, 0.0, (85, 95)),
    "mild": Severity(16, 20, False, (0.55, 0.88), (1400, 3000), 0.3, (0.72, 1.18), 7, 1.0, 0.3, (65, 90)),
    "hard": Severity(30, 180, True, (0.45, 0.85), (1200, 2600), 0.6, (0.42, 1.38), 15, 1.8, 0.65, (35, 75)),
}
_ATTEMPTS, _CONTRAST = 8, 24
_WEAR = {"clean": 0.1, "mild": 0.5, "hard": 1.0}


def shoot(card: Image.Image, seed: int, level: str, look: Look) -> Photo:
    """One photo of a drawn card; hard ones may carry screen moire, a second compression and an EXIF turn.

    A photo in which light has washed a value out is taken again: no person could read it, so it is no valid photo.
    """
    for attempt in range(_ATTEMPTS):
        photo, dice = _shot(card, seed + attempt * 1_000_003, level, look)
        if legible(photo, card):
            break
    return photo if level == "clean" else with_exif_turn(photo, int(dice.choice((1, 1, 1, 3, 6, 8))))


def legible(photo: Photo, card: Image.Image) -> bool:
    """Whether the ink of every value stands out from the paper around it by 24 grey levels or more (median)."""
    size = (1284, 810)
    target = np.array(((0, 0), (size[0], 0), size, (0, size[1])), dtype=np.float32)
    matrix = cv2.getPerspectiveTransform(photo.corners.astype(np.float32), target)
    seen = cv2.cvtColor(cv2.warpPerspective(pixels_of(photo.jpeg), matrix, size), cv2.COLOR_BGR2GRAY)
    ink = cv2.resize(np.asarray(card.convert("L")), size, interpolation=cv2.INTER_AREA) < 110
    near = cv2.dilate(ink.astype(np.uint8), np.ones((15, 15), np.uint8)) > 0
    rim = cv2.dilate(ink.astype(np.uint8), np.ones((7, 7), np.uint8)) > 0
    for left in range(90, 1140, 75):
        for top in range(60, 780, 60):
            part = (slice(top, top + 60), slice(left, left + 75))
            if ink[part].sum() > 60 and ink[part].mean() < 0.5:
                paper = seen[part][near[part] & ~rim[part]]
                if len(paper) > 40 and float(np.median(paper)) - float(np.median(seen[part][ink[part]])) < _CONTRAST:
                    return False
    return True


def _shot(card: Image.Image, seed: int, level: str, look: Look) -> tuple[Photo, np.random.Generator]:
    dice = np.random.default_rng([seed, 5])
    photo = compose(worn(card, dice, _WEAR[level]), seed, LEVELS[level], look.scenes)
    return _aged(photo, dice) if level == "hard" and dice.random() < 0.5 else photo, dice


def pixels_of(jpeg: bytes) -> Pixels:
    """The BGR array of a file, EXIF not applied."""
    return np.asarray(cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION))


def upright(jpeg: bytes) -> Pixels:
    """The BGR array of a file as a person sees it."""
    with Image.open(io.BytesIO(jpeg)) as image:
        seen = ImageOps.exif_transpose(image).convert("RGB")
    return np.ascontiguousarray(np.asarray(seen)[:, :, ::-1])


def _aged(photo: Photo, dice: np.random.Generator) -> Photo:
    picture = pixels_of(photo.jpeg).astype(np.float32)
    height, width = picture.shape[:2]
    if dice.random() < 0.35:  # photographed from a screen
        rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
        wave = np.sin(columns * dice.uniform(0.5, 2.4) + rows * dice.uniform(-0.6, 0.6))
        picture += wave[..., None] * dice.uniform(3, 9) * dice.uniform(0.4, 1, 3)
    picture = np.clip(picture, 0, 255)
    scale = 1.0
    if width > 1400 and dice.random() < 0.5:  # shrunk by a messenger
        scale = 1280 / max(width, height)
    picture = np.asarray(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), dtype=np.float32)
    return Photo(encode(picture.astype(np.uint8), int(dice.integers(45, 80))), photo.corners * scale)


def with_exif_turn(photo: Photo, orientation: int) -> Photo:
    """Stores the picture turned and says so in EXIF, as phones do; corners stay those of the upright picture."""
    if orientation == 1:
        return photo
    turns = {3: cv2.ROTATE_180, 6: cv2.ROTATE_90_COUNTERCLOCKWISE, 8: cv2.ROTATE_90_CLOCKWISE}
    stored = cv2.rotate(pixels_of(photo.jpeg), turns[orientation])
    exif = Image.Exif()
    exif[0x0112] = orientation
    file = io.BytesIO()
    Image.fromarray(stored[:, :, ::-1]).save(file, "JPEG", quality=90, exif=exif)
    return Photo(file.getvalue(), photo.corners)
