"""Lines of text in a photo: found, set upright, read, and every character given its place in the photo."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from services.identity.recognition.decoding import Glyph, decode, text_of
from services.identity.recognition.engines import Engines
from services.identity.recognition.pixels import Pixels, Points
from services.identity.recognition.sheet import Sheet, cut_line

_DIRECTION_VOTES = 5
_PAGE_LONG_SIDE = 960
_MOST_LINES = 40


@dataclass(frozen=True)
class Line:
    """`corners`: in the photo, clockwise from the line's own top left."""

    corners: Points
    glyphs: tuple[Glyph, ...]

    @property
    def text(self) -> str:
        """The characters in order."""
        return text_of(self.glyphs)

    def place(self, glyph: Glyph) -> Points:
        """The middle of a character in photo pixels."""
        start, end = (self.corners[0] + self.corners[3]) / 2, (self.corners[1] + self.corners[2]) / 2
        result: Points = start + (end - start) * glyph.at
        return result


def lines_on_card(engines: Engines, sheet: Sheet) -> tuple[Sheet, list[Points]]:
    """Finds the boxes of a card whose corners are known and turns the sheet the right way up.

    Returns the sheet, perhaps turned, and the boxes in photo pixels, upright.
    """
    boxes = engines.detector.find(sheet.canvas())
    if not boxes:
        return sheet, []
    across = _direction(boxes)
    if abs(across[1]) > abs(across[0]):
        # Text runs along the short side: a steep view made the short side look long.
        sheet, boxes = sheet.turned(1), engines.detector.find(sheet.turned(1).canvas())
    upright = [sheet.canvas_to_photo(_ordered(box, np.array((1.0, 0.0)))) for box in boxes]
    if _on_its_head(engines, sheet.photo, upright):
        return sheet.turned(2), [np.roll(box, 2, axis=0) for box in upright]
    return sheet, upright


def lines_in_photo(engines: Engines, photo: Pixels) -> list[Points]:
    """Finds upright boxes in a photo when the card's corners are unknown: text directions tell how it is turned."""
    shrink = min(1.0, _PAGE_LONG_SIDE / max(photo.shape[:2]))
    small = cv2.resize(photo, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    right, bottom = -small.shape[1] % 32, -small.shape[0] % 32
    small = cv2.copyMakeBorder(small, 0, bottom, 0, right, cv2.BORDER_REPLICATE)
    boxes = engines.detector.find(np.asarray(small, dtype=np.uint8))
    if not boxes:
        return []
    across = _direction(boxes)
    upright = [_ordered(box, across) / shrink for box in boxes]
    if _on_its_head(engines, photo, upright):
        upright = [np.roll(box, 2, axis=0) for box in upright]
    return upright


def read_lines(engines: Engines, photo: Pixels, boxes: Sequence[Points]) -> list[Line]:
    """Reads the boxes, the longest first when there are more than forty."""
    chosen = sorted(boxes, key=_length, reverse=True)[:_MOST_LINES]
    lines = []
    for box in chosen:
        glyphs = decode(engines.reader.read(cut_line(photo, box)), engines.reader.alphabet)
        if glyphs:
            lines.append(Line(box, tuple(glyphs)))
    return lines


def _length(box: Points) -> float:
    return float(np.linalg.norm(box[1] - box[0]))


def _direction(boxes: Sequence[Points]) -> Points:
    """The common direction of the long boxes: angles are doubled, so that opposite directions agree."""
    total = np.zeros(2)
    for box in boxes:
        sides = (box[1] - box[0], box[2] - box[1])
        long_side, short_side = sorted(sides, key=lambda side: float(np.linalg.norm(side)), reverse=True)
        if np.linalg.norm(long_side) > 1.8 * np.linalg.norm(short_side):
            angle = 2 * np.arctan2(long_side[1], long_side[0])
            total += np.linalg.norm(long_side) * np.array((np.cos(angle), np.sin(angle)))
    half = np.arctan2(total[1], total[0]) / 2
    return np.array((np.cos(half), np.sin(half)))


def _ordered(box: Points, across: Points) -> Points:
    """Starts the corners so that the first side runs along `across`, clockwise."""
    if cv2.contourArea(box.astype(np.float32), True) < 0:
        box = box[::-1]
    sides = np.roll(box, -1, axis=0) - box
    along = sides @ across / (np.linalg.norm(sides, axis=1) + 1e-9)
    return np.roll(box, -int(np.argmax(along)), axis=0)


def _on_its_head(engines: Engines, photo: Pixels, boxes: Sequence[Points]) -> bool:
    votes = 0.0
    for box in sorted(boxes, key=_length, reverse=True)[:_DIRECTION_VOTES]:
        votes += engines.direction.upside_down(cut_line(photo, box)) - 0.5
    return votes > 0
