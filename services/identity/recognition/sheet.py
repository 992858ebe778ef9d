"""A card placed in a photo: maps between photo, card in millimetres and a flat canvas, and cuts pieces out."""

from dataclasses import dataclass

import cv2
import numpy as np

from services.identity.recognition.engines import LINE_HEIGHT, line_width
from services.identity.recognition.layout import HEIGHT, WIDTH, Region
from services.identity.recognition.pixels import Mapping, Pixels, Points, mapped, mapping_between, rectangle


@dataclass(frozen=True)
class Canvas:
    """A flat picture of a card with a rim of about 3.5 mm of table: sides in pixels, pixels per millimetre."""

    width: int
    height: int
    scale: float

    @property
    def matrix(self) -> Mapping:
        """Millimetres on the card to pixels."""
        left, top = (self.width - WIDTH * self.scale) / 2, (self.height - HEIGHT * self.scale) / 2
        return np.array(((self.scale, 0, left), (0, self.scale, top), (0, 0, 1)))


# The thresholds of light and sharpness belong to the first; lines are found as well on the second, in three quarters
# of the time.
MEASURED, SEARCHED = Canvas(768, 512, 8.3), Canvas(672, 448, 7.25)


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

    def laid_flat(self, canvas: Canvas) -> Pixels:
        """The card seen straight from above."""
        return _warped(self.photo, canvas.matrix @ self.to_card, canvas.width, canvas.height)

    def canvas_to_photo(self, points: Points, canvas: Canvas) -> Points:
        """Canvas pixels to photo pixels."""
        return mapped(points, self.to_photo @ np.linalg.inv(canvas.matrix))

    def strip(self, region: Region, stretch: float = 1.0) -> Pixels:
        """A part of the card as a line of 48 pixels height; `stretch` widens it."""
        wide, high = region.right - region.left, region.bottom - region.top
        corners = rectangle(wide, high) + np.array((region.left, region.top))
        return cut_line(self.photo, mapped(corners, self.to_photo), wide * stretch / high)

    def turned(self, quarters: int) -> "Sheet":
        """The same card with its own top left taken to be another corner."""
        return Sheet.from_corners(self.photo, np.roll(self.corners, -quarters, axis=0))


def on_card(point: Points, canvas: Canvas) -> bool:
    """Whether a canvas pixel lies on the card."""
    x, y = mapped(point[None], np.asarray(np.linalg.inv(canvas.matrix), dtype=np.float64))[0]
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
