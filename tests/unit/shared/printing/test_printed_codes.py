"""The reader of printed codes that tests rely on, itself put to the test."""

import io
import random

import pypdfium2
import segno
from PIL import Image, ImageDraw

from tests.support.printed_codes import code_on, codes_of

_A4 = (1240, 1754)
_MOST = 8


def sheet(text: str | None) -> Image.Image:
    """An A4 page of lines of print, a frame and a red seal; with a code of two centimetres for a text."""
    page = Image.new("RGB", _A4, "white")
    draw = ImageDraw.Draw(page)
    for line in range(30):
        draw.text((120, 150 + 40 * line), "Probation 2025-07-01 2026-06-30 D2027-000001 " * 2, "black")
    draw.rectangle((80, 80, 1160, 1500), outline="black", width=3)
    draw.ellipse((700, 1300, 950, 1550), outline=(200, 30, 30), width=8)
    for corner in ((100, 1540), (340, 1540), (100, 1680)):
        draw.rectangle((*corner, corner[0] + 60, corner[1] + 40), outline="black", width=9)
    if text is not None:
        drawn = io.BytesIO()
        segno.make(text, error="m", micro=False).save(drawn, kind="png", scale=10)
        code = Image.open(drawn).convert("RGB").resize((160, 160), Image.Resampling.LANCZOS)
        page.paste(code, (1000, 1570))
    return page


def pdf(*pages: Image.Image) -> bytes:
    """As the printer makes it."""
    out = io.BytesIO()
    pages[0].save(out, "PDF", resolution=150, save_all=True, append_images=pages[1:])
    return out.getvalue()


def test_every_code_is_read_and_no_other() -> None:
    """Texts of the kind that stand on receipts and lists, each on a page of its own; the page between them that has no
    code reads as nothing."""
    chosen = random.Random(7)
    texts = [
        f"https://tiro.example/api/declaration/v1/receipt-verifications/D2027-{number:06d}?check={chosen.getrandbits(80):020x}"
        for number in range(_MOST)
    ]
    assert codes_of(pdf(*map(sheet, texts[:3]), sheet(None), *map(sheet, texts[3:]))) == [*texts[:3], "", *texts[3:]]


def test_a_page_without_a_code_reads_nothing() -> None:
    """The control: neither print, nor frames, nor a seal, nor an empty page is taken for a code."""
    document = pypdfium2.PdfDocument(pdf(sheet(None), Image.new("RGB", _A4, "white")))
    try:
        assert [code_on(document[number]) for number in range(2)] == ["", ""]
    finally:
        document.close()
