"""Light, sharpness, glare and colour of a photo: hints for the advice, and the test for photocopies."""

from dataclasses import dataclass

import cv2
import numpy as np

from services.identity.recognition.pixels import Pixels

# Pixels left out at every side: the table around a card is no part of its colour.
_RIM = 40


@dataclass(frozen=True)
class Measures:
    """`brightness`: 97th percentile of grey; `contrast`: that less the 3rd; `sharpness`: edges by contrast;
    `glare`: share of burnt-out pixels; `colour`: how far the strongest colours stand out from their surroundings."""

    brightness: float
    contrast: float
    sharpness: float
    glare: float
    colour: float


def measure(picture: Pixels) -> Measures:
    """Measures a photo or, better, a card laid flat."""
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    bright = float(np.percentile(grey, 97))
    contrast = max(8.0, bright - float(np.percentile(grey, 3)))
    edges = cv2.Laplacian(cv2.GaussianBlur(grey, (0, 0), 1.2), cv2.CV_32F)
    return Measures(
        brightness=bright,
        contrast=contrast,
        sharpness=float(np.percentile(np.abs(edges), 99.5)) / contrast,
        glare=float((grey >= 250).mean()),
        colour=_colour(picture) / max(bright, 1.0),
    )


def _colour(picture: Pixels) -> float:
    """How strongly the most coloured spots differ from what is around them: the tint of a lamp does not count."""
    lab = cv2.cvtColor(cv2.blur(picture, (7, 7)), cv2.COLOR_BGR2LAB)[_RIM:-_RIM, _RIM:-_RIM, 1:].astype(np.float32)
    away = np.linalg.norm(lab - cv2.blur(lab, (151, 151)), axis=2)
    return float(np.percentile(away, 99.7))


def brightness_of(photo: Pixels) -> float:
    """The 97th percentile of grey of a whole photo, from every fourth pixel."""
    return float(np.percentile(cv2.cvtColor(np.ascontiguousarray(photo[::4, ::4]), cv2.COLOR_BGR2GRAY), 97))
