"""Reads a printed list back out of its PDF, so that what stands on paper can be compared with what stands in the
database (M6, B13). Used by tests and checks only; its library is no dependency of the running service.

The cells are found by the ruled lines of the table, not by guessing at gaps, so wrapped cells and rows that run over a
page come back whole.
"""

import ctypes
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, Final

import pypdfium2
import pypdfium2.raw as pdfium

from services.declaration.printing.labels import LEVEL, RESULT, SEX
from services.declaration.printing.qualified_list import ListLine

_COLUMNS: Final = 10
_THIN: Final = 2.0
_HEAD: Final = re.compile(
    r"名单编号：(?P<number>\S+)\s*版本：第(?P<version>\d+)版.*?SHA-256）：(?P<hash>[0-9a-f]{64})"
    r".*?第(?P<page>\d+)页/共(?P<pages>\d+)页",
    re.DOTALL,
)


class NotAPrintedList(ValueError):
    """The PDF does not have the head or the table of a printed list."""


@dataclass(frozen=True, slots=True)
class PageHead:
    """What stands above the table on every page."""

    list_number: str
    version: int
    content_hash: str
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class PrintedList:
    """Heads and lines as printed. Names are as `plain_text.printable` shows them; an absent number is ""."""

    heads: tuple[PageHead, ...]
    lines: tuple[ListLine, ...]


@dataclass(frozen=True, slots=True)
class _Glyph:
    x: float
    y: float
    text: str


def read_back(pdf: bytes) -> PrintedList:
    """Heads of all pages and all lines of the list, in order. Raises NotAPrintedList."""
    heads: list[PageHead] = []
    rows: list[list[str]] = []
    document = pypdfium2.PdfDocument(pdf)
    try:
        for page in document:
            glyphs = list(_glyphs(page))
            heads.append(_head(glyphs))
            for row in _rows(page, glyphs):
                if row[0] == "" and rows:
                    rows[-1] = [above + below for above, below in zip(rows[-1], row, strict=True)]
                else:
                    rows.append(row)
    finally:
        document.close()
    return PrintedList(tuple(heads), tuple(_line(row) for row in rows))


def _glyphs(page: Any) -> Iterator[_Glyph]:
    """Every character that was set, without those the library adds by itself and those that show nothing."""
    text = page.get_textpage()
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    for index in range(text.count_chars()):
        point = pdfium.FPDFText_GetUnicode(text, index)
        if pdfium.FPDFText_IsGenerated(text, index) == 1 or point in (0, 0x200B, 0xFFFE):
            continue
        pdfium.FPDFText_GetCharBox(text, index, left, right, bottom, top)
        yield _Glyph((left.value + right.value) / 2, (bottom.value + top.value) / 2, chr(point))


def _head(glyphs: list[_Glyph]) -> PageHead:
    found = _HEAD.search("".join(glyph.text for glyph in glyphs if not glyph.text.isspace()))
    if not found:
        raise NotAPrintedList("a page without number, hash and page count")
    return PageHead(found["number"], int(found["version"]), found["hash"], int(found["page"]), int(found["pages"]))


def _rows(page: Any, glyphs: list[_Glyph]) -> Iterator[list[str]]:
    columns, edges = _grid(page)
    for number, (top, bottom) in enumerate(pairwise(edges)):
        inside = [glyph for glyph in glyphs if bottom < glyph.y < top]
        cells = [_joined(glyph.text for glyph in inside if left < glyph.x < right) for left, right in pairwise(columns)]
        if number == 0:
            if cells and cells[0] != "序号":
                raise NotAPrintedList("a table without its header")
            continue
        yield cells


def _joined(texts: Iterable[str]) -> str:
    """The library gives characters beyond the basic plane as two surrogates."""
    return "".join(texts).encode("utf-16", "surrogatepass").decode("utf-16", "replace").strip(" ")


def _grid(page: Any) -> tuple[list[float], list[float]]:
    """The column edges from left to right and the row edges from top to bottom; both empty on a page without lines."""
    upright: dict[tuple[int, int], list[float]] = defaultdict(list)
    level: list[tuple[float, float]] = []
    for part in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH]):
        left, bottom, right, top = part.get_bounds()
        if right - left < _THIN < top - bottom:
            upright[round(bottom / 3), round(top / 3)].append((left + right) / 2)
        elif top - bottom < _THIN:
            level.append(((bottom + top) / 2, right - left))
    for (low, high), edges in upright.items():
        if len(edges) == _COLUMNS + 1:
            columns = sorted(edges)
            wide = columns[-1] - columns[0]
            rows = sorted(
                {round(y, 1) for y, width in level if abs(width - wide) < 4 and low * 3 - 4 < y < high * 3 + 4},
                reverse=True,
            )
            return columns, rows
    return [], []


def _line(row: list[str]) -> ListLine:
    code, _, name = row[5].partition(" ")
    begun, _, ended = row[7].partition("至")
    return ListLine(
        number=int(row[0]),
        name=row[1],
        sex=_key(SEX, row[2]),
        document_no_masked=row[3],
        exam_level=_key(LEVEL, row[4]),
        exam_category_code=code,
        exam_category_name=name,
        probation_months=int(row[6]),
        probation_from=date.fromisoformat(begun.strip()),
        probation_to=date.fromisoformat(ended.strip()),
        result=_key(RESULT, row[8]),
        certificate_no="" if row[9] == "—" else row[9],
    )


def _key(labels: Any, label: str) -> Any:
    for key, shown in labels.items():
        if shown == label:
            return key
    raise NotAPrintedList(f"an unknown word in a cell: {label}")
