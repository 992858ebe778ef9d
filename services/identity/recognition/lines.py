"""Lines of text in a photo: found, set upright, read, and every character given its place in the photo."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from services.identity.recognition.decoding import Glyph, decode, text_of
from services.identity.recognition.engines import Engines
from services.identity.recognition.pixels import Pixels, Points
from services.identity.recognition.sheet import SEARCHED, Sheet, cut_line, on_card

_DIRECTION_VOTES, _CLEAR_VOTE = 5, 1.3
_PAGE_LONG_SIDE = 960
_MOST_LINES = 40
_MOST_DIRECTIONS = 3
_CLEAR_DIRECTION, _HALF = 0.4, 3
_SAME_DIRECTION = 0.9135  # cosine of twice twelve degrees


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


def lines_on_card(engines: Engines, sheet: Sheet, upright: bool) -> tuple[Sheet, list[Points]]:
    """Finds the boxes of a card whose corners are known and turns the sheet, unless `upright`, the right way up.

    Returns the sheet, perhaps turned, and the boxes in photo pixels, upright.
    """
    boxes = _boxes_on(engines, sheet)
    if not boxes:
        return sheet, []
    across = _direction(boxes)
    if not upright and abs(across[1]) > abs(across[0]):
        # Text runs along the short side: a steep view made the short side look long.
        sheet = sheet.turned(1)
        boxes = _boxes_on(engines, sheet)
    level = [sheet.canvas_to_photo(_ordered(box, np.array((1.0, 0.0))), SEARCHED) for box in boxes]
    if not upright and _on_its_head(engines, sheet.photo, level):
        return sheet.turned(2), [np.roll(box, 2, axis=0) for box in level]
    return sheet, level


def _boxes_on(engines: Engines, sheet: Sheet) -> list[Points]:
    """Boxes whose middle lies on the card: the rim of the canvas may show print of a page under it."""
    return [box for box in engines.detector.find(sheet.laid_flat(SEARCHED)) if on_card(box.mean(axis=0), SEARCHED)]


def lines_in_photo(engines: Engines, photo: Pixels) -> Iterator[list[Points]]:
    """Finds upright boxes in a photo when the card's corners are unknown, one group for every direction of text.

    A card may lie on a printed page: then most lines belong to the page and run in another direction.
    """
    shrink = min(1.0, _PAGE_LONG_SIDE / max(photo.shape[:2]))
    small = cv2.resize(photo, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    right, bottom = -small.shape[1] % 32, -small.shape[0] % 32
    small = cv2.copyMakeBorder(small, 0, bottom, 0, right, cv2.BORDER_REPLICATE)
    left = engines.detector.find(np.asarray(small, dtype=np.uint8))
    for _ in range(_MOST_DIRECTIONS):
        if not left:
            return
        across = _commonest_direction(left)
        group = [box for box in left if _runs_along(box, across)]
        left = [] if not group else [box for box in left if not any(box is one for one in group)]
        upright = [_ordered(box, across) / shrink for box in group]
        for half in _halves(engines, photo, upright):
            yield sorted(half, key=_unlike_a_card)


def _halves(engines: Engines, photo: Pixels, boxes: list[Points]) -> list[list[Points]]:
    """Sets boxes of one direction upright; when some stand on their heads and some do not, gives both groups."""
    heads: dict[bool, list[Points]] = {True: [], False: []}
    unsure = []
    for box in boxes:
        share = 0.5 if _length(box) < 3 * _height(box) else engines.direction.upside_down(cut_line(photo, box))
        if abs(share - 0.5) < _CLEAR_DIRECTION:
            unsure.append(box)
        else:
            heads[share > 0.5].append(box)
    halves: list[list[Points]] = []
    for turned in sorted(heads, key=lambda turned: len(heads[turned]), reverse=True):
        if len(heads[turned]) >= _HALF or not halves:
            both = heads[turned] + unsure
            halves.append([np.roll(box, 2, axis=0) for box in both] if turned else both)
    return halves


def read_lines(engines: Engines, photo: Pixels, boxes: Sequence[Points]) -> list[Line]:
    """Reads at most forty boxes in the order given."""
    lines = []
    for box in boxes[:_MOST_LINES]:
        glyphs = decode(engines.reader.read(cut_line(photo, box)), engines.reader.alphabet)
        if glyphs:
            lines.append(Line(box, tuple(glyphs)))
    return lines


def _length(box: Points) -> float:
    return float(np.linalg.norm(box[1] - box[0]))


def _height(box: Points) -> float:
    return float(np.linalg.norm(box[3] - box[0]))


def _commonest_direction(boxes: Sequence[Points]) -> Points:
    """The direction in which the greatest length of text runs, give or take twelve degrees."""
    sides = [max((box[1] - box[0], box[2] - box[1]), key=lambda side: float(np.linalg.norm(side))) for box in boxes]
    lengths = np.array([np.linalg.norm(side) for side in sides])
    angles = np.array([np.arctan2(side[1], side[0]) for side in sides])
    near = np.cos(2 * (angles[:, None] - angles[None])) > _SAME_DIRECTION
    best = int(np.argmax(near @ lengths))
    return _direction([box for box, belongs in zip(boxes, near[best], strict=True) if belongs])


def _runs_along(box: Points, across: Points) -> bool:
    """Whether a long box has this direction; short ones could have any."""
    long_side, short_side = box[1] - box[0], box[2] - box[1]
    if np.linalg.norm(long_side) < np.linalg.norm(short_side):
        long_side, short_side = short_side, long_side
    if np.linalg.norm(long_side) < 1.8 * np.linalg.norm(short_side):
        return True
    return bool(2 * (long_side @ across / np.linalg.norm(long_side)) ** 2 - 1 > _SAME_DIRECTION)


def _unlike_a_card(box: Points) -> tuple[bool, float]:
    """Sorts long lines of print behind the rest, and tall characters (titles, the number) before small ones."""
    return _length(box) > 14 * _height(box), -_height(box)


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
        if abs(votes) > _CLEAR_VOTE:
            break
    return votes > 0
