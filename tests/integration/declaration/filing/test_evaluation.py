"""Evaluation over HTTP: who passes, who does not, and who may say so (4.6)."""

import hashlib
from datetime import date, datetime, timedelta

import pytest

from services.declaration.domain.content import Content
from shared.clock import SHANGHAI
from shared.contracts.declaration_evaluation import EvaluationRecorded
from shared.ids import new_id
from shared.masking import mask_name
from tests.integration.declaration.filing.paper import printing
from tests.integration.declaration.filing.year import exam_year, probation
from tests.support.service_under_test import Serve
from tests.support.waiting import wait_until


@pytest.mark.requirement("B14", "B16")
async def test_qualified_after_a_full_year(serve: Serve) -> None:
    """A full confirmed year gives a qualified evaluation, an event, and then a numbered certificate."""
    year = await exam_year(serve)
    declared = await year.declare()
    evaluation = await year.evaluate(declared)
    assert (evaluation["state"], evaluation["months_counted"]) == ("evaluated_qualified", 14)
    (event,) = await year.service.published(EvaluationRecorded)
    assert (event.declaration_id, event.result, event.aggregate_version) == (declared.id, "qualified", 1)
    certified = await year.certify(evaluation)
    assert (certified["state"], certified["certificate_no"]) == ("certified", "PC2027-4201-000001")


@pytest.mark.requirement("B14")
@pytest.mark.parametrize(
    ("begun", "ended", "code"),
    [
        (date(2026, 3, 1), date(2026, 12, 31), "probation_too_short"),
        (date(2026, 1, 10), None, "probation_too_short"),
        (date(2025, 6, 1), date(2027, 2, 1), "probation_not_over"),
    ],
)
async def test_less_than_a_year_never_qualifies(serve: Serve, begun: date, ended: date | None, code: str) -> None:
    """Below twelve months, or before the last day, `qualified` is refused and nothing is written."""
    year = await exam_year(serve)
    declared = await year.declare(content=probation(begun, ended))
    answer = await year.unit.post(f"/reviews/{declared.id}/evaluation", {"result": "qualified", "opinion": "同意"})
    assert (answer.status, answer.code) == (409, code)
    assert await year.service.published(EvaluationRecorded) == []


async def test_provisional_is_for_fresh_graduates_with_undertaking(serve: Serve) -> None:
    """Provisional takes a fresh graduate, the undertaking, and a start by 31 August of the year before."""
    year = await exam_year(serve)
    body = {"result": "provisional", "opinion": "同意"}
    ordinary = await year.declare()
    without = await year.declare(content=probation(date(2026, 8, 1), None, fresh=True))
    late = await year.declare(content=probation(date(2026, 9, 1), None, fresh=True), undertaking=True)
    fine = await year.declare(content=probation(date(2026, 8, 1), None, fresh=True), undertaking=True)
    answers = [await year.unit.post(f"/reviews/{one.id}/evaluation", body) for one in (ordinary, without, late, fine)]
    assert [one.code for one in answers[:3]] == [
        "provisional_only_for_fresh_graduates",
        "provisional_only_for_fresh_graduates",
        "provisional_start_too_late",
    ]
    assert (answers[3].status, answers[3].body["state"]) == (201, "provisional_certified")


@pytest.mark.requirement("B9")
async def test_guards_of_people_and_institution(serve: Serve) -> None:
    """Nobody evaluates himself, no stranger evaluates, a draft profile does not evaluate, one result per submission."""
    year = await exam_year(serve)
    declared = await year.declare()
    path, body = f"/reviews/{declared.id}/evaluation", {"result": "qualified", "opinion": "同意"}
    self_made = year.service.caller(
        "institution_business_admin", scope_id=year.institution_id, person_id=declared.person_id
    )
    stranger = year.service.caller("institution_business_admin", scope_id=new_id())
    unfinished = new_id()
    await year.institution_exists(unfinished, profile_complete=False)
    elsewhere = await year.declare(institution_id=unfinished)
    their_admin = year.service.caller("institution_business_admin", scope_id=unfinished)
    assert (await self_made.post(path, body)).code == "cannot_evaluate_oneself"
    assert (await stranger.post(path, body)).status == 404
    refused = await their_admin.post(f"/reviews/{elsewhere.id}/evaluation", body)
    assert refused.code == "evaluation_needs_profile"
    no_reason = await year.unit.post(path, body | {"result": "unqualified"})
    assert (no_reason.status, no_reason.code) == (422, "evaluation_reason_missing")
    await year.evaluate(declared)
    assert (await year.unit.post(path, body)).code == "evaluation_already_recorded"


