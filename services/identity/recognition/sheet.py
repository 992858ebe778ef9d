"""A card placed in a photo: maps between photo, card in millimetres and a flat canvas, and cuts pieces out."""

from dataclasses import dataclass

import cv2
import numpy as np

from services.identity.recognition.engines import LINE_HEIGHT, line_width
from services.identity.recognition.layout import HEIGHT, WIDTH, Region
from services.identity.recognition.pixels import Mapping, Pixels, Points, mapped, mapping_between, rectangle

CANVAS_WIDTH, CANVAS_HEIGHT = 768, 512
CANVAS_SCALE = 8.3
_LEFT = (CANVAS_WIDTH - WIDTH * CANVAS_SCALE) / 2
_TOP = (CANVAS_HEIGHT - HEIGHT * CANVAS_SCALE) / 2


@dataclass(frozen=True)
class Sheet:
    """`to_card` carries photo pixels to millimetres on the upright card."""

    photo: Pixels
    to_card: Mapping

    @classmethod
    def from_corners(cls, photo: Pixels, corners: Points) -> "Sheet":
        """`corners`: clockwise from the card's own top left."""
        return cls(photo, mapping_between(corners, rectangle(WIDTH, HEIGHT)))

    @property
    def to_photo(self) -> Mapping:
        """The way back: millimetres to photo pixels."""
        return np.asarray(np.linalg.inv(self.to_card), dtype=np.float64)

    @property
    def corners(self) -> Points:
        """The card's corners in the photo, clockwise from its own top left."""
        return mapped(rectangle(WIDTH, HEIGHT), self.to_photo)

    def canvas(self) -> Pixels:
        """The card laid flat, 8.3 pixels per millimetre, with a rim of about 3.5 mm of table around it."""
        matrix = _CARD_TO_CANVAS @ self.to_card
        return _warped(self.photo, matrix, CANVAS_WIDTH, CANVAS_HEIGHT)

    def canvas_to_photo(self, points: Points) -> Points:
        """Canvas pixels to photo pixels."""
        return mapped(points, self.to_photo @ np.linalg.inv(_CARD_TO_CANVAS))

    def strip(self, region: Region, stretch: float = 1.0) -> Pixels:
        """A part of the card as a line of 48 pixels height; `stretch` widens it."""
        wide, high = region.right - region.left, region.bottom - region.top
        corners = rectangle(wide, high) + np.array((region.left, region.top))
        return cut_line(self.photo, mapped(corners, self.to_photo), wide * stretch / high)

    def turned(self, quarters: int) -> "Sheet":
        """The same card with its own top left taken to be another corner."""
        return Sheet.from_corners(self.photo, np.roll(self.corners, -quarters, axis=0))


_CARD_TO_CANVAS = np.array(((CANVAS_SCALE, 0, _LEFT), (0, CANVAS_SCALE, _TOP), (0, 0, 1)))


def on_card(point: Points) -> bool:
    """Whether a canvas pixel lies on the card."""
    x, y = (point - (_LEFT, _TOP)) / CANVAS_SCALE
    return bool(0 <= x <= WIDTH and 0 <= y <= HEIGHT)


def cut_line(photo: Pixels, corners: Points, ratio: float | None = None) -> Pixels:
    """Cuts a slanted rectangle (clockwise from its top left) out of the photo as a line of 48 pixels height."""
    height = (np.linalg.norm(corners[3] - corners[0]) + np.linalg.norm(corners[2] - corners[1])) / 2
    width = (np.linalg.norm(corners[1] - corners[0]) + np.linalg.norm(corners[2] - corners[3])) / 2
    wide = line_width(ratio, 1.0) if ratio else line_width(float(width), float(height))
    matrix = mapping_between(corners, rectangle(wide, LINE_HEIGHT))
    if height > 1.6 * LINE_HEIGHT:
        # Straight sampling would skip pixels and leave jagged strokes: sample finer, then average down.
        finer = np.diag((2.0, 2.0, 1.0)) @ matrix
        large = _warped(photo, finer, 2 * wide, 2 * LINE_HEIGHT)
        return np.asarray(cv2.resize(large, (wide, LINE_HEIGHT), interpolation=cv2.INTER_AREA), dtype=np.uint8)
    return _warped(photo, matrix, wide, LINE_HEIGHT)


def _warped(photo: Pixels, matrix: Mapping, width: int, height: int) -> Pixels:
    flat = cv2.warpPerspective(photo, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(flat, dtype=np.uint8)
