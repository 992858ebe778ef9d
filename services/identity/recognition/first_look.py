"""A quick verdict on a photo as it arrives, without reading it: what is surely of no use is said while the person still
holds the card (A11)."""

from dataclasses import dataclass

import numpy as np

from services.identity.recognition.deciding import DARK
from services.identity.recognition.intake import ImageRefused, open_image
from services.identity.recognition.measures import brightness_of, measure
from services.identity.recognition.outline import Outline, find_outlines
from services.identity.recognition.pixels import Pixels
from services.identity.recognition.reasons import CATALOGUE, Reason, Verdict

# Far beyond what the reader copes with. It is advice: the photo is kept, and may be sent to be read all the same.
_HOPELESSLY_BLURRED = 0.05
_MOSTLY_GLARE = 0.25
_SURE_OUTLINE = 0.6
_BEYOND_FRAME = 0.06
_LEAST_CROP = 100


@dataclass(frozen=True, slots=True)
class FirstLook:
    """`reason` ok means: nothing speaks against reading it. `sharpness` and `glare` are those of the card where its
    outline was found, else of the whole photo."""

    reason: Reason
    brightness: float = 0.0
    sharpness: float = 0.0
    glare: float = 0.0
    outlined: bool = False

    @property
    def verdict(self) -> Verdict:
        """ok or retake."""
        return CATALOGUE[self.reason].verdict


def first_look(data: bytes) -> FirstLook:
    """The verdict; takes about a tenth of a second and never raises for a picture, whatever it shows."""
    try:
        photo = open_image(data)
    except ImageRefused as refused:
        return FirstLook(refused.reason)
    brightness = brightness_of(photo)
    if brightness < DARK:
        return FirstLook(Reason.TOO_DARK, brightness)
    outlines = find_outlines(photo, 1)
    outline = outlines[0] if outlines and outlines[0].score > _SURE_OUTLINE else None
    measures = measure(_card_of(photo, outline))
    reason = Reason.OK
    if measures.sharpness < _HOPELESSLY_BLURRED:
        reason = Reason.BLURRED
    elif outline is None or _beyond_frame(photo, outline):
        reason = Reason.CUT_OFF
    elif measures.glare > _MOSTLY_GLARE:
        reason = Reason.GLARE
    return FirstLook(reason, brightness, measures.sharpness, measures.glare, outline is not None)


def _card_of(photo: Pixels, outline: Outline | None) -> Pixels:
    """The upright box around the card, or the whole photo."""
    if outline is None:
        return photo
    height, width = photo.shape[:2]
    left, top = np.clip(outline.corners.min(axis=0), 0, (width, height)).astype(int)
    right, bottom = np.clip(outline.corners.max(axis=0), 0, (width, height)).astype(int)
    if right - left < _LEAST_CROP or bottom - top < _LEAST_CROP:
        return photo
    return np.ascontiguousarray(photo[top:bottom, left:right])


def _beyond_frame(photo: Pixels, outline: Outline) -> bool:
    height, width = photo.shape[:2]
    out = np.maximum(np.maximum(-outline.corners, outline.corners - (width, height)), 0).max()
    return bool(out > _BEYOND_FRAME * np.linalg.norm(outline.corners[1] - outline.corners[0]))
