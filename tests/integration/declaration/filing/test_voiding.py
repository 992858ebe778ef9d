"""Certificates that are taken back: by the unit before filing, by an exam body afterwards (4.6)."""

from datetime import timedelta
from typing import Any

import pytest

from shared.contracts.declaration import DeclarationRevoked, ModificationAllowed
from shared.contracts.declaration_evaluation import EvaluationVoided
from shared.ids import new_id
from tests.integration.declaration.filing.year import Declared, Year, exam_year
from tests.support.service_under_test import Serve

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
