"""Many invitations from one spreadsheet: checked first, carried out by the worker, results by row (B5, V12, V69)."""

import csv
import io
import zipfile
from datetime import timedelta
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pytest

from services.identity.jobs import forget_requests, invite_many
from shared.contracts.identity_staff import StaffInvited
from shared.spreadsheets.writer import csv_file
from tests.integration.identity.offices import REASON, Holder, Offices
from tests.support.service_under_test import Answer, Serve

HEADER = ["姓名", "手机号", "角色", "机构"]


def workbook(*rows: list[Any]) -> bytes:
    """An XLSX file."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


async def upload(by: Holder, data: bytes) -> Answer:
    """Have a file checked."""
    headers = {"Content-Type": "application/octet-stream"}
    return await by.api.call("POST", "/staff-sheets", data=data, headers=headers)


async def rows_of(by: Holder, sheet: dict[str, Any], query: str = "") -> list[tuple[int, str, str | None]]:
    """(line, result, problem) of every row."""
    items = (await by.api.get(f"/staff-sheets/{sheet['sheet_id']}/rows{query}")).body["items"]
    return [(item["line"], item["result"], item["problem"]) for item in items]


@pytest.mark.requirement("B5", "V12")
async def test_a_workbook_is_checked_and_then_carried_out(serve: Serve) -> None:
    """The check names what is wrong with each row and invites nobody; once started every good row gets its invitation
    by SMS, the bad ones stay, and the progress and the result list say so."""
    offices = await Offices.open(serve)
    unit, outside = (
        await offices.institution(offices.zone, offices.site),
        await offices.institution(offices.zone, offices.other_site),
    )
    site = await offices.holder("site_admin", offices.site)
    already = len(await offices.service.published(StaffInvited))
    data = workbook(
        HEADER,
        ["东方一", 13900005001, "主账号", str(unit)],
        ["东方二", "13900005002", "报名点管理员", str(offices.point)],
        ["东方三", "12345", "主账号", str(unit)],
        ["东方四", "13900005004", "主账号", str(outside)],
        ["东方五", "13900005005", "皇帝", str(unit)],
        ["东方六", "13900005006", "主账号", "第九医院"],
        ["东方一", "13900005001", "主账号", str(unit)],
        ["", "", "", ""],
    )
    checked = await upload(site, data)
    assert checked.status == 201, checked.body
    sheet = checked.body
    assert (sheet["state"], sheet["waiting"], sheet["wrong"], sheet["invited"]) == ("checked", 2, 5, 0)
    assert await rows_of(site, sheet, "?result=wrong") == [
        (4, "wrong", "phone_invalid"),
        (5, "wrong", "beyond_own_rights"),
        (6, "wrong", "role_unknown"),
        (7, "wrong", "scope_unknown"),
        (8, "wrong", "phone_repeated"),
    ]
    await invite_many(offices.service.deps)
    assert len(await offices.service.published(StaffInvited)) == already, "a check invites nobody"
    path = f"/staff-sheets/{sheet['sheet_id']}"
    started = await site.api.post(f"{path}/start", version=sheet["version"])
    assert (started.status, started.body["state"]) == (200, "running")
    await invite_many(offices.service.deps)
    done = (await site.api.get(path)).body
    assert (done["state"], done["waiting"], done["invited"], done["wrong"]) == ("done", 0, 2, 5)
    assert len(await offices.service.published(StaffInvited)) == already + 2
    assert (await site.api.post(f"{path}/start", version=done["version"])).code == "nobody_to_invite"
    results = await site.api.get(f"{path}/results")
    listed = list(csv.reader(io.StringIO(results.body.decode("utf-8-sig"))))
    assert [line[3] for line in listed[1:3]] == ["invited", "invited"]
    assert "13900005001" not in results.body.decode()
    assert (await site.api.get("/staff-sheets")).body["items"] == [done]


@pytest.mark.requirement("B5")
async def test_a_row_is_carried_out_with_the_rights_of_that_moment(serve: Serve) -> None:
    """A row whose person works there by now is refused, and all rows of somebody who was disabled meanwhile are."""
    offices = await Offices.open(serve)
    unit = await offices.institution(offices.zone, offices.site)
    site = await offices.holder("site_admin", offices.site)
    owner = await offices.holder("institution_owner", unit)
    await offices.holder("institution_owner", unit)
    text = "name,phone,role\n东方一,13900005001,institution_business_admin\n东方二,13900005002,业务管理员\n"
    sheet = (await upload(owner, text.encode("gb18030"))).body
    await offices.invited(owner, "institution_business_admin", unit, "13900005001")
    assert (await owner.api.post(f"/staff-sheets/{sheet['sheet_id']}/start", version=1)).status == 200
    await invite_many(offices.service.deps)
    assert await rows_of(owner, sheet) == [(2, "refused", "staff_already_active"), (3, "invited", None)]
    late = (await upload(owner, text.replace("1390000500", "1390000600").encode())).body
    assert (await owner.api.post(f"/staff-sheets/{late['sheet_id']}/start", version=1)).status == 200
    assert (await offices.step(site, owner, "disablement", REASON)).status == 200
    await invite_many(offices.service.deps)
    assert [row[1:] for row in await rows_of(owner, late)] == [("refused", "beyond_own_rights")] * 2


def bomb() -> bytes:
    """An archive that unpacks to far more than is accepted."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 40_000_000)
    return out.getvalue()


