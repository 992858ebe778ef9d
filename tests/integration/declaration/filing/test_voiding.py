"""Certificates that are taken back: by the unit before filing, by an exam body afterwards (4.6)."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from shared.contracts.declaration import DeclarationRevoked, ModificationAllowed
from shared.contracts.declaration_evaluation import EvaluationVoided
from shared.ids import new_id
from tests.integration.declaration.filing.test_differences import change, filed, number_of, shown
from tests.integration.declaration.filing.year import FILING_DEADLINE, Declared, Year, exam_year
from tests.integration.declaration.forms import ALLOWANCE
from tests.support.service_under_test import Serve

RELEASE = Path("services/declaration/migrations/0074_update_lines_taken_back.sql")
PROVISIONAL = "UPDATE evaluation SET state = 'provisional_certified' WHERE declaration_id = $1"
REASON = "INSERT INTO review_reason VALUES (900, 'allow_modification', 'information_wrong', 'x', 'x')"
WHY = {"reason_code": "certificate_false", "text": "带教时间与考勤记录不符"}


async def certified(year: Year, state: str = "approved") -> tuple[Declared, dict[str, Any]]:
    """Somebody with a certificate."""
    someone = await year.declare()
    certificate = await year.certify(await year.evaluate(someone))
    async with year.service.database.transaction() as tx:
        await tx.execute("UPDATE declaration SET state = $2 WHERE id = $1", someone.id, state)
    return someone, certificate


@pytest.mark.requirement("B10")
async def test_an_exam_body_voids_what_is_filed(serve: Serve) -> None:
    """The exam body of the filing sees the evaluation, takes the certificate back with a reason, and reopens or revokes
    the declaration; the paper is not valid any more, and the national network is told at once."""
    year = await exam_year(serve)
    reopened, revoked = await certified(year, "filed"), await certified(year, "filed")
    for (someone, _), outcome, state in ((reopened, "reopened", "in_progress"), (revoked, "revoked", "revoked")):
        seen = (await year.point.get(f"/evaluated-declarations/{someone.id}/evaluation")).body
        path = f"/evaluations/{seen['id']}/filed-voiding"
        done = await year.point.post(path, WHY | {"outcome": outcome}, version=seen["version"])
        assert (done.status, done.body["state"]) == (200, "voided"), done.body
        again = await year.point.post(path, WHY | {"outcome": outcome}, version=done.body["version"])
        assert again.status == 404
        question: dict[str, Any] = {"document_type": "resident_id", "exam_year": 2027}
        question |= {"document_no": someone.document_no, "name": someone.name}
        assert (await year.asked(question)).body["status"] == state
    assert await year.state_of(reopened[0]) == "modification_allowed"
    voided = await year.service.published(EvaluationVoided)
    assert [(one.by, one.outcome, one.reason_code) for one in voided] == [
        ("exam_body", "reopened", "certificate_false"),
        ("exam_body", "revoked", "certificate_false"),
    ]
    assert len(await year.service.published(ModificationAllowed)) == 1
    assert len(await year.service.published(DeclarationRevoked)) == 1
    async with year.service.database.read() as reader:
        check = await reader.fetchval(
            "SELECT certificate_check FROM evaluation WHERE declaration_id = $1", revoked[0].id
        )
        stored = await reader.fetch("SELECT reasons FROM declaration_event WHERE reasons IS NOT NULL")
        audited = await reader.fetchval("SELECT count(*) FROM audit_entry WHERE action = 'evaluation.void'")
    paper = f"/certificate-verifications/{revoked[1]['certificate_no']}?check={check}"
    assert (await year.service.anonymous().get(paper)).body["valid"] is False
    assert (audited, len(stored)) == (2, 2)
    assert WHY["text"].encode() not in b"".join(row["reasons"] for row in stored)


@pytest.mark.requirement("B10")
async def test_who_may_void_and_when(serve: Serve) -> None:
    """Before filing it is the unit's, afterwards the exam body's: each is refused the other's case, strangers find
    nothing, a stale version changes nothing, and without a reason nothing happens."""
    year = await exam_year(serve)
    approved, approved_certificate = await certified(year)
    _, filed_certificate = await certified(year, "filed")
    early = f"/evaluations/{approved_certificate['id']}/filed-voiding"
    version = approved_certificate["version"]
    refused = await year.point.post(early, WHY | {"outcome": "revoked"}, version=version)
    assert (refused.status, refused.code) == (409, "outcome_needs_filing")
    path, version = f"/evaluations/{filed_certificate['id']}/filed-voiding", filed_certificate["version"]
    body = WHY | {"outcome": "revoked"}
    elsewhere = year.service.caller("point_admin", scope_id=new_id())
    assert (await elsewhere.post(path, body, version=version)).status == 404
    assert (await year.unit.post(path, body, version=version)).status == 403
    assert (await year.point.post(path, body, version=version - 1)).code == "stale_version"
    assert (await year.point.post(path, {"outcome": "revoked"}, version=version)).status == 422
    uncertified = await year.declare()
    judged = await year.evaluate(uncertified)
    async with year.service.database.transaction() as tx:
        await tx.execute("UPDATE declaration SET state = 'filed' WHERE id = $1", uncertified.id)
    not_yet = await year.point.post(f"/evaluations/{judged['id']}/filed-voiding", body, version=judged["version"])
    assert (not_yet.status, not_yet.code) == (409, "evaluation_step_not_allowed")
    assert await year.service.published(EvaluationVoided) == []
    assert await year.state_of(approved) == "approved"


@pytest.mark.requirement("C5", "B10")
async def test_the_version_told_rises_with_every_step_of_a_certificate(serve: Serve) -> None:
    """Certified, filed and revoked, or voided by the unit and handed in again: the version that the network is told
    rises with each step and the time never goes back, so that nobody drops the news as an old answer."""
    year = await exam_year(serve)
    (revoked, _), (again, _) = await certified(year, "filed"), await certified(year)
    before = [await _told(year, revoked), await _told(year, again)]
    seen = (await year.point.get(f"/evaluated-declarations/{revoked.id}/evaluation")).body
    year.clock.advance(timedelta(minutes=1))
    path = f"/evaluations/{seen['id']}/filed-voiding"
    done = await year.point.post(path, WHY | {"outcome": "revoked"}, version=seen["version"])
    assert done.status == 200, done.body
    async with year.service.database.transaction() as tx:
        await tx.execute(
            "UPDATE evaluation SET state = 'voided', version = version + 1 WHERE declaration_id = $1", again.id
        )
    voided = [await _told(year, revoked), await _told(year, again)]
    assert [one[0] for one in voided] == ["revoked", "approved"]
    await year.resubmit(again)
    resubmitted = await _told(year, again)
    year.clock.advance(timedelta(minutes=1))
    await year.evaluate(again)
    judged = await _told(year, again)
    steps = [(before[0], voided[0]), (before[1], voided[1]), (voided[1], resubmitted), (resubmitted, judged)]
    assert [(old[1], new[1]) for old, new in steps if old[1] >= new[1] or old[2] > new[2]] == []


async def _told(year: Year, someone: Declared) -> tuple[str, int, str]:
    """What the network is told: value, version and time."""
    question = {"document_type": "resident_id", "document_no": someone.document_no, "name": someone.name}
    told = (await year.asked(question | {"exam_year": 2027})).body
    return told["status"], told["record_version"], told["updated_at"]


async def taken_back(year: Year, one: Declared, outcome: str) -> None:
    """The exam body voids the certificate of somebody on an accepted list."""
    await year.certify((await year.unit.get(f"/reviews/{one.id}/evaluation")).body)
    seen = (await year.point.get(f"/evaluated-declarations/{one.id}/evaluation")).body
    path = f"/evaluations/{seen['id']}/filed-voiding"
    done = await year.point.post(path, WHY | {"outcome": outcome}, version=seen["version"])
    assert done.status == 200, done.body


@pytest.mark.requirement("B10", "B13", "A42")
async def test_who_is_taken_back_leaves_the_accepted_list(serve: Serve) -> None:
    """Reopened, handed in and approved anew, a person is on no list: the unit may void or allow modification, and who
    is then forgotten is named when filing closes. Of a revoked one lists and declarations do not disagree."""
    year = await exam_year(serve)
    (reopened, revoked, _), _ = await filed(year)
    await taken_back(year, reopened, "reopened")
    await taken_back(year, revoked, "revoked")
    assert await shown(year) == []
    await change(year, "UPDATE list_line SET live = true WHERE declaration_id = $1", revoked.id)
    assert [kind for kind, _ in await shown(year)] == ["line_not_approved"]
    await change(year, RELEASE.read_text())
    assert await shown(year) == [], "who was taken back before lines were released"
    await year.resubmit(reopened)
    certificate = await year.certify(await year.evaluate(reopened))
    year.clock.advance(FILING_DEADLINE - year.clock.now())
    assert [kind for kind, _ in await shown(year)] == ["not_listed"]
    await change(year, REASON)
    path = f"/evaluations/{certificate['id']}/voiding"
    voided = await year.unit.post(path, ALLOWANCE, version=certificate["version"])
    assert voided.status == 200, voided.body
    assert await year.state_of(reopened) == "modification_allowed"


@pytest.mark.requirement("B13")
async def test_an_exam_body_revokes_what_has_no_certificate_to_void(serve: Serve) -> None:
    """A fraudulent fresh graduate, filed provisionally: off the list, the network is told, candidate and unit hear; the
    evaluation stays as 4.6 has it. A certificate is voided with its declaration, also an approved one's."""
    year = await exam_year(serve)
    (filed_one, _), _ = await filed(year, 2)
    await change(year, PROVISIONAL, filed_one.id)
    await year.verified(filed_one.person_id, filed_one.name, filed_one.document_no, version=1)
    approved, _ = await certified(year)
    for one in (filed_one, approved):
        number = await number_of(year, one)
        listed = (await year.point.get(f"/supervised-records?cycle_id={year.cycle_id}&q={number}")).body["items"][0]
        path = f"/filed-declarations/{listed['id']}/revocation"
        stale = await year.point.post(path, WHY, version=listed["version"] - 1)
        assert (stale.status, stale.code) == (409, "stale_version")
        elsewhere = year.service.caller("site_admin", scope_id=year.other_site_id)
        assert (await elsewhere.post(path, WHY, version=listed["version"])).status == 404
        assert (await year.unit.post(path, WHY, version=listed["version"])).status == 403
        assert (await year.point.post(path, {"reason_code": "fraud"}, version=listed["version"])).status == 422
        done = await year.point.post(path, WHY, version=listed["version"])
        assert (done.status, done.body["state"]) == (200, "revoked"), done.body
        again = await year.point.post(path, WHY, version=done.body["version"])
        assert (again.status, again.code) == (409, "declaration_not_approved")
        question = {"document_type": "resident_id", "exam_year": 2027, "document_no": one.document_no, "name": one.name}
        assert (await year.asked(question)).body["status"] == "revoked"
    assert await shown(year) == []
    async with year.service.database.read() as reader:
        states = await reader.fetch(
            "SELECT state FROM evaluation WHERE declaration_id = ANY($1) ORDER BY state", [filed_one.id, approved.id]
        )
    assert [row["state"] for row in states] == ["provisional_certified", "voided"]
    revoked = await year.service.published(DeclarationRevoked)
    assert [(one.person_id, one.by) for one in revoked] == [
        (filed_one.person_id, "exam_body"),
        (approved.person_id, "exam_body"),
    ]
    (voided,) = await year.service.published(EvaluationVoided)
    assert (voided.person_id, voided.outcome) == (approved.person_id, "revoked")
    draft = await year.declare("returned")
    refused = await year.point.post(f"/filed-declarations/{draft.id}/revocation", WHY, version=3)
    assert (refused.status, refused.code) == (409, "declaration_not_approved")


