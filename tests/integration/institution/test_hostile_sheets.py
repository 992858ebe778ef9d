"""Sheets that mean harm, or were made by mistake: refused as a whole with what to do, or row by row (V69)."""

import io
import zipfile
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pytest

from tests.integration.institution.library import Library
from tests.integration.institution.sheets import (
    COLUMNS,
    clinic,
    count,
    counts,
    saved,
    text_file,
    workbook,
    zone_importer,
)


def bomb() -> bytes:
    """An archive that unpacks to far more than is accepted."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 130_000_000)
    return out.getvalue()


def entities() -> bytes:
    """A workbook whose sheet expands one entity into very many."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook(COLUMNS, clinic(1)))) as good,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for part in good.namelist():
            body = good.read(part)
            if part == "xl/worksheets/sheet1.xml":
                nested = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
                head = f'<!DOCTYPE worksheet [<!ENTITY e0 "x">{nested}]>'.encode()
                body = head + body.replace(b"</sheetData>", b'<row><c t="str"><v>&e9;</v></c></row></sheetData>')
            archive.writestr(part, body)
    return out.getvalue()


WHOLE = {
    "no archive": ("sheet_unreadable", b"PK\x03\x04garbage"),
    "binary": ("sheet_unreadable", b"\x00\x01\x02"),
    "open quote": ("sheet_unreadable", b'"open'),
    "binary workbook": ("sheet_unreadable", b"\xd0\xcf\x11\xe0old binary workbook \xff\xfe\xff"),
    "bomb": ("sheet_too_large", bomb()),
    "long cell": ("sheet_too_large", text_file(COLUMNS, clinic(1, name="长" * 501))),
    "many rows": ("sheet_too_large", text_file(COLUMNS, *(clinic(number) for number in range(21)))),
    "100 columns": ("sheet_columns_wrong", text_file([f"列{number}" for number in range(100)], ["x"] * 100)),
    "passwords": ("sheet_columns_wrong", text_file([*COLUMNS, "密码"], [*clinic(1), "x"])),
    "column twice": ("sheet_columns_wrong", text_file([*COLUMNS, "机构名称"], [*clinic(1), "x"])),
    "no name": ("sheet_columns_wrong", text_file(COLUMNS[1:], clinic(1)[1:])),
    "no header": ("sheet_columns_wrong", text_file([], clinic(1))),
    "no rows": ("sheet_empty", text_file(COLUMNS)),
    "blank rows": ("sheet_empty", text_file(COLUMNS, [""] * 7, [])),
}


@pytest.mark.requirement("V69")
@pytest.mark.parametrize("file", WHOLE)
async def test_files_that_are_no_list_are_refused_whole(make_library: Any, file: str) -> None:
    """The sheet ends unusable with the reason and what to do in both languages, and none of its rows is kept."""
    code, data = WHOLE[file]
    library = await make_library(IMPORTS__ROWS="20")
    zone = await zone_importer(library)
    sheet = await zone.checked(data)
    assert (sheet["state"], sheet["problem"]["code"]) == ("unusable", code)
    english = (await zone.api.call("GET", f"/sheet-imports/{sheet['id']}", headers={"Accept-Language": "en"})).body
    assert sheet["problem"]["detail"] != english["problem"]["detail"]
    assert (await zone.started(sheet)).code == "sheet_not_checked"
    assert await count(library.service, "SELECT count(*) FROM sheet_import_row") == 0


@pytest.mark.requirement("V69")
async def test_entities_are_not_expanded(library: Library) -> None:
    """A billion times x ends as a refusal within the child's limits, and the next sheet is read."""
    zone = await zone_importer(library)
    assert (await zone.checked(entities()))["state"] == "unusable"
    assert counts(await zone.checked(workbook(COLUMNS, clinic(1)))) == (0, 1, 0, 0)


@pytest.mark.requirement("V69")
async def test_what_a_workbook_hides_or_calculates_is_not_taken(library: Library) -> None:
    """The first sheet that is shown counts; formulas without a value and all but the first of merged cells are empty,
    and the row says what to do."""
    zone = await zone_importer(library)
    book = openpyxl.Workbook()
    book.active.title, book.active.sheet_state = "hidden", "hidden"
    book.active.append(["密码"])
    shown = book.create_sheet("shown")
    for row in (COLUMNS, clinic(1), clinic(2, name="=A2"), clinic(3), clinic(4, division="")):
        shown.append(row)
    shown.merge_cells("B4:B5")
    sheet = await zone.checked(saved(book))
    assert await zone.problems(sheet) == {
        2: [],
        3: [("/name", "required")],
        4: [],
        5: [("/division_code", "required")],
    }


@pytest.mark.requirement("V69")
async def test_a_file_beyond_the_limit_is_not_taken_in(make_library: Any) -> None:
    """Larger than allowed is refused while it is received, before anything is stored; so is nothing at all."""
    library = await make_library(IMPORTS__MEGABYTES="1")
    zone = await zone_importer(library)
    assert (await zone.upload(b"x" * (1024 * 1024 + 1))).status == 413
    assert (await zone.upload(b"")).status == 422
    assert await count(library.service, "SELECT count(*) FROM sheet_import") == 0
