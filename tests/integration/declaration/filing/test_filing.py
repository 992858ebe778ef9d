"""From evaluated people to filed people, over HTTP, with the real print role (4.7)."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import pytest

from services.declaration.use_cases.retelling.retell_declarations import retell_declarations
from shared.clock import SHANGHAI
from shared.contracts.declaration import DeclarationFiled
from shared.contracts.declaration_filing import QualifiedListAccepted, QualifiedListReturned, QualifiedListSubmitted
from shared.ids import new_id
from tests.integration.declaration.filing.paper import (
    fake_print,
    generate,
    handed_in,
    open_draft,
    printing,
    rendered,
    sealed,
)
from tests.integration.declaration.filing.year import Year, exam_year, probation
from tests.support.service_under_test import Serve


async def mixed_institution(year: Year) -> tuple[Any, Any]:
    """Two who can be listed (the second provisionally) among others who can not; the two."""
    qualified = await year.declare()
    fresh = await year.declare(content=probation(date(2026, 8, 1), None, fresh=True), undertaking=True)
    failed, waiting = await year.declare(), await year.declare("submitted")
    await year.evaluate(qualified)
    await year.evaluate(fresh, "provisional")
    await year.evaluate(failed, "unqualified")
    await year.evaluate(waiting)
    await year.declare()
    await year.declare(institution_id=new_id())
    return qualified, fresh


@pytest.mark.requirement("M11")
async def test_a_provisional_filing_is_told_again_until_its_year_is_judged(serve: Serve) -> None:
    """A neighbour that lost the row learns that it is provisional while the full year is open, and no longer."""
    year = await exam_year(serve)
    _, fresh = await mixed_institution(year)
    handed = await handed_in(year)
    accepted = await year.point.post(f"/filings/{handed['id']}/acceptance", version=handed["version"])
    assert accepted.status == 200, accepted.body

    async def told() -> bool:
        async with year.service.database.transaction() as tx:
            (again,) = await retell_declarations(tx, [fresh.id], year.service.keyring, year.clock.now())
        assert isinstance(again, DeclarationFiled)
        return again.provisional

    assert await told() is True
    evaluation = (await year.unit.get(f"/reviews/{fresh.id}/evaluation")).body
    year.clock.advance(datetime(2027, 8, 2, tzinfo=SHANGHAI) - year.clock.now())
    body = {"result": "qualified", "opinion": "期满考核合格", "ended_on": "2027-07-31", "responsible_person": "王建国"}
    path = f"/evaluations/{evaluation['id']}/full-year-result"
    assert (await year.unit.post(path, body, version=evaluation["version"])).status == 200
    assert await told() is False


@pytest.mark.requirement("B13", "B11", "B16")
async def test_the_whole_road(serve: Serve) -> None:
    """Exactly the approved and qualified people are frozen, printed, sealed, filed; each of them is told about once."""
    year = await exam_year(serve)
    qualified, fresh = await mixed_institution(year)
    frozen = await generate(year, await open_draft(year))
    assert (frozen["state"], frozen["number"], frozen["lines"]) == ("generated", "QL2027-4201-000001", 2)
    ready = await sealed(year, frozen)
    submitted = await year.unit.post(f"/qualified-lists/{ready['id']}/submission", version=ready["version"])
    assert (submitted.status, submitted.body["state"]) == (200, "submitted")
    inbox = (await year.point.get("/filings")).body
    assert [one["number"] for one in inbox["items"]] == [frozen["number"]]
    assert inbox["counts"] == [{"state": "submitted", "lists": 1, "people": 2}]
    shown = (await year.point.get(f"/filings/{frozen['id']}")).body
    assert {one["declaration_id"] for one in shown["people"]} == {str(qualified.id), str(fresh.id)}
    assert qualified.document_no not in str(shown)
    assert qualified.name not in str(shown)
    accepted = await year.point.post(f"/filings/{frozen['id']}/acceptance", version=shown["version"])
    assert (accepted.status, accepted.body["state"]) == (200, "accepted")
    filed = await year.service.published(DeclarationFiled)
    assert {(one.declaration_id, one.provisional) for one in filed} == {(qualified.id, False), (fresh.id, True)}
    assert [await year.state_of(one) for one in (qualified, fresh)] == ["filed", "filed"]
    (told,) = await year.service.published(QualifiedListSubmitted)
    (done,) = await year.service.published(QualifiedListAccepted)
    assert (told.lines, done.lines, done.filing_body_id) == (2, 2, year.point_id)
    async with year.service.database.read() as reader:
        timeline = await reader.fetchval(
            "SELECT count(*) FROM declaration_event e JOIN declaration d ON d.id = e.declaration_id "
            "WHERE e.action = 'file' AND e.version = d.version"
        )
    assert timeline == 2


@pytest.mark.requirement("B10", "V38", "V64")
async def test_files_leave_as_attachments_and_are_audited(serve: Serve) -> None:
    """The file leaves after printing only, as an attachment, with an audit entry each; the stored object is sealed."""
    year = await exam_year(serve)
    someone = await year.declare()
    await year.evaluate(someone)
    frozen = await generate(year, await open_draft(year))
    path = f"/qualified-lists/{frozen['id']}"
    assert (await year.unit.get(f"{path}/pdf")).status == 404
    assert (await year.unit.post(f"{path}/printing", version=frozen["version"])).code == "file_not_ready"
    async with printing(year):
        await rendered(year, frozen["id"])
    assert (await year.unit.get(f"{path}/pdf")).code == "list_not_printed"
    printed = await year.unit.post(f"{path}/printing", version=frozen["version"])
    assert printed.body["download_path"] == f"/api/declaration/v1{path}/pdf"
    pdf = await year.unit.get(f"{path}/pdf")
    assert pdf.body.startswith(b"%PDF-")
    assert pdf.headers["Content-Disposition"].startswith('attachment; filename="QL2027-4201-000001-pdf.pdf"')
    async with year.service.database.read() as reader:
        downloads = await reader.fetchval("SELECT count(*) FROM audit_entry WHERE action = 'qualified_list.download'")
        key = await reader.fetchval("SELECT pdf_key FROM qualified_list")
    assert downloads == 1
    raw = year.service.bucket._read(key)
    assert pdf.body[:200] not in raw
    assert (await year.point.get(f"/filings/{frozen['id']}/pdf")).status == 404


@pytest.mark.requirement("B10")
async def test_anybody_can_check_a_printed_list(serve: Serve) -> None:
    """The address in the QR code answers without a login, knows the right hash from a wrong one, and names nobody."""
    year = await exam_year(serve)
    someone = await year.declare()
    await year.evaluate(someone)
    frozen = await generate(year, await open_draft(year))
    content_hash = (await year.unit.get(f"/qualified-lists/{frozen['id']}")).body["content_hash"]
    anybody = year.service.anonymous()
    right = (await anybody.get(f"/verifications/{frozen['number']}?check={content_hash[:16]}")).body
    wrong = (await anybody.get(f"/verifications/{frozen['number']}?check={'0' * 16}")).body
    assert (right["authentic"], right["state"], wrong["authentic"]) == (True, "generated", False)
    assert someone.name[0] not in str(right)
    assert (await anybody.get("/verifications/QL2027-4201-999999")).status == 404


@pytest.mark.requirement("B13")
async def test_a_suspended_unit_files_nothing(serve: Serve) -> None:
    """4.2: it opens no list, freezes none and hands none in; what it has waits until it is active again."""
    year = await exam_year(serve)
    await year.evaluate(await year.declare())
    draft = await open_draft(year)
    await year.institution_exists(version=3, state="suspended")
    path = f"/qualified-lists/{draft['id']}"
    opened = await year.unit.post("/qualified-lists", {"cycle_id": str(year.cycle_id), "kind": "supplementary"})
    frozen = await year.unit.post(f"{path}/generation", {"responsible_person": "王建国"}, version=draft["version"])
    assert [(one.status, one.code) for one in (opened, frozen)] == [(409, "institution_not_active")] * 2
    await year.institution_exists(version=4)
    ready = await generate(year, draft)
    await fake_print(year, UUID(ready["id"]))
    await year.institution_exists(version=5, state="suspended")
    handed = await year.unit.post(f"{path}/submission", version=ready["version"])
    assert (handed.status, handed.code) == (409, "institution_not_active")
    await year.institution_exists(version=6)
    assert (await year.unit.post(f"{path}/submission", version=ready["version"])).status == 200


async def test_return_discard_and_the_next_edition(serve: Serve) -> None:
    """A returned list keeps its reasons and its people until the next edition takes them over."""
    year = await exam_year(serve)
    someone = await year.declare()
    await year.evaluate(someone)
    submitted = await handed_in(year)
    reasons = [{"line": 1, "code": "seal_unreadable", "text": "公章不清晰"}, {"code": "other"}]
    beyond = await year.point.post(
        f"/filings/{submitted['id']}/return", {"reasons": [{"line": 2, "code": "x1"}]}, version=submitted["version"]
    )
    assert beyond.code == "list_line_unknown"
    returned = await year.point.post(
        f"/filings/{submitted['id']}/return", {"reasons": reasons}, version=submitted["version"]
    )
    assert (returned.status, returned.body["state"]) == (200, "returned")
    (event,) = await year.service.published(QualifiedListReturned)
    assert event.reason_codes == ["other", "seal_unreadable"]
    shown = (await year.unit.get(f"/qualified-lists/{submitted['id']}")).body
    assert shown["return_reasons"][0] == {"line": 1, "code": "seal_unreadable", "text": "公章不清晰"}
    draft = await open_draft(year)
    assert draft["edition"] == 2
    again = await generate(year, draft)
    assert (again["lines"], again["number"]) == (1, "QL2027-4201-000002")
    discarded = await year.unit.post(f"/qualified-lists/{again['id']}/discard", version=again["version"])
    assert discarded.body["state"] == "void"
    assert (await generate(year, await open_draft(year)))["lines"] == 1


async def test_a_changed_declaration_blocks_the_frozen_list(serve: Serve) -> None:
    """What was frozen must still be true at hand-over and at acceptance; the line that is not is named."""
    year = await exam_year(serve)
    first, second = await year.declare(), await year.declare()
    await year.evaluate(first)
    await year.evaluate(second)
    ready = await sealed(year, await generate(year, await open_draft(year)))
    await year.resubmit(second, "approved")
    refused = await year.unit.post(f"/qualified-lists/{ready['id']}/submission", version=ready["version"])
    assert (refused.status, refused.code) == (409, "list_outdated")
    assert "2" in refused.body["title"]


async def test_main_and_supplementary_lists_follow_each_other(serve: Serve) -> None:
    """One open list of a kind; supplementary only after an accepted main one; no second main list; nil returns."""
    year = await exam_year(serve)
    body = {"cycle_id": str(year.cycle_id), "kind": "supplementary"}
    assert (await year.unit.post("/qualified-lists", body)).code == "main_list_missing"
    draft = await open_draft(year)
    assert (await year.unit.post("/qualified-lists", body | {"kind": "main"})).code == "list_already_open"
    path = f"/qualified-lists/{draft['id']}/generation"
    empty = await year.unit.post(path, {"responsible_person": "王建国"}, version=1)
    assert empty.code == "nobody_to_list"
    late_comer = await year.declare()
    await year.evaluate(late_comer)
    full = await year.unit.post(path, {"responsible_person": "王建国", "nil_return": True}, version=1)
    assert full.code == "somebody_to_list"
    submitted = await handed_in(year, draft)
    await year.point.post(f"/filings/{submitted['id']}/acceptance", version=submitted["version"])
    assert (await year.unit.post("/qualified-lists", body | {"kind": "main"})).code == "main_list_exists"
    another = await year.declare()
    await year.evaluate(another)
    supplement = await generate(year, await open_draft(year, "supplementary"))
    assert (supplement["number"], supplement["lines"]) == ("QS2027-4201-000001", 1)


@pytest.mark.requirement("B11", "V24")
async def test_jurisdiction(serve: Serve) -> None:
    """Bodies above see and decide, others and the institution itself do not; strangers' lists do not exist."""
    year = await exam_year(serve)
    await year.evaluate(await year.declare())
    submitted = await handed_in(year)
    path, version = f"/filings/{submitted['id']}", submitted["version"]
    file_id = (await year.point.get(path)).body["scan"]["files"][0]["id"]
    other = year.service.caller("site_admin", scope_id=year.other_site_id)
    assert (await other.get("/filings")).body["items"] == []
    assert (await other.get(path)).status == 404
    assert (await other.get(f"{path}/pdf")).status == 404
    assert (await other.get(f"{path}/scan-files/{file_id}")).status == 404
    assert (await other.post(f"{path}/acceptance", version=version)).status == 404
    assert (await year.unit.post(f"{path}/acceptance", version=version)).status == 403
    stranger = year.service.caller("institution_business_admin", scope_id=new_id())
    assert (await stranger.get(f"/qualified-lists/{submitted['id']}")).status == 404
    auditor = year.service.caller("auditor", scope_id=year.zone_id)
    assert (await auditor.get(path)).status == 200
    assert (await auditor.post(f"{path}/acceptance", version=version)).status == 403
    zone = year.service.caller("zone_admin", scope_id=year.zone_id)
    assert (await zone.get(f"{path}/scan-files/{file_id}")).status == 200
    assert (await zone.post(f"{path}/acceptance", version=version - 1)).code == "stale_version"
    assert (await zone.post(f"{path}/acceptance", version=version)).status == 200


async def test_pages_of_lists_and_filings(serve: Serve) -> None:
    """Keyset pages show everything once; text search finds part of a number."""
    year = await exam_year(serve)
    await year.evaluate(await year.declare())
    await handed_in(year)
    found = [
        (await year.point.get(f"/filings?q={text}")).body["items"] for text in ("4201-0000", "试验医院", "nothing")
    ]
    assert [len(items) for items in found] == [1, 1, 0]
    seen, cursor = [], ""
    while True:
        page = (await year.unit.get(f"/qualified-lists?limit=1{cursor}")).body
        seen += [one["id"] for one in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert len(seen) == len(set(seen)) == 1