async def test_new_submission_voids_the_old_judgement(serve: Serve) -> None:
    """After a resubmission the person is evaluated again, and the first judgement does not count any more."""
    year = await exam_year(serve)
    declared = await year.declare()
    first = await year.evaluate(declared)
    await year.resubmit(declared)
    second = await year.evaluate(declared, "unqualified")
    async with year.service.database.read() as reader:
        states = dict(await reader.fetch("SELECT id::text, state FROM evaluation"))
    assert states == {first["id"]: "voided", second["id"]: "evaluated_unqualified"}


@pytest.mark.requirement("C5")
async def test_a_fresh_graduates_full_year(serve: Serve) -> None:
    """The full-year result needs twelve months and comes before the deadline; then the person is filed for good."""
    year = await exam_year(serve)
    someone = await year.declare(content=probation(date(2026, 8, 1), None, fresh=True), undertaking=True)
    evaluation = await year.evaluate(someone, "provisional")
    async with year.service.database.transaction() as tx:
        await tx.execute("UPDATE declaration SET state = 'filed' WHERE id = $1", someone.id)
    question = {"document_type": "resident_id", "document_no": someone.document_no, "exam_year": 2027}
    question["name"] = someone.name
    assert (await year.asked(question)).body["status"] == "filed_provisional"
    path = f"/evaluations/{evaluation['id']}/full-year-result"
    body = {"result": "qualified", "opinion": "期满考核合格", "ended_on": "2027-07-31", "responsible_person": "王建国"}
    assert (await year.unit.post(path, body, version=1)).code == "probation_too_short"
    year.clock.advance(datetime(2027, 8, 2, tzinfo=SHANGHAI) - year.clock.now())
    assert (await year.unit.post(path, body | {"ended_on": "2027-07-30"}, version=1)).code == "probation_too_short"
    done = await year.unit.post(path, body, version=1)
    assert (done.status, done.body["state"], done.body["months_counted"]) == (200, "completed", 12)
    answer = (await year.asked(question)).body
    assert (answer["status"], answer["certificate_no"]) == ("filed", "PC2027-4201-000001")
    shown = (await year.unit.get(f"/reviews/{someone.id}/evaluation")).body
    assert (shown["id"], shown["version"], shown["state"]) == (evaluation["id"], done.body["version"], "completed")


async def test_the_full_year_is_not_entered_after_the_deadline(serve: Serve) -> None:
    """From 1 September on it is too late; a failed year makes the status lapsed."""
    year = await exam_year(serve)
    content = probation(date(2026, 8, 1), None, fresh=True)
    late, failed = [await year.declare("filed", content=content, undertaking=True) for _ in range(2)]
    async with year.service.database.transaction() as tx:
        await tx.execute("UPDATE declaration SET state = 'approved'")
    first, second = [await year.evaluate(one, "provisional") for one in (late, failed)]
    async with year.service.database.transaction() as tx:
        await tx.execute("UPDATE declaration SET state = 'filed'")
    year.clock.advance(datetime(2027, 8, 31, 23, 59, tzinfo=SHANGHAI) - year.clock.now())
    body = {"result": "unqualified", "opinion": "未达到要求", "ended_on": "2027-07-31", "responsible_person": "王建国"}
    body["reason_code"] = "skills_not_met"
    done = await year.unit.post(f"/evaluations/{second['id']}/full-year-result", body, version=1)
    assert (done.status, done.body["state"]) == (200, "evaluated_unqualified")
    question = {"document_type": "resident_id", "document_no": failed.document_no, "exam_year": 2027}
    question["name"] = failed.name
    assert (await year.asked(question)).body["status"] == "lapsed"
    year.clock.advance(timedelta(minutes=1))
    refused = await year.unit.post(
        f"/evaluations/{first['id']}/full-year-result", body | {"result": "qualified"}, version=1
    )
    assert refused.code == "completion_deadline_passed"


