"""Every page of a list bears a code of its own (4.7)."""

import io
from collections.abc import AsyncIterator
from dataclasses import replace

import pypdfium2
import pytest
import segno
from PIL import Image

from services.declaration.domain.list_pages import PageMark, mark_of, page_check
from services.declaration.printing import TEMPLATES
from services.declaration.printing.scan_reader import ScanReader
from shared.printing.render import Printer
from shared.uploads.kinds import FileKind
from tests.support.printed_codes import codes_of
from tests.unit.declaration.printing import samples


@pytest.fixture(scope="module")
async def printer() -> AsyncIterator[Printer]:
    """One printer for the module; starting it proves the fonts."""
    printing = Printer(TEMPLATES)
    await printing.start()
    yield printing
    await printing.stop()


@pytest.mark.requirement("B13")
async def test_every_page_bears_a_code_of_its_own(printer: Printer) -> None:
    """The QR code on each page leads to the check of that page, and no two pages bear the same; a long list is no
    different."""
    for people in (1, 57, 130):
        document = replace(samples.listed(people), verification_url=samples.LIST_ADDRESS)
        marks = [mark_of([text]) for text in codes_of(await printer.render(document))]
        checks = [page_check(document.content_hash, page) for page in range(1, len(marks) + 1)]
        assert marks == [PageMark("QL2027-4201-000012", page, check) for page, check in enumerate(checks, start=1)]


def _with_a_sticker(pdf: bytes) -> bytes:
    """The first page upside down, with somebody else's code at what was its bottom left: a grey JPEG."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        sheet = document[0].render(scale=2.6, grayscale=True).to_pil()
    finally:
        document.close()
    drawn = io.BytesIO()
    segno.make("https://example.org/stickers/7", error="m", micro=False).save(drawn, kind="png", scale=6)
    sticker = Image.open(drawn).convert("L")
    sheet.paste(sticker, (40, sheet.height - sticker.height - 40))
    out = io.BytesIO()
    sheet.rotate(180).save(out, "JPEG", quality=85)
    return out.getvalue()


@pytest.mark.requirement("B13", "P7")
async def test_a_foreign_code_does_not_hide_the_code_of_the_page(printer: Printer) -> None:
    """On a sheet that lies upside down the foreign code is met first; the search goes on to the page's own."""
    document = replace(samples.listed(1), verification_url=samples.LIST_ADDRESS)
    reader = ScanReader()
    try:
        (texts,) = await reader.read(_with_a_sticker(await printer.render(document)), FileKind.JPEG)
    finally:
        await reader.stop()
    assert "https://example.org/stickers/7" in texts
    assert mark_of(texts) == PageMark("QL2027-4201-000012", 1, page_check(document.content_hash, 1))


@pytest.mark.requirement("B13")
async def test_more_pages_than_expected_get_their_codes_too(printer: Printer) -> None:
    """Names that fill many lines make more pages than were counted on: the list is set again with a code for each."""
    document = replace(samples.listed(40, names=("甲" * 120,)), verification_url=samples.LIST_ADDRESS)
    printed = await printer.set(document)
    pages = codes_of(printed.pdf)
    assert len(pages) == printed.pages > document.expected_pages
    assert all(mark_of([text]) for text in pages)
