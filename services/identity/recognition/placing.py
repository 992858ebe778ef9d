"""Finds the card in a photo and reads its lines: by its outline first, by its printed labels where that fails."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from services.identity.recognition.engines import Engines
from services.identity.recognition.lines import Line, lines_in_photo, lines_on_card, read_lines
from services.identity.recognition.outline import find_outlines
from services.identity.recognition.pixels import Pixels, Points, mapped
from services.identity.recognition.refining import refined
from services.identity.recognition.registration import FRONT, Fit, fit_labels, mapping_from
from services.identity.recognition.sheet import Sheet

_ENOUGH_EVIDENCE, _SOME_EVIDENCE = 3.0, 1.5
# A side has some 16 lines; a page of print under a misplaced outline has many more and is not worth reading.
_MOST_BOXES, _MOST_READ, _CHUNK = 30, 50, 10
_WORTH_TRYING = 0.3
# Cards differ by print run, so small distances from the model layout are no reason to distrust good corners.
_DRIFT_ACCEPTED = 1.4
# Clear edges are exact: where print runs differ more, values are sought beside their labels, which bend no card.
_CLEAR_OUTLINE, _SPREAD_ACCEPTED = 0.85, 3.0
_READABLE = 0.75
_BELOW_TITLES, _FEWEST = 30.0, 5


@dataclass(frozen=True)
class Placed:
    """`sheet` is None when lines were read but the card's place could not be found; `outline` scores the edges used.

    `edges` are the corners by the card's edges, where these were seen clearly: labels may have moved the sheet since.
    """

    sheet: Sheet | None
    lines: tuple[Line, ...]
    fit: Fit
    outline: float
    edges: Points | None = None

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
        if outline.score > _CLEAR_OUTLINE:
            placed = replace(placed, edges=outline.corners)
        if placed.found:
            return placed
        tried.append(placed)
    tried.append(_by_labels(engines, photo))
    return max(tried, key=lambda one: (one.found, one.fit.evidence, one.outline))


def _read_on(engines: Engines, sheet: Sheet, outline: float) -> Placed:
    """Reads a card at assumed corners; moves the corners when the labels say so."""
    sheet, boxes = lines_on_card(engines, sheet, upright=not outline)
    if len(boxes) > _MOST_BOXES and outline:
        return Placed(None, (), fit_labels((), None), outline)
    lines, turned = _read_either_way(engines, sheet.photo, boxes)
    if turned:
        sheet = sheet.turned(2)
    fit = fit_labels(lines, sheet.to_card)
    if fit.evidence >= _ENOUGH_EVIDENCE and fit.drift < _DRIFT_ACCEPTED:
        return Placed(sheet, tuple(lines), fit, outline)
    if outline > _CLEAR_OUTLINE and fit.evidence >= _ENOUGH_EVIDENCE:
        spread = _spread(sheet, fit)
        if spread < _SPREAD_ACCEPTED:
            return Placed(sheet, tuple(lines), replace(fit, drift=spread), outline)
    moved = _moved(sheet, lines, fit, outline)
    return moved if moved.sheet is sheet or moved.sheet is None else _second_look(engines, moved, moved.sheet)


def _read_either_way(engines: Engines, photo: Pixels, boxes: Sequence[Points]) -> tuple[list[Line], bool]:
    """Reads the boxes, and on their heads when that gives garbage: then the direction may have been misjudged."""
    lines = read_lines(engines, photo, boxes)
    if len(lines) < 4 or certainty_of(lines) >= _READABLE or fit_labels(lines, None).evidence >= 1:
        return lines, False
    other = read_lines(engines, photo, [np.roll(box, 2, axis=0) for box in boxes])
    return (other, True) if certainty_of(other) > certainty_of(lines) else (lines, False)


def _second_look(engines: Engines, moved: Placed, sheet: Sheet) -> Placed:
    """Reads the card once more at its new corners: lines cut by the wrong ones come out whole, and place it better."""
    sheet, boxes = lines_on_card(engines, sheet, upright=True)
    lines = read_lines(engines, sheet.photo, boxes)
    again = Placed(sheet, tuple(lines), fit_labels(lines, sheet.to_card), 0.0)
    if again.fit.drift >= _DRIFT_ACCEPTED:
        again = _moved(sheet, lines, again.fit, 0.0)
    return max(again, moved, key=lambda one: (one.found, one.fit.evidence, -one.fit.drift))


def _moved(sheet: Sheet, lines: Sequence[Line], fit: Fit, outline: float) -> Placed:
    loose = fit_labels(lines, None)
    mapping = mapping_from(loose.anchors)
    if mapping is None or not _sane(mapping, sheet.photo):
        return Placed(sheet, tuple(lines), fit if fit.evidence else loose, outline)
    mapping = refined(mapping, loose.anchors, lines)
    refit = fit_labels(lines, mapping)
    if not _sane(mapping, sheet.photo) or (refit.evidence, -refit.drift) <= (fit.evidence, -fit.drift):
        return Placed(sheet, tuple(lines), fit, outline)
    return Placed(Sheet(sheet.photo, mapping), tuple(lines), refit, 0.0)


def _spread(sheet: Sheet, fit: Fit) -> float:
    """How far (mm) labels are from where they would be if all had moved together.

    Spaced titles do not count: they differ most from print run to print run, and no value depends on them.
    """
    beside_values = [anchor for anchor in fit.anchors if fit.side == FRONT or anchor.card[1] > _BELOW_TITLES]
    anchors = beside_values if len(beside_values) >= _FEWEST else fit.anchors
    away = mapped(np.array([a.photo for a in anchors]), sheet.to_card) - np.array([a.card for a in anchors])
    return float(np.percentile(np.linalg.norm(away - np.median(away, axis=0), axis=1), 70))


def _by_labels(engines: Engines, photo: Pixels) -> Placed:
    tried = []
    for boxes in lines_in_photo(engines, photo):
        placed = _by_lines(engines, photo, _read_until_placed(engines, photo, boxes))
        if placed.found:
            return placed
        tried.append(placed)
    return max(tried, key=lambda one: one.fit.evidence, default=Placed(None, (), fit_labels((), None), 0.0))


def _read_until_placed(engines: Engines, photo: Pixels, boxes: Sequence[Points]) -> list[Line]:
    """Reads ten boxes at a time until they place a card, or show no label at all: a page of print has no end."""
    lines, turned = _read_either_way(engines, photo, boxes[:_CHUNK])
    for start in range(_CHUNK, min(len(boxes), _MOST_READ), _CHUNK):
        fit = fit_labels(lines, None)
        placed = fit.evidence >= _ENOUGH_EVIDENCE and mapping_from(fit.anchors) is not None
        if placed or (start >= 2 * _CHUNK and not fit.evidence):
            break
        more = boxes[start : start + _CHUNK]
        lines += read_lines(engines, photo, [np.roll(box, 2, axis=0) for box in more] if turned else more)
    return lines


def _by_lines(engines: Engines, photo: Pixels, lines: Sequence[Line]) -> Placed:
    fit = fit_labels(lines, None)
    mapping = mapping_from(fit.anchors) if fit.evidence >= _SOME_EVIDENCE else None
    if mapping is None or not _sane(mapping, photo):
        return Placed(None, tuple(lines), fit, 0.0)
    straight = refined(mapping, fit.anchors, lines)
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