@pytest.mark.requirement("B10", "B16")
async def test_the_certificate_is_printed_and_can_be_checked(serve: Serve) -> None:
    """The certificate is rendered by the print role, leaves audited, and its QR code tells whoever holds it that it is
    ours; without the check in the code nothing is told."""
    year = await exam_year(serve)
    declared = await year.declare()
    evaluation = await year.certify(await year.evaluate(declared))
    path = f"/evaluations/{evaluation['id']}/certificate"
    assert (await year.unit.get(path)).code == "file_not_ready"

    async def ready() -> bool:
        return (await year.unit.get(path)).status == 200

    async with printing(year):
        await wait_until(ready, seconds=30, what="the certificate is rendered")
    pdf = await year.unit.get(path)
    assert pdf.body.startswith(b"%PDF-")
    assert "PC2027-4201-000001.pdf" in pdf.headers["Content-Disposition"]
    async with year.service.database.read() as reader:
        row = await reader.fetchrow("SELECT certificate, certificate_check, certificate_sha256 FROM evaluation")
        audited = await reader.fetchval(
            "SELECT count(*) FROM audit_entry WHERE action = 'evaluation.download_certificate'"
        )
    assert row is not None
    assert audited == 2
    assert row["certificate_sha256"] == hashlib.sha256(pdf.body).hexdigest()
    assert declared.document_no.encode() not in row["certificate"]
    anybody = year.service.anonymous()
    known = f"/certificate-verifications/{evaluation['certificate_no']}?check="
    told = await anybody.get(known + row["certificate_check"])
    assert (told.body["valid"], told.body["name_masked"]) == (True, mask_name(declared.name))
    assert (await anybody.get(known + "0" * 16)).status == 404
    assert (await anybody.get(f"/certificate-verifications/PC2027-4201-000009?check={'0' * 16}")).status == 404
    stranger = year.service.caller("institution_business_admin", scope_id=new_id())
    assert (await stranger.get(path)).status == 404


async def test_a_certificate_needs_its_facts(serve: Serve) -> None:
    """Without the degree's date there is no form; the person stays evaluated, and no number is used up."""
    year = await exam_year(serve)
    someone = await year.declare(content=Content(periods=probation().periods))
    evaluation = await year.evaluate(someone)
    answer = await year.unit.post(
        f"/evaluations/{evaluation['id']}/certificate", {"responsible_person": "王建国"}, version=1
    )
    assert (answer.status, answer.code) == (409, "certificate_incomplete")
    another = await year.certify(await year.evaluate(await year.declare()))
    assert another["certificate_no"] == "PC2027-4201-000001"


@pytest.mark.requirement("B10")
@pytest.mark.parametrize(
    ("state", "said_zh", "said_en"),
    [
        ("revoked", "已撤销", "revoked"),
        ("rejected", "审核不通过", "rejected"),
        ("lapsed", "已失效", "lapsed"),
        ("modification_allowed", "重新提交", "handed in again"),
    ],
)
async def test_no_certificate_for_what_does_not_stand(serve: Serve, state: str, said_zh: str, said_en: str) -> None:
    """Whoever was judged while the declaration stood gets no certificate after it was taken back, lapsed or was opened
    for correction: neither a judged year nor a full year that is entered now. The words say what to do."""
    year = await exam_year(serve)
    declared = await year.declare()
    fresh = await year.declare(content=probation(date(2026, 1, 4), None, fresh=True), undertaking=True)
    judged, provisional = await year.evaluate(declared), await year.evaluate(fresh, "provisional")
    async with year.service.database.transaction() as tx:
        await tx.execute("UPDATE declaration SET state = $1", state)
    signed = {"responsible_person": "王建国", "legal_representative": "刘法定"}
    full = signed | {"result": "qualified", "opinion": "期满考核合格", "ended_on": "2027-01-07"}
    for evaluation, path, body in ((judged, "certificate", signed), (provisional, "full-year-result", full)):
        for language, said in (("zh-CN", said_zh), ("en", said_en)):
            refused = await year.unit.post(
                f"/evaluations/{evaluation['id']}/{path}",
                body,
                version=evaluation["version"],
                headers={"Accept-Language": language},
            )
            assert (refused.status, refused.code) == (409, "declaration_not_certifiable"), refused.body
            assert said in refused.body["title"]
    async with year.service.database.read() as reader:
        assert await reader.fetchval("SELECT count(*) FROM evaluation WHERE certificate_no IS NOT NULL") == 0
