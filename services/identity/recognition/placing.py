"""Finds the card in a photo and reads its lines: by its outline first, by its printed labels where that fails."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from services.identity.recognition.engines import Engines
from services.identity.recognition.lines import Line, lines_in_photo, lines_on_card, read_lines
from services.identity.recognition.outline import find_outlines
from services.identity.recognition.pixels import Pixels, Points
from services.identity.recognition.refining import refined
from services.identity.recognition.registration import Fit, fit_labels, mapping_from
from services.identity.recognition.sheet import Sheet

_ENOUGH_EVIDENCE = 3.0
_WORTH_TRYING = 0.3
# Cards differ by print run, so small distances from the model layout are no reason to distrust good corners.
_DRIFT_ACCEPTED = 1.6
_READABLE = 0.75


@dataclass(frozen=True)
class Placed:
    """`sheet` is None when lines were read but the card's place could not be found; `outline` scores the edges used."""

    sheet: Sheet | None
    lines: tuple[Line, ...]
    fit: Fit
    outline: float

    @property
    def found(self) -> bool:
        """Whether the card's place is known and its labels stand where they should."""
        return self.sheet is not None and self.fit.evidence >= _ENOUGH_EVIDENCE and self.fit.drift < 3.5


def place_card(engines: Engines, photo: Pixels) -> Placed:
    """The best account of the photo; `found` tells whether it is one of a card."""
    tried: list[Placed] = []
    for outline in find_outlines(photo):
        if outline.score < _WORTH_TRYING:
            break
        placed = _read_on(engines, Sheet.from_corners(photo, outline.corners), outline.score)
        if placed.found:
            return placed
        tried.append(placed)
    tried.append(_by_labels(engines, photo))
    return max(tried, key=lambda one: (one.found, one.fit.evidence, one.outline))


def _read_on(engines: Engines, sheet: Sheet, outline: float) -> Placed:
    """Reads a card at assumed corners; moves the corners when the labels say so."""
    sheet, boxes = lines_on_card(engines, sheet)
    lines = read_lines(engines, sheet.photo, boxes)
    if len(lines) >= 4 and certainty_of(lines) < _READABLE and fit_labels(lines, None).evidence < 1:
        # Garbage from sharp boxes is what a card on its head looks like when the direction was misjudged.
        turned = [np.roll(box, 2, axis=0) for box in boxes]
        other = read_lines(engines, sheet.photo, turned)
        if certainty_of(other) > certainty_of(lines):
            sheet, lines = sheet.turned(2), other
    fit = fit_labels(lines, sheet.to_card)
    if fit.evidence >= _ENOUGH_EVIDENCE and fit.drift < _DRIFT_ACCEPTED:
        return Placed(sheet, tuple(lines), fit, outline)
    moved = _moved(sheet, lines, fit, outline)
    return moved if moved.sheet is sheet or moved.sheet is None else _second_look(engines, moved, moved.sheet)


def _second_look(engines: Engines, moved: Placed, sheet: Sheet) -> Placed:
    """Reads the card once more at its new corners: lines cut by the wrong ones come out whole."""
    turned, boxes = lines_on_card(engines, sheet)
    lines = read_lines(engines, sheet.photo, boxes)
    fit = fit_labels(lines, turned.to_card)
    better = fit.evidence >= moved.fit.evidence - 1 and fit.drift < 3.5
    return Placed(turned, tuple(lines), fit, 0.0) if better else moved


def _moved(sheet: Sheet, lines: Sequence[Line], fit: Fit, outline: float) -> Placed:
    loose = fit_labels(lines, None)
    mapping = mapping_from(loose.anchors)
    if mapping is None or not _sane(mapping, sheet.photo):
        return Placed(sheet, tuple(lines), fit if fit.evidence else loose, outline)
    near = fit_labels(lines, mapping)
    mapping = refined(mapping, near.anchors, lines)
    refit = fit_labels(lines, mapping)
    if not _sane(mapping, sheet.photo) or (refit.evidence, -refit.drift) <= (fit.evidence, -fit.drift):
        return Placed(sheet, tuple(lines), fit, outline)
    return Placed(Sheet(sheet.photo, mapping), tuple(lines), refit, 0.0)


def _by_labels(engines: Engines, photo: Pixels) -> Placed:
    lines = read_lines(engines, photo, lines_in_photo(engines, photo))
    fit = fit_labels(lines, None)
    mapping = mapping_from(fit.anchors) if fit.evidence >= 1.5 else None
    if mapping is None or not _sane(mapping, photo):
        return Placed(None, tuple(lines), fit, 0.0)
    straight = refined(mapping, fit_labels(lines, mapping).anchors, lines)
    return _read_on(engines, Sheet(photo, straight if _sane(straight, photo) else mapping), 0.0)


def _sane(mapping: Points, photo: Pixels) -> bool:
    """Whether the card that a mapping describes could lie in (or a little beyond) the photo."""
    corners = Sheet(photo, mapping).corners
    height, width = photo.shape[:2]
    sides = np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1)
    inside = bool((np.abs(corners - (width / 2, height / 2)) < 1.5 * max(width, height)).all())
    return inside and bool(sides.min() > 0.25 * sides.max()) and bool(sides.max() > 150)


def certainty_of(lines: Sequence[Line]) -> float:
    """The mean certainty of all characters, 0 without any."""
    sure = [glyph.sure for line in lines for glyph in line.glyphs]
    return float(np.mean(sure)) if sure else 0.0