@pytest.mark.requirement("B10", "A42")
async def test_the_unit_voids_what_was_reopened_meanwhile(serve: Serve) -> None:
    """Reopened by the exam body, a declaration is open for correction already: the unit takes the certificate back with
    a reason of the catalogue, the paper is not valid any more, and the declaration stays open as it is."""
    year = await exam_year(serve)
    someone, certificate = await certified(year, "filed")
    reopening = {"reason_code": "name_wrong", "text": "姓名与身份证不一致"}
    reopened = await year.point.post(f"/filed-declarations/{someone.id}/reopening", reopening, version=3)
    assert reopened.status == 200, reopened.body
    await change(year, REASON)
    path, version = f"/evaluations/{certificate['id']}/voiding", certificate["version"]
    unknown = await year.unit.post(path, ALLOWANCE | {"reason_code": "no_such"}, version=version)
    assert unknown.status == 422, unknown.body
    voided = await year.unit.post(path, ALLOWANCE, version=version)
    assert (voided.status, voided.body["state"]) == (200, "voided"), voided.body
    assert await year.state_of(someone) == "modification_allowed"
    (told,) = await year.service.published(EvaluationVoided)
    assert (told.by, told.outcome, told.reason_code) == ("unit", "reopened", ALLOWANCE["reason_code"])
    assert len(await year.service.published(ModificationAllowed)) == 1
    async with year.service.database.read() as reader:
        check = await reader.fetchval("SELECT certificate_check FROM evaluation WHERE declaration_id = $1", someone.id)
    paper = f"/certificate-verifications/{certificate['certificate_no']}?check={check}"
    assert (await year.service.anonymous().get(paper)).body["standing"] == "voided"
