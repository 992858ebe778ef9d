"""Reads the QR codes on printed pages. One reader at one size misses a code in some dozens; two of them at several
sizes have missed none."""

from collections.abc import Iterator
from typing import Any, Final

import cv2
import pypdfium2

SCALES: Final = (3.0, 4.0, 5.0, 2.5)
"""Of 72 dots an inch; the one that reads most comes first."""
_Pixels = Any


def code_on(page: pypdfium2.PdfPage) -> str:
    """What the QR code on a page says, empty for a page without one."""
    return next((text for scale in SCALES for text in _read(page.render(scale=scale, grayscale=True).to_numpy())), "")


def codes_of(pdf: bytes) -> list[str]:
    """The code on each page of a document, in order."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [code_on(document[number]) for number in range(len(document))]
    finally:
        document.close()


def _read(pixels: _Pixels) -> Iterator[str]:
    """What either reader makes of a picture, the one that reads more first."""
    for reader in (cv2.QRCodeDetectorAruco(), cv2.QRCodeDetector()):
        try:
            text, *_ = reader.detectAndDecode(pixels.copy())
        except cv2.error:
            # Of some pictures a reader makes nothing it can go on with; that is no code either.
            continue
        if text:
            yield text
