"""Workbooks of text: whatever a cell begins with, it is text for every reader (V69)."""

import io
import zipfile
from xml.etree import ElementTree

import openpyxl  # type: ignore[import-untyped]
import pytest

from shared.spreadsheets.workbook import Workbook

_SPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
CORPUS = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://example.invalid","x")',
    "＝1",
    "  =1",
    "'=1",
    "00123",
    "110420106000123",
    "TRUE",
    "2027-01-01",
    "<b>&amp;</b>",
    "阿依古丽·买买提",
    "𠮷野家",
    "",
)


def written(rows: list[list[str]]) -> bytes:
    """A workbook with one column."""
    out = io.BytesIO()
    book = Workbook(out, "名册:1", ["内容"])
    book.add(rows)
    book.close()
    return out.getvalue()


def by_openpyxl(data: bytes) -> list[tuple[str, object]]:
    """(type, value) of each cell below the header."""
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    return [(row[0].data_type, row[0].value) for row in sheet.iter_rows(min_row=2)]


def by_elements(data: bytes) -> list[tuple[str, str]]:
    """The same, read by nothing but an XML parser."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        root = ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml"))
    cells = list(root.iter(f"{_SPACE}c"))[1:]
    return [(cell.attrib["t"], "".join(t.text or "" for t in cell.iter(f"{_SPACE}t"))) for cell in cells]


@pytest.mark.requirement("V69")
def test_every_cell_is_text_for_two_readers() -> None:
    """What looks like a formula, a number or a date comes back as the text it was, and no formula stands in the
    file."""
    data = written([[text] for text in CORPUS])
    assert by_elements(data) == [("inlineStr", text) for text in CORPUS]
    read = by_openpyxl(data)
    assert [value or "" for _, value in read] == list(CORPUS)
    assert {kind for kind, value in read if value} <= {"s", "inlineStr"}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert b"<f" not in archive.read("xl/worksheets/sheet1.xml")
        assert archive.testzip() is None


@pytest.mark.requirement("V69")
def test_a_writer_that_guesses_types_is_found_out() -> None:
    """Negative control: cells written by a library that takes a leading = for a formula do not pass the same check."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["内容"])
    sheet.append(["=1+1"])
    out = io.BytesIO()
    book.save(out)
    assert by_openpyxl(out.getvalue()) == [("f", "=1+1")]


@pytest.mark.requirement("V69")
def test_what_xml_can_not_hold_is_replaced_and_lookalikes_of_escapes_stay() -> None:
    """NUL and other control characters become a replacement; a text that looks like an escape is escaped itself."""
    assert by_elements(written([["\x00=1"], ["\x0b"], ["_x0009_=1"]])) == [
        ("inlineStr", "�=1"),
        ("inlineStr", "�"),
        ("inlineStr", "_x005F_x0009_=1"),
    ]


def test_the_same_rows_give_the_same_bytes() -> None:
    """Nothing of the moment stands in the file."""
    assert written([["甲"], ["乙"]]) == written([["甲"], ["乙"]])
