"""Reads both sides of a resident ID card from photos: files in, details with a verdict and a reason out."""

import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import cv2
import numpy as np

from services.identity.recognition.back_fields import BackReading, read_back
from services.identity.recognition.characters import characters_of
from services.identity.recognition.deciding import DARK, back_reason, first_of, front_reason, place_reason
from services.identity.recognition.engines import Engines
from services.identity.recognition.front_fields import FrontReading, read_front
from services.identity.recognition.intake import ImageRefused, open_image
from services.identity.recognition.measures import Measures, brightness_of, measure
from services.identity.recognition.pixels import Pixels
from services.identity.recognition.places import back_places, front_places
from services.identity.recognition.placing import Placed, place_card
from services.identity.recognition.reasons import Reason
from services.identity.recognition.registration import BACK, FRONT
from services.identity.recognition.rereading import Rereader
from services.identity.recognition.results import BackFields, FrontFields, Quality, Recognition
from services.identity.recognition.settle import Settled
from services.identity.recognition.sheet import MEASURED


@dataclass(frozen=True)
class _Side:
    reason: Reason
    quality: Quality | None = None
    front: FrontFields | None = None
    back: BackFields | None = None


class Recogniser:
    """Holds the models: one per process, for one thread at a time (CPU bound, about half a second a side)."""

    def __init__(self, models: Path | None = None) -> None:
        """Loads the models of the installed rapidocr wheel, or of a folder. Raises ModelMissing."""
        self._engines = Engines(models)

    def warm_up(self) -> None:
        """Runs every model once; call it before reporting ready."""
        self._engines.warm_up()

    def read(self, front: bytes | None, back: bytes | None, today: date) -> Recognition:
        """Reads the files given (JPEG, PNG or WebP, at most 15 MB each); `today` decides on validity (A8).

        Never raises for what a file contains: whatever is wrong is told by verdict and reason.
        """
        started = time.perf_counter()
        given = {name: data for name, data in ((FRONT, front), (BACK, back)) if data is not None}
        sides = {name: self._side(data, name, today) for name, data in given.items()}
        named = [(name, side.reason) for name, side in sides.items()] or [("", Reason.NO_PHOTO)]
        side, reason = first_of(named)
        return Recognition(
            front=sides[FRONT].front if FRONT in sides else None,
            back=sides[BACK].back if BACK in sides else None,
            quality={name: side.quality for name, side in sides.items() if side.quality},
            reason=reason,
            side=side or None,
            seconds=time.perf_counter() - started,
        )

    def _side(self, data: bytes, expected: str, today: date) -> _Side:
        try:
            photo = open_image(data)
        except ImageRefused as refused:
            return _Side(refused.reason)
        brightness = brightness_of(photo)
        if brightness < DARK:
            return _Side(Reason.TOO_DARK, Quality(brightness=round(brightness, 1)))
        try:
            return self._read_photo(photo, expected, today)
        except (cv2.error, np.linalg.LinAlgError):
            # A degenerate placement: the picture holds nothing that a card's geometry fits.
            return _Side(Reason.UNREADABLE, Quality(brightness=round(brightness, 1)))

    def _read_photo(self, photo: Pixels, expected: str, today: date) -> _Side:
        placed = place_card(self._engines, photo)
        measures = measure(placed.sheet.laid_flat(MEASURED) if placed.sheet else photo)
        reason = place_reason(placed, expected, measures)
        if reason is not None or placed.sheet is None:
            return _Side(reason or Reason.NO_CARD_FOUND, _quality(measures, placed, {}))
        characters = characters_of(placed.lines, placed.sheet)
        rereader = Rereader(self._engines, placed.sheet)
        if expected == FRONT:
            read = read_front(characters, rereader, front_places(placed.fit, placed.sheet))
            quality = _quality(measures, placed, vars(read))
            return _Side(front_reason(read, measures, today), quality, front=_front(read))
        seen = read_back(characters, rereader, back_places(placed.fit, placed.sheet))
        quality = _quality(measures, placed, vars(seen))
        return _Side(back_reason(seen, measures, today), quality, back=_back(seen))


def _front(read: FrontReading) -> FrontFields:
    return FrontFields(**{name: settled.text for name, settled in vars(read).items()})


def _back(read: BackReading) -> BackFields:
    start, end = read.validity.text.split("/") if read.validity.text else (None, None)
    return BackFields(read.authority.text, start, end)


def _quality(measures: Measures, placed: Placed, fields: dict[str, Settled]) -> Quality:
    corners = placed.sheet.corners if placed.sheet else None
    return Quality(
        brightness=round(measures.brightness, 1),
        sharpness=round(measures.sharpness, 3),
        glare=round(measures.glare, 4),
        colour=round(measures.colour, 4),
        card_pixels=round(float(np.linalg.norm(corners[1] - corners[0]))) if corners is not None else 0,
        certainty={name: round(settled.sure, 3) for name, settled in fields.items()},
    )
