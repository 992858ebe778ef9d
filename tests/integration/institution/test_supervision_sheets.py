"""Where institutions stand and what they lack: each number opens its list, the list leaves as a sheet (B7, B8, V69)."""

import hashlib
import io
from datetime import timedelta
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pytest

from services.institution.domain.supervised_errors import TooManyInstitutionsToExport
from services.institution.storage.supervision import SupervisionFilter
from services.institution.use_cases.supervising.compose_supervision_sheet import compose_supervision_sheet
from tests.integration.institution.library import Library
from tests.support.service_under_test import Caller

FORMULA = '=HYPERLINK("http://example.invalid","点击")'


async def listed(caller: Caller, **filters: Any) -> list[str]:
    """Who stands in the list behind a number."""
    asked = "&".join(f"{name}={value}" for name, value in filters.items())
    answer = await caller.get(f"/supervision/institutions?limit=100&{asked}")
    assert answer.status == 200, answer.body
    return [one["id"] for one in answer.body["items"]]


async def rows(caller: Caller, query: str) -> list[tuple[Any, ...]]:
    """What stands in a sheet, the header first."""
    answer = await caller.get(f"/supervision/sheet?reason_code=supervision&{query}")
    assert answer.status == 200, answer.body
    sheet = openpyxl.load_workbook(io.BytesIO(answer.body)).active
    assert sheet is not None
    assert {cell.data_type for line in sheet.iter_rows() for cell in line} <= {"s", "inlineStr", "n"}
    assert all(cell.value is None for line in sheet.iter_rows() for cell in line if cell.data_type == "n")
    return [tuple(row) for row in sheet.iter_rows(values_only=True)]


@pytest.mark.requirement("B7", "B8", "B9")
async def test_each_missing_field_opens_its_list(library: Library) -> None:
    """Body by body and field by field: as many are listed as the completeness report counts, each names the field, and
    licences that ran out open their list as well."""
    site_id = await library.body_id("site", library.zone_id, ["420100"])
    point_id = await library.body_id("point", site_id, ["420102"])
    await library.hospital(filing_body_id=str(point_id))
    half = await library.issued(filing_body_id=str(point_id))
    await library.accept(half)
    piece = {"address": "湖北省武汉市虚构路1号", "grade": "3A"}
    assert (await half.owner.put(f"/institutions/{half.id}/profile", piece, version=2)).status == 200
    await library.issued(institution_type="cdc")
    async with library.service.database.transaction() as tx:
        yesterday = library.clock.now().date() - timedelta(days=1)
        assert await tx.execute("UPDATE institution SET licence_valid_to = $1 WHERE id = $2", yesterday, half.id) == 1
    opened = 0
    for line in (await library.zone.get("/completeness")).body["bodies"]:
        place = {"body_id": line["body_id"], "direct": line["body_id"] == str(library.zone_id)}
        assert len(await listed(library.zone, **place)) == line["institutions"]
        assert len(await listed(library.zone, licence_ended=True, **place)) == line["licence_ended"]
        for field, count in line["missing"].items():
            found = await library.zone.get(
                f"/supervision/institutions?lacking={field}&body_id={place['body_id']}&direct={place['direct']}"
            )
            assert len(found.body["items"]) == count, field
            assert all(f"/{field}" in one["missing"] for one in found.body["items"])
            opened += count
    assert opened > 10
    assert await listed(library.zone, licence_ended=True) == [str(half.id)]
    assert await listed(library.zone, lacking="address", standing="profile_incomplete") == []
    assert (await library.zone.get("/supervision/institutions?lacking=owner_phone")).status == 422


@pytest.mark.requirement("B8", "V69", "V24", "V64")
async def test_the_sheet_holds_what_the_list_shows(library: Library) -> None:
    """The rows of the caller's jurisdiction and no others, every cell text, also a name that begins like a formula; who
    took what with which filter and why is on record, and without a reason nothing is taken."""
    site_id = await library.body_id("site", library.zone_id, ["420100"])
    other_id = await library.body_id("site", library.zone_id, ["420500"])
    inside = await library.issued(filing_body_id=str(site_id))
    await library.issued()
    async with library.service.database.transaction() as tx:
        assert await tx.execute("UPDATE institution SET name = $1 WHERE id = $2", FORMULA, inside.id) == 1
    header, *found = await rows(library.zone, "standing=not_activated")
    assert (header[0], header[5], header[6], len(found)) == ("机构名称", "状况", "缺少的资料", 2)
    site = library.staff("site_admin", site_id)
    _, line = await rows(site, "lacking=address")
    assert line[0] == FORMULA
    assert line[4:6] == ((await site.get(f"/exam-bodies/{site_id}")).body["name"], "未激活")
    assert {"地址", "执业许可证图片"} <= set(line[6].split("、"))
    outside = library.staff("site_admin", other_id)
    none = await outside.get(f"/supervision/sheet?reason_code=supervision&body_id={site_id}")
    assert (none.status, none.code) == (422, "no_institutions_to_export")
    assert (await site.get("/supervision/sheet")).status == 422
    answer = await site.get("/supervision/sheet?reason_code=inquiry&standing=not_activated")
    async with library.service.database.read() as reader:
        entries = await reader.fetch(
            "SELECT subject_id, entry::jsonb AS entry FROM audit_entry WHERE action = 'supervision.export' "
            "AND entry::jsonb->>'reason' = 'inquiry'"
        )
    (taken,) = entries
    assert taken["subject_id"] == site_id
    assert hashlib.sha256(answer.body).hexdigest() in str(taken["entry"])
    assert "standing=not_activated" in str(taken["entry"])
    again = await site.get("/supervision/sheet?reason_code=inquiry&standing=not_activated")
    assert again.body == answer.body, "the same rows give the same bytes"


@pytest.mark.requirement("B8")
async def test_a_sheet_has_a_largest_size(library: Library) -> None:
    """Beyond it nothing is made, and the refusal says what to do."""
    for _ in range(3):
        await library.issued()
    wanted = SupervisionFilter(None, 2027, None)
    async with library.service.database.read() as reader:
        whole = await compose_supervision_sheet(reader, library.zone_id, wanted, "en", most=3)
        assert whole.rows == 3
        with pytest.raises(TooManyInstitutionsToExport):
            await compose_supervision_sheet(reader, library.zone_id, wanted, "en", most=2)
