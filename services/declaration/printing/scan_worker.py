"""The capped child that reads the codes on scanned sheets: pixels in, texts of codes out, one list of them a page."""

import io
from collections.abc import Iterator
from typing import Any, Final

import cv2
import numpy as np
import pypdfium2
from PIL import Image

from services.declaration.domain.list_pages import mark_of
from shared.uploads.child_loop import Job, serve

# A4 at 200 dots an inch: a module of the code is three dots wide.
_LONG_SIDE: Final = 2340
_LONGEST_SIDE: Final = 4000
# A sheet may lie in any of four ways, so the code stands in one of the corners.
_CORNERS: Final = ((0.0, 1.0), (0.0, 0.0), (1.0, 1.0), (1.0, 0.0))
_CORNER_HEIGHT: Final = 0.42
_CORNER_WIDTH: Final = 0.36
_Pixels = Any


def load(_config: dict[str, object]) -> Job:
    """One detector for the life of the process."""
    cv2.setNumThreads(1)
    detectors = (cv2.QRCodeDetector(), cv2.QRCodeDetectorAruco())

    def read_one(header: dict[str, object], body: bytes) -> tuple[dict[str, object], bytes]:
        most = int(str(header["most_pages"]))
        corner, pages = 0, []
        try:
            for pixels in _sheets(str(header["kind"]), body, most):
                texts, corner = _texts(detectors, pixels, corner)
                pages.append(texts)
        except (pypdfium2.PdfiumError, OSError, ValueError):
            return {"refused": "damaged"}, b""
        if len(pages) > most:
            return {"refused": "too_many"}, b""
        return {"pages": pages}, b""

    return read_one


def _sheets(kind: str, body: bytes, most: int) -> Iterator[_Pixels]:
    """Every page as grey pixels; one page more than `most` tells that there are too many."""
    if kind != "pdf":
        picture = Image.open(io.BytesIO(body)).convert("L")
        picture.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
        yield np.asarray(picture)
        return
    document = pypdfium2.PdfDocument(body)
    try:
        for number in range(min(len(document), most + 1)):
            page = document[number]
            scale = min(_LONG_SIDE / max(page.get_size()), 8.0)
            yield page.render(scale=scale, grayscale=True).to_numpy()
            page.close()
    finally:
        document.close()


def _texts(detectors: tuple[Any, ...], pixels: _Pixels, corner: int) -> tuple[list[str], int]:
    """All texts met until one of them is the mark of a page, and the corner where that stood: the next sheet most
    likely lies the same way. Another code on the sheet, such as a sticker's, does not end the search."""
    met: list[str] = []
    for turn in range(len(_CORNERS)):
        number = (corner + turn) % len(_CORNERS)
        met += _decoded(detectors, _cut(pixels, *_CORNERS[number]))
        if mark_of(met):
            return met, number
    for attempt in _attempts(pixels):
        met += _decoded(detectors, attempt)
        if mark_of(met):
            break
    return met, corner


def _cut(pixels: _Pixels, top: float, left: float) -> _Pixels:
    height, width = pixels.shape
    tall, wide = int(height * _CORNER_HEIGHT), int(width * _CORNER_WIDTH)
    y, x = int(top * (height - tall)), int(left * (width - wide))
    return np.ascontiguousarray(pixels[y : y + tall, x : x + wide])


def _attempts(pixels: _Pixels) -> Iterator[_Pixels]:
    """The whole sheet in the light that helps: without shadows and grain, coarser and finer."""
    yield pixels
    even = cv2.divide(pixels, cv2.medianBlur(cv2.dilate(pixels, np.ones((9, 9), np.uint8)), 31), scale=255)
    for side in (1700, 2200):
        scale = side / max(even.shape)
        how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        yield cv2.resize(even, None, fx=scale, fy=scale, interpolation=how)


def _decoded(detectors: tuple[Any, ...], pixels: _Pixels) -> list[str]:
    met: list[str] = []
    for detector in detectors:
        try:
            found, texts, *_ = detector.detectAndDecodeMulti(pixels)
        except cv2.error:
            continue
        if found:
            met += [text for text in texts if text]
        if mark_of(met):
            break
    return met


if __name__ == "__main__":
    serve(load)
