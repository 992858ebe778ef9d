"""The library filled from spreadsheets: a dry run, results by row, carried out as if typed in (B5, B7, V69)."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from services.institution.scheduled.sheets import carry_out_sheets, forget_sheets, read_sheets
from shared.contracts.institution import InstitutionChanged, StaffRequested
from shared.ids import new_id
from tests.integration.institution.library import Library
from tests.integration.institution.sheets import (
    COLUMNS,
    Importer,
    clinic,
    count,
    counts,
    text_file,
    workbook,
    zone_importer,
)

INSTITUTIONS = "SELECT count(*) FROM institution"


@pytest.mark.requirement("B7")
async def test_a_sheet_is_checked_and_then_imported(library: Library) -> None:
    """The check names what is wrong with every cell and imports nothing; once started each good row is an issued
    institution with its event, its audit entry and, where the row names an owner, an invitation."""
    zone = await zone_importer(library)
    assert (await library.issue(name="虚构老医院", registration_no="PDY777777777")).status == 201
    sheet = await zone.checked(
        workbook(
            COLUMNS,
            clinic(1, owner="甄主任", phone="139 0000 7001"),
            clinic(2, credit="91350100M000100Y43"),
            clinic(3, division="420100"),
            clinic(4, kind="皇宫", phone="123"),
            clinic(5, credit="91350100M000100Y44"),
            clinic(6, name="虚构老医院"),
            clinic(7, licence="PDY-777777777"),
            clinic(1),
            ["", "", "", "", "", "", ""],
            clinic(10, name="", owner="甄主任"),
        )
    )
    assert (sheet["state"], counts(sheet), sheet["read_lines"]) == ("checked", (7, 2, 0, 0), 11)
    assert await zone.problems(sheet) == {
        2: [],
        3: [],
        4: [("/division_code", "division_unknown")],
        5: [
            ("/institution_type", "unknown_choice"),
            ("/owner_phone", "phone_invalid"),
            ("/owner_name", "owner_incomplete"),
        ],
        6: [("/credit_code", "credit_code_check")],
        7: [("/name", "institution_name_taken")],
        8: [("/registration_no", "registration_no_taken")],
        9: [("/name", "repeated_in_sheet"), ("/registration_no", "repeated_in_sheet")],
        11: [("/name", "required"), ("/owner_phone", "owner_incomplete")],
    }
    invited = len(await library.service.published(StaffRequested))
    await carry_out_sheets(library.service.deps)
    assert await count(library.service, INSTITUTIONS) == 1, "a check imports nothing"
    done = await zone.imported(sheet)
    assert (done["state"], counts(done)) == ("done", (7, 0, 2, 0))
    events = (await library.service.published(InstitutionChanged))[1:]
    assert [(event.name, event.state) for event in events] == [("虚构第1诊所", "issued"), ("虚构第2诊所", "issued")]
    asked = (await library.service.published(StaffRequested))[invited:]
    assert [(one.scope_name, one.requested_by) for one in asked] == [("虚构第1诊所", zone.id)]
    issued = "SELECT count(*) FROM audit_entry WHERE action = 'institution.issue'"
    assert await count(library.service, issued) == 3
    made = (await zone.api.get(f"/sheet-imports/{sheet['id']}/rows?result=done")).body["items"]
    assert [row["subject_id"] for row in made] == [str(event.institution_id) for event in events]
    assert (await zone.started(done)).code == "sheet_not_checked"


@pytest.mark.requirement("B7")
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
async def test_text_files_of_all_usual_encodings_are_read(library: Library, encoding: str) -> None:
    """UTF-8 with and without its mark, and what Excel writes on a Chinese Windows."""
    zone = await zone_importer(library)
    sheet = await zone.imported(
        await zone.checked(text_file(COLUMNS, clinic(1, name="虚构镕基堃诊所"), encoding=encoding))
    )
    assert counts(sheet) == (0, 0, 1, 0)
    (event,) = await library.service.published(InstitutionChanged)
    assert event.name == "虚构镕基堃诊所"


@pytest.mark.requirement("B5", "B7")
async def test_every_row_stays_inside_the_jurisdiction(library: Library) -> None:
    """A site imports for itself and the points below; divisions and bodies of others are refused row by row, in the
    check and, where a body was moved out of reach afterwards, when carried out."""
    site = await library.body_id("site", library.zone_id, ["420100"])
    assert (await library.body("point", site, ["420102"], code="P1")).status == 201
    assert (await library.body("site", library.zone_id, ["420200"], code="S2")).status == 201
    by = await Importer.known(library.service, "site_admin", site)
    header = [*COLUMNS, "备案机构代码"]
    rows = [
        [*clinic(1), ""],
        [*clinic(2), "P1"],
        [*clinic(3, division="420103"), "P1"],
        [*clinic(4, division="420202"), ""],
        [*clinic(5), "S2"],
        [*clinic(6), "NOBODY"],
    ]
    sheet = await by.checked(workbook(header, *rows))
    assert await by.problems(sheet) == {
        2: [],
        3: [],
        4: [("", "division_outside_territory")],
        5: [("", "division_outside_territory")],
        6: [("/filing_body_code", "filing_body_unknown")],
        7: [("/filing_body_code", "filing_body_unknown")],
    }
    async with library.service.database.transaction() as tx:
        await tx.execute("UPDATE exam_body SET state = 'closed' WHERE code = 'P1'")
    done = await by.imported(sheet)
    assert counts(done) == (4, 0, 1, 1)
    assert (await by.problems(done))[3] == [("", "exam_body_not_active")]


@pytest.mark.requirement("B7")
async def test_what_somebody_else_registered_meanwhile_is_refused_by_its_row(library: Library) -> None:
    """Between check and import the name is taken: that row is refused, its neighbours in the same batch are not, and
    no event of the refused one leaves."""
    zone = await zone_importer(library)
    sheet = await zone.checked(workbook(COLUMNS, clinic(1), clinic(2), clinic(3)))
    assert (await library.issue(name="虚构第2诊所")).status == 201
    done = await zone.imported(sheet)
    assert counts(done) == (0, 0, 2, 1)
    assert (await zone.problems(done))[3] == [("", "institution_name_taken")]
    names = [event.name for event in await library.service.published(InstitutionChanged)]
    assert names == ["虚构第2诊所", "虚构第1诊所", "虚构第3诊所"]
    assert await count(library.service, "SELECT count(*) FROM audit_entry WHERE action = 'institution.issue'") == 3


@pytest.mark.requirement("B7")
async def test_parallel_imports_of_the_same_units_leave_one_of_each(library: Library) -> None:
    """Two bodies import the same list at the same moment: every unit is there once, every row has an answer."""
    zone, other = await zone_importer(library), await zone_importer(library)
    rows = [clinic(number) for number in range(60)]
    sheets = [await by.checked(workbook(COLUMNS, *rows)) for by in (zone, other)]
    for by, sheet in zip((zone, other), sheets, strict=True):
        assert (await by.started(sheet)).status == 200
    await asyncio.gather(*(carry_out_sheets(library.service.deps) for _ in range(3)))
    ended = [await by.sheet(sheet["id"]) for by, sheet in zip((zone, other), sheets, strict=True)]
    assert [sheet["state"] for sheet in ended] == ["done", "done"]
    assert sum(sheet["done"] for sheet in ended) == 60 == sum(sheet["refused"] for sheet in ended)
    assert await count(library.service, INSTITUTIONS) == 60


@pytest.mark.requirement("B7", "V69")
async def test_the_results_are_the_same_sheet_with_a_column_of_outcomes(library: Library) -> None:
    """Columns and cells as uploaded, then line, result, what to do and the id, in the caller's language; nothing in it
    begins like a formula, and the look is recorded."""
    zone = await zone_importer(library)
    hostile = clinic(2, name="=HYPERLINK(A1)")
    sheet = await zone.imported(await zone.checked(text_file(COLUMNS, clinic(1), hostile, clinic(3, kind="@SUM(A1)"))))
    header, good, formula, wrong = await zone.results(sheet)
    assert header == [*COLUMNS, "行号", "结果", "说明", "编号"]
    assert (good[:2], good[7:10]) == (["虚构第1诊所", "420102"], ["2", "已导入", ""])
    assert formula[0] == "'=HYPERLINK(A1)"
    assert (wrong[2], wrong[8]) == ("'@SUM(A1)", "有误，未导入")
    assert wrong[9] == "机构类型：请填写规定的机构类型，如：综合医院、卫生院、村卫生室"
    english = (await zone.results(sheet, "en"))[3]
    assert english[8:10] == ["wrong, not imported", "institution_type: Write one of the types, such as clinic"]
    looks = "SELECT count(*) FROM audit_entry WHERE action = 'sheet_import.read_results'"
    assert await count(library.service, looks) == 2


@pytest.mark.requirement("B7")
async def test_rows_take_the_rights_of_the_moment(library: Library) -> None:
    """Of a maker who was disabled after starting nothing is carried out any more; one who was never heard of waits."""
    zone = await zone_importer(library)
    sheet = await zone.checked(workbook(COLUMNS, clinic(1), clinic(2)))
    assert (await zone.started(sheet)).status == 200
    await zone.told("disabled", 2)
    await carry_out_sheets(library.service.deps)
    ended = await zone.sheet(sheet["id"])
    assert counts(ended) == (0, 0, 0, 2)
    assert (await zone.problems(ended))[2] == [("", "maker_without_rights")]
    service, somebody = library.service, new_id()
    api = service.caller("zone_admin", id=somebody, scope_id=library.zone_id)
    unheard = Importer(service, somebody, "zone_admin", library.zone_id, api)
    waits = await unheard.checked(workbook(COLUMNS, clinic(1)))
    assert (await unheard.started(waits)).status == 200
    await carry_out_sheets(library.service.deps)
    assert counts(await unheard.sheet(waits["id"])) == (0, 1, 0, 0)
    assert await count(library.service, INSTITUTIONS) == 0


@pytest.mark.requirement("B7")
async def test_a_sheet_is_stopped_and_started_again(make_library: Any) -> None:
    """Stopped, what was done stays and the rest waits; started again it goes on; sheets of others, and stale versions,
    are refused."""
    library = await make_library()
    zone, other = await zone_importer(library), await zone_importer(library)
    sheet = await zone.checked(workbook(COLUMNS, *(clinic(number) for number in range(70))))
    path = f"/sheet-imports/{sheet['id']}"
    assert (await zone.api.post(f"{path}/stop", version=sheet["version"])).code == "sheet_not_running"
    running = (await zone.started(sheet)).body
    assert (await zone.started(sheet)).code == "stale_version"
    assert (await zone.api.post(f"{path}/stop", version=running["version"])).body["state"] == "checked"
    await carry_out_sheets(library.service.deps)
    assert await count(library.service, INSTITUTIONS) == 0
    for way in ("", "/rows", "/results"):
        assert (await other.api.get(path + way)).status == 404
    assert (await other.api.post(f"{path}/start", version=3)).status == 404
    assert (await other.api.get("/sheet-imports")).body["items"] == []
    ended = await zone.imported(await zone.sheet(sheet["id"]))
    assert (ended["state"], counts(ended)) == ("done", (0, 0, 70, 0))
    assert (await zone.api.get("/sheet-imports?kind=institutions")).body["items"] == [ended]
    assert (await zone.api.get("/sheet-imports?kind=supervisors")).body["items"] == []


@pytest.mark.requirement("B7")
async def test_one_sheet_of_a_person_is_read_and_one_carried_out_at_a_time(library: Library) -> None:
    """A second one says so, however close together the two come; the same upload under the same key is one sheet."""
    zone = await zone_importer(library)
    data = workbook(COLUMNS, clinic(1))
    answers = await asyncio.gather(*(zone.upload(data) for _ in range(4)))
    assert sorted(answer.code for answer in answers) == ["", *["sheet_under_way"] * 3]
    await read_sheets(library.service.deps)
    data = workbook(COLUMNS, clinic(2))
    again = [await zone.upload(data, key="the-same-key-0001") for _ in range(2)]
    assert again[0].body["id"] == again[1].body["id"]
    await read_sheets(library.service.deps)
    first, second = (await zone.api.get("/sheet-imports")).body["items"]
    assert (await zone.started(first)).status == 200
    assert (await zone.started(second)).code == "sheet_under_way"


@pytest.mark.requirement("V57")
async def test_sheets_and_files_go_in_their_time(library: Library) -> None:
    """The file goes once it was read, files that never became a sheet after a day, the sheet with its rows after 30."""
    zone = await zone_importer(library)
    assert (await zone.upload(b"x")).status == 201
    assert (await zone.upload(b"x")).code == "sheet_under_way"
    assert len(await library.service.bucket.list_keys("sheet-imports/")) >= 2
    await read_sheets(library.service.deps)
    await zone.checked(workbook(COLUMNS, clinic(1)))
    await library.service.sweep()
    for advance, left in ((timedelta(days=29), 1), (timedelta(days=2), 0)):
        library.clock.advance(advance)
        await library.service.sweep()
        await forget_sheets(library.service.deps)
        assert await count(library.service, "SELECT count(*) FROM sheet_import_row") == left
    assert await library.service.bucket.list_keys("sheet-imports/") == []
