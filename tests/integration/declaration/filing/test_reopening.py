"""An exam body reopens one filed declaration, without a list of the unit (4.4, 4.7)."""

from uuid import UUID

import pytest

from shared.contracts.declaration import ModificationAllowed
from tests.integration.declaration.filing.paper import fake_print, filed_unseen, generate, open_draft
from tests.integration.declaration.filing.test_conservation import _faults
from tests.integration.declaration.filing.test_differences import number_of, shown
from tests.integration.declaration.filing.year import Declared, Year, exam_year
from tests.support.engines import Engines
from tests.support.service_under_test import Answer, Caller, Serve

WHY = {"reason_code": "name_wrong", "text": "姓名与身份证不一致，请更正后重新提交"}


async def filed(year: Year, count: int = 2) -> list[Declared]:
    """People on an accepted main list."""
    people = await year.many(count)
    for one in people:
        await year.verified(one.person_id, one.name, one.document_no, version=1)
    await filed_unseen(year, await generate(year, await open_draft(year)))
    return people


async def version_of(year: Year, one: Declared) -> int:
    """As the exam body reads it in its list of records."""
    number = await number_of(year, one)
    (found,) = (await year.point.get(f"/supervised-records?cycle_id={year.cycle_id}&q={number}")).body["items"]
    assert found["id"] == str(one.id)
    version: int = found["version"]
    return version


async def reopened(year: Year, one: Declared, by: Caller | None = None, version: int | None = None) -> Answer:
    """The attempt, as answered."""
    seen = version or await version_of(year, one)
    return await (by or year.point).post(f"/filed-declarations/{one.id}/reopening", WHY, version=seen)


@pytest.mark.requirement("A42", "B13", "C7")
async def test_one_filed_declaration_is_reopened_and_filed_anew(engines: Engines, serve: Serve) -> None:
    """Off the accepted list at once, with the reason on the timeline and in the trail, and told; the network hears it
    in the next answer; corrected, it comes back by a supplementary list. At every step the three counts are one."""
    year = await exam_year(serve)
    one, other = await filed(year)
    done = await reopened(year, one)
    assert (done.status, done.body["state"]) == (200, "modification_allowed"), done.body
    assert [await year.state_of(each) for each in (one, other)] == ["modification_allowed", "filed"]
    question = {"document_type": "resident_id", "exam_year": 2027, "document_no": one.document_no, "name": one.name}
    assert (await year.asked(question)).body["status"] == "in_progress"
    (told,) = await year.service.published(ModificationAllowed)
    assert (told.person_id, told.reason_code, told.was_filed, told.tells_unit) == (
        one.person_id,
        "name_wrong",
        True,
        True,
    )
    async with year.service.database.read() as reader:
        step = await reader.fetchrow(
            "SELECT action, role, reason_codes, reasons, version FROM declaration_event WHERE declaration_id = $1 "
            "ORDER BY version DESC LIMIT 1",
            one.id,
        )
        trail = await reader.fetchval("SELECT count(*) FROM audit_entry WHERE action = 'declaration.reopen'")
        live = await reader.fetchval("SELECT count(*) FROM list_line WHERE declaration_id = $1 AND live", one.id)
    assert step is not None
    assert (step["action"], step["role"], step["reason_codes"]) == ("reopen", "point_admin", ["name_wrong"])
    assert (step["version"], trail, live) == (done.body["version"], 1, 0)
    assert WHY["text"].encode() not in step["reasons"]
    assert await shown(year) == []
    assert await _faults(engines, year) == []
    await year.resubmit(one)
    await year.evaluate(one)
    supplement = await generate(year, await open_draft(year, "supplementary"))
    await filed_unseen(year, supplement)
    assert (await year.state_of(one), supplement["lines"]) == ("filed", 1)
    assert (await year.asked(question)).body["status"] == "filed"
    assert await _faults(engines, year) == []


@pytest.mark.requirement("B13")
async def test_who_reopens_what(serve: Serve) -> None:
    """The body of the filing and those above it; nobody beside it, and never the unit. Only what is filed, at the
    version that was seen, with a reason for the candidate to read; what is refused changes nothing."""
    year = await exam_year(serve)
    first, second, third = await filed(year, 3)
    seen = await version_of(year, first)
    beside = year.service.caller("site_admin", scope_id=year.other_site_id)
    assert (await reopened(year, first, beside, seen)).status == 404
    assert (await reopened(year, first, year.unit, seen)).status == 403
    stale = await reopened(year, first, None, seen - 1)
    assert (stale.status, stale.code) == (409, "stale_version")
    path = f"/filed-declarations/{first.id}/reopening"
    for lacking in ({"reason_code": "name_wrong"}, {"text": WHY["text"]}, WHY | {"text": ""}):
        assert (await year.point.post(path, lacking, version=seen)).status == 422
    approved = await year.declare()
    refused = await reopened(year, approved)
    assert (refused.status, refused.code) == (409, "declaration_not_filed")
    assert await year.service.published(ModificationAllowed) == []
    site = year.service.caller("site_admin", scope_id=year.site_id)
    zone = year.service.caller("zone_admin", scope_id=year.zone_id)
    for one, by in ((first, year.point), (second, site), (third, zone)):
        done = await reopened(year, one, by)
        assert done.status == 200, done.body
        again = await reopened(year, one, by)
        assert (again.status, again.code) == (409, "declaration_not_filed")
    assert len(await year.service.published(ModificationAllowed)) == 3


@pytest.mark.requirement("B13")
async def test_a_cancellation_under_way_is_overtaken(engines: Engines, serve: Serve) -> None:
    """Who stands on a cancellation that was not handed in yet and is reopened: the unit is told that the list is
    outdated and discards it; nothing is taken back twice."""
    year = await exam_year(serve)
    one, _ = await filed(year)
    draft = await open_draft(year, "cancellation")
    named = {"declaration_id": str(one.id), "reason_code": "name_wrong", "text": "姓名有误"}
    frozen = await generate(year, draft, cancelled=[named])
    await fake_print(year, UUID(frozen["id"]))
    assert (await reopened(year, one)).status == 200
    path = f"/qualified-lists/{frozen['id']}"
    late = await year.unit.post(f"{path}/submission", version=frozen["version"])
    assert (late.status, late.code) == (409, "list_outdated"), late.body
    gone = await year.unit.post(f"{path}/discard", version=frozen["version"])
    assert gone.body["state"] == "void", gone.body
    assert len(await year.service.published(ModificationAllowed)) == 1
    assert await _faults(engines, year) == []
