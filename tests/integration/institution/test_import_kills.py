"""kill -9 while a sheet is read and while it is carried out: nothing is lost and no row is taken twice (M2, B7)."""

import pytest

from services.institution.scheduled.sheets import carry_out_sheets, read_sheets
from shared.contracts.institution import InstitutionChanged
from tests.integration.institution.library import Library
from tests.integration.institution.sheets import (
    COLUMNS,
    Importer,
    clinic,
    count,
    counts,
    text_file,
    working_process,
    zone_importer,
)
from tests.support.engines import Engines

KILLED = -9
ROWS = 450
SHEET = text_file(COLUMNS, *(clinic(number) for number in range(ROWS - 1)), clinic(0))
"""The last row repeats the first one, which a resumed reading must still know."""


@pytest.mark.requirement("B7")
@pytest.mark.parametrize("failpoint", ["sheets.after_read_batch:kill:1", "command.before_commit:kill:2"])
async def test_reading_goes_on_after_a_kill(engines: Engines, library: Library, failpoint: str) -> None:
    """Every line is kept once, and a line that repeats one from before the kill is still found out."""
    zone = await zone_importer(library)
    sheet = (await zone.upload(SHEET)).body
    assert await working_process(engines, library.service, failpoint) == KILLED
    half = await zone.sheet(sheet["id"])
    assert (half["state"], half["read_lines"], half["waiting"]) == ("received", 201, 200)
    assert await working_process(engines, library.service, "") == 0
    read = await zone.sheet(sheet["id"])
    assert (read["state"], counts(read)) == ("checked", (1, ROWS - 1, 0, 0))
    assert await count(library.service, "SELECT count(DISTINCT line) FROM sheet_import_row") == ROWS
    assert await count(library.service, "SELECT count(*) FROM sheet_import_row") == ROWS


@pytest.mark.requirement("B7")
@pytest.mark.parametrize(
    ("failpoint", "done"),
    [("sheets.before_mark:kill:3", 100), ("sheets.after_batch:kill:3", 150)],
)
async def test_carrying_out_goes_on_after_a_kill(engines: Engines, library: Library, failpoint: str, done: int) -> None:
    """Whatever the moment, each row has one institution and one event in the end, and the counts are exact."""
    zone = await zone_importer(library)
    sheet = await zone.checked(SHEET)
    assert (await zone.started(sheet)).status == 200
    assert await working_process(engines, library.service, failpoint) == KILLED
    half = await zone.sheet(sheet["id"])
    assert (half["state"], half["done"], half["waiting"]) == ("running", done, ROWS - 1 - done)
    assert await count(library.service, "SELECT count(*) FROM institution") == done
    assert await working_process(engines, library.service, "") == 0
    assert await _whole(zone, sheet["id"])


async def test_without_the_result_of_a_row_in_its_commit_rows_are_doubled(library: Library) -> None:
    """Negative control: the results of a batch forgotten, as if they were written apart and the process died between,
    and no name guarded by the library: the same check finds the doubled rows."""
    zone = await zone_importer(library)
    rows = (clinic(number, licence="") for number in range(100))
    sheet = (await zone.upload(text_file(COLUMNS, *rows))).body
    service = library.service
    await read_sheets(service.deps)
    assert (await zone.started(await zone.sheet(sheet["id"]))).status == 200
    await carry_out_sheets(service.deps)
    assert await _whole(zone, sheet["id"])
    async with service.database.transaction() as tx:
        await tx.execute("UPDATE institution SET state = 'closed'")
        await tx.execute("UPDATE sheet_import_row SET result = 'waiting' WHERE line <= 51")
        await tx.execute("UPDATE sheet_import SET state = 'running', waiting = 50, done = 50")
    await carry_out_sheets(service.deps)
    assert not await _whole(zone, sheet["id"])


async def _whole(zone: Importer, import_id: str) -> bool:
    """Whether the sheet is done, and each row that was good made exactly one institution and one event."""
    sheet, service = await zone.sheet(import_id), zone.service
    good = sheet["done"]
    made = await count(service, "SELECT count(*) FROM institution")
    named = await count(service, "SELECT count(DISTINCT subject_id) FROM sheet_import_row WHERE result = 'done'")
    told = len({event.institution_id for event in await service.published(InstitutionChanged)})
    issued = await count(service, "SELECT count(*) FROM audit_entry WHERE action = 'institution.issue'")
    return (
        sheet["state"] == "done" and sheet["waiting"] == sheet["refused"] == 0 and {made, named, told, issued} == {good}
    )
