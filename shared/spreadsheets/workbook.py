"""Writes XLSX in which every cell is text, so that no program takes one for a formula (V69). Row by row into a file:
the whole sheet is never in memory, and the same rows give the same bytes."""

import re
import zipfile
from collections.abc import Iterable, Sequence
from typing import IO, Final, Self
from xml.sax.saxutils import escape

_MOST_CHARACTERS: Final = 32_767
_MOMENT: Final = (1980, 1, 1, 0, 0, 0)
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
# The second format is text with a quote before it: what is typed over such a cell stays text as well.
_STYLES: Final = f"""{_HEAD}<styleSheet xmlns="{_MAIN}">
<fonts count="2">
<font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font>
</fonts>
<fills count="1"><fill><patternFill patternType="none"/></fill></fills>
<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>
<cellXfs count="3">
<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>
<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1" applyNumberFormat="1"/>
<xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" quotePrefix="1" applyNumberFormat="1" applyFont="1"/>
</cellXfs>
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>
</styleSheet>"""
_PARTS: Final = {
    "[Content_Types].xml": f"""{_HEAD}<Types xmlns="{_PACKAGE}/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>
<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/>
<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/></Types>""",
    "_rels/.rels": f"""{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">
<Relationship Id="rId1" Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>""",
    "xl/_rels/workbook.xml.rels": f"""{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">
<Relationship Id="rId1" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/>
<Relationship Id="rId2" Type="{_RELATIONS}/styles" Target="styles.xml"/></Relationships>""",
    "xl/styles.xml": _STYLES,
}
_UNWRITABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LOOKS_ESCAPED: Final = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def sheet_headers(name: str) -> dict[str, str]:
    """The headers under which a sheet leaves: as an attachment called `name`.xlsx, kept by nobody (V38)."""
    return {
        "Content-Type": f"{_TYPE}.sheet",
        "Content-Disposition": f'attachment; filename="{name}.xlsx"',
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
    }


class Workbook:
    """One sheet with a header that stays in sight, written as its rows come; leaving its block completes the file.
    Characters that XML can not hold (NUL among them) become U+FFFD."""

    def __init__(self, target: IO[bytes], title: str, header: Sequence[str]) -> None:
        self._archive = zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=4)
        for name, text in _PARTS.items():
            self._archive.writestr(_entry(name), text)
        self._archive.writestr(_entry("xl/workbook.xml"), _workbook(title))
        self._sheet = self._archive.open(_entry("xl/worksheets/sheet1.xml"), "w", force_zip64=True)
        self._sheet.write(_opening(len(header)) + _row(1, header, 2))
        self.rows = 0

    def add(self, rows: Iterable[Sequence[str]]) -> None:
        """Further rows below those that are there."""
        for row in rows:
            self.rows += 1
            self._sheet.write(_row(self.rows + 1, row, 1))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Nothing is added after this."""
        self._sheet.write(b"</sheetData></worksheet>")
        self._sheet.close()
        self._archive.close()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _MOMENT)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _workbook(title: str) -> str:
    named = escape(re.sub(r"[\[\]:*?/\\']", " ", title)[:31], {'"': "&quot;"})
    sheets = f'<sheets><sheet name="{named}" sheetId="1" r:id="rId1"/></sheets>'
    return f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}">{sheets}</workbook>'


def _opening(columns: int) -> bytes:
    pane = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    view = f'<sheetViews><sheetView workbookViewId="0">{pane}</sheetView></sheetViews>'
    widths = f'<cols><col min="1" max="{columns}" width="20" customWidth="1"/></cols>'
    return f'{_HEAD}<worksheet xmlns="{_MAIN}">{view}{widths}<sheetData>'.encode()


def _row(number: int, cells: Sequence[str], style: int) -> bytes:
    written = "".join(_cell(text, style) for text in cells)
    return f'<row r="{number}">{written}</row>'.encode()


def _cell(text: str, style: int) -> str:
    """Text by its type, whatever it begins with."""
    shown = _LOOKS_ESCAPED.sub("_x005F_", _UNWRITABLE.sub("�", text[:_MOST_CHARACTERS]))
    written = escape(shown, {"\r": "&#13;"})
    return f'<c s="{style}" t="inlineStr"><is><t xml:space="preserve">{written}</t></is></c>'