@pytest.mark.requirement("V69", "V12")
async def test_what_is_no_list_of_people_is_refused(serve: Serve) -> None:
    """A column for passwords, no header, no rows, too many rows, a bomb, a far corner, and garbage; nothing is kept."""
    offices = await Offices.open(serve, STAFF__SHEET_ROWS="10")
    site = await offices.holder("site_admin", offices.site)
    corner = openpyxl.Workbook()
    corner.active["A1"], corner.active["XFD1048576"] = "姓名", "x"
    out = io.BytesIO()
    corner.save(out)
    person = "\n东方一,13900005001,主账号"
    refusals = {
        "sheet_columns_wrong": ["姓名,手机号,角色,密码\n东方一,13900005001,主账号,Abc-12345".encode(), b"a,b,c\n1,2,3"],
        "sheet_empty": ["姓名,手机号,角色\n".encode()],
        "sheet_too_large": [("姓名,手机号,角色" + person * 11).encode(), bomb()],
        "sheet_unreadable": [b"PK\x03\x04garbage", b"\x00\x01\x02", b'"open'],
    }
    for code, files in refusals.items():
        for data in files:
            assert (await upload(site, data)).code == code, (code, data[:40])
    assert (await upload(site, out.getvalue())).status in (413, 422)
    assert (await site.api.get("/staff-sheets")).body["items"] == []


@pytest.mark.requirement("V69")
def test_cells_that_would_be_formulas_are_text_for_two_readers() -> None:
    """Read back by the csv module and by openpyxl, no cell of a corpus begins like a formula."""
    corpus = ["=1+1", "+86", "-2", "@SUM(A1)", "\t=1", "\r=1", " =cmd|' /C calc'!A0", "＝1", "普通", "", "a=b"]
    rows = list(csv.reader(io.StringIO(csv_file([corpus]).decode("utf-8-sig"), newline="")))
    book = openpyxl.Workbook()
    book.active.append(rows[0])
    assert [cell.data_type for cell in book.active[1] if cell.data_type == "f"] == []
    assert [cell for cell in rows[0] if cell.strip().startswith(("=", "+", "-", "@", "＝"))] == []
    assert rows[0][-3:] == ["普通", "", "a=b"]


@pytest.mark.requirement("V57")
async def test_sheets_go_after_their_term(serve: Serve) -> None:
    """Names and phones of people to be invited are forgotten with the sheet, done or left alone; one that is being
    carried out stays."""
    offices = await Offices.open(serve)
    unit = await offices.institution(offices.zone, offices.site)
    site = await offices.holder("site_admin", offices.site)
    for n in range(2):
        row = ["东方一", f"1390000600{n}", "主账号", str(unit)]
        assert (await upload(site, workbook(HEADER, row))).status == 201
    service = offices.service
    async with service.database.transaction() as tx:
        await tx.execute(
            "UPDATE staff_sheet SET state = 'running' WHERE sheet_id IN (SELECT sheet_id FROM staff_sheet LIMIT 1)"
        )
    for advance, left in ((timedelta(days=29), 2), (timedelta(days=2), 1)):
        service.clock.advance(advance)
        await forget_requests(service.deps)
        async with service.database.read() as reader:
            assert await reader.fetchval("SELECT count(*) FROM staff_sheet_row") == left
