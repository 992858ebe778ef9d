"""The fresh graduate's provisional certificate: numbered, frozen, printed, checked, replaced by the full one (4.6)."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from services.declaration.domain.content import Content
from services.declaration.storage import provisional_certificates
from tests.integration.declaration.filing.paper import printing
from tests.integration.declaration.filing.test_certificate_verification import says, standing_of
from tests.integration.declaration.filing.test_full_years import complete, fresh, on
from tests.integration.declaration.filing.test_practice_certificate import words_of
from tests.integration.declaration.filing.year import Declared, Year, exam_year
from tests.integration.declaration.working import run
from tests.support.service_under_test import Answer, Serve

SIGNED = {"responsible_person": "王建国", "legal_representative": "刘法定", "institution_phone": "027-88880000"}
MIGRATION = Path("services/declaration/migrations/0069_post_update_work_of_older_copies.sql")


async def graduate(year: Year, content: Content | None = None) -> tuple[Declared, dict[str, Any]]:
    """A fresh graduate who is evaluated provisionally."""
    someone = await year.declare(content=content or fresh(), undertaking=True)
    return someone, await year.evaluate(someone, "provisional")


async def issue(year: Year, evaluation: dict[str, Any], version: int | None = None) -> Answer:
    """Ask for the paper."""
    path = f"/evaluations/{evaluation['id']}/provisional-certificate"
    return await year.unit.post(path, SIGNED, version=version or evaluation["version"])


async def issued(year: Year) -> tuple[Declared, dict[str, Any], str]:
    """Somebody with the paper, the evaluation as answered, and the path of the verification."""
    someone, evaluation = await graduate(year)
    answer = await issue(year, evaluation)
    assert answer.status == 200, answer.body
    return someone, answer.body, await path_of(year, answer.body)


async def path_of(year: Year, evaluation: dict[str, Any]) -> str:
    """What stands in the QR code, below /v1."""
    async with year.service.database.read() as reader:
        check = await reader.fetchval(
            "SELECT certificate_check FROM provisional_certificate WHERE evaluation_id = $1::uuid", evaluation["id"]
        )
    return f"/certificate-verifications/{evaluation['provisional_certificate_no']}?check={check}"


async def set_state(year: Year, someone: Declared, state: str) -> None:
    """As filing and revoking leave the declaration."""
    async with year.service.database.transaction() as tx:
        await tx.execute("UPDATE declaration SET state = $2 WHERE id = $1", someone.id, state)


async def trail(year: Year, paper: dict[str, Any]) -> list[str]:
    """The actions of the audit trail about an evaluation."""
    query = "SELECT action FROM audit_entry WHERE subject_id = $1::uuid ORDER BY lane, sequence"
    async with year.service.database.read() as reader:
        return [row["action"] for row in await reader.fetch(query, paper["id"])]


async def give_up(year: Year) -> None:
    """As the print role leaves its jobs after the last try."""
    async with year.service.database.transaction() as tx:
        await tx.execute("UPDATE print_job SET state = 'failed', attempts = 6")


@pytest.mark.requirement("B10", "B16")
async def test_it_is_numbered_printed_and_its_download_is_on_record(serve: Serve) -> None:
    """A number of its own series; the form names the person, the unit and the day it lapses, and no result of a full
    year; nobody gets it before it is printed, the download is audited, and other units do not see it."""
    year = await exam_year(serve)
    someone, paper, _ = await issued(year)
    assert paper["provisional_certificate_no"] == "PP2027-4201-000001"
    assert (paper["state"], paper["certificate_no"]) == ("provisional_certified", None)
    path = f"/evaluations/{paper['id']}/provisional-certificate"
    early = await year.unit.get(path)
    assert (early.status, early.code) == (409, "file_not_ready")
    seen = (await year.unit.get(f"/reviews/{someone.id}/evaluation")).body
    assert seen["provisional_certificate_no"] == "PP2027-4201-000001"
    assert seen["print"]["state"] == "queued"
    listed = (await year.unit.get("/evaluations")).body["items"]
    assert [one["provisional_certificate_no"] for one in listed] == ["PP2027-4201-000001"]
    words = await words_of(year, paper, "provisional-certificate")
    printed = ("PP2027-4201-000001", "暂发试用证明", "2027年8月31日前", "江城试验医院", "2026年8月")
    expected = (someone.name, someone.document_no, *printed, *SIGNED.values())
    assert [part for part in expected if part not in words] == []
    assert "考核结果合格" not in words
    assert (await year.unit.get(f"/evaluations/{paper['id']}/certificate")).status == 404
    stranger = year.service.caller("institution_business_admin", scope_id=year.point_id)
    assert (await stranger.get(path)).status == 404
    async with year.service.database.read() as reader:
        sealed = await reader.fetchval("SELECT certificate FROM provisional_certificate")
    named = await trail(year, paper)
    assert named.count("evaluation.issue_provisional_certificate") == 1
    assert named.count("evaluation.download_provisional_certificate") >= 1
    assert someone.name.encode() not in sealed


@pytest.mark.requirement("B10", "P12")
async def test_the_code_says_provisional_and_then_replaced(serve: Serve) -> None:
    """Valid until 31 August and only for the time being; when the full year is entered, at once replaced by the
    certificate of the year, whose number the old paper does not tell."""
    year = await exam_year(serve)
    someone, paper, path = await issued(year)
    told = (await year.service.anonymous().get(path)).body
    assert (told["provisional"], told["standing"], told["valid_until"]) == (True, "valid", "2027-08-31")
    await says(year, path, ("至 2027-08-31 止", "试用证明（临时）", "尚未满一年"), ("until 2027-08-31", "not full yet"))
    await set_state(year, someone, "filed")
    on(year, 8, 5)
    await complete(year, someone)
    assert await standing_of(year, path) == ("superseded", False)
    await says(year, path, ("已被新核发的证明取代", "满一年后为考核证明"), ("replaced by a newer one",))
    full = (await year.unit.get(f"/reviews/{someone.id}/evaluation")).body
    assert full["certificate_no"] == "PC2027-4201-000001"
    assert full["provisional_certificate_no"] == paper["provisional_certificate_no"]
    page = await year.service.anonymous().call("GET", path, headers={"Accept": "text/html"})
    assert full["certificate_no"] not in page.body.decode()
    assert (await issue(year, full)).code == "evaluation_step_not_allowed"


@pytest.mark.requirement("B10", "P12")
async def test_it_lapses_at_the_last_moment_whether_or_not_the_clock_ran(serve: Serve) -> None:
    """After 31 August the paper is worth nothing, before the job of the night and after it, and none is issued."""
    year = await exam_year(serve)
    someone, _, path = await issued(year)
    await set_state(year, someone, "filed")
    _, late = await graduate(year)
    on(year, 8, 31, 23)
    assert await standing_of(year, path) == ("valid", True)
    on(year, 9, 1, 0)
    assert await standing_of(year, path) == ("lapsed", False)
    refused = await issue(year, late)
    assert (refused.status, refused.code) == (409, "completion_deadline_passed")
    await run(year, "lapse-provisionals")
    assert await year.state_of(someone) == "lapsed"
    assert await standing_of(year, path) == ("lapsed", False)
    await says(year, path, ("已失效", "请勿采用", "重新申报"), ("has lapsed", "declare anew"))


@pytest.mark.requirement("B10", "A42")
async def test_it_is_voided_with_its_evaluation(serve: Serve) -> None:
    """Handed in again the old judgement does not count, nor its paper; the next paper replaces it. Of a revoked
    declaration it is void."""
    year = await exam_year(serve)
    someone, _, path = await issued(year)
    await year.resubmit(someone)
    await year.evaluate(someone)
    assert await standing_of(year, path) == ("voided", False)
    await says(year, path, ("已作废", "请勿采用"), ("was voided",))
    again = (await year.unit.get(f"/reviews/{someone.id}/evaluation")).body
    await year.certify(again)
    assert await standing_of(year, path) == ("superseded", False)
    other, evaluation, other_path = await issued(year)
    await set_state(year, other, "revoked")
    assert await standing_of(year, other_path) == ("voided", False)
    _, unprinted = await graduate(year)
    revoked = await year.declare(content=fresh(), undertaking=True)
    judged = await year.evaluate(revoked, "provisional")
    await set_state(year, revoked, "revoked")
    refused = await issue(year, judged)
    assert (refused.status, refused.code) == (409, "declaration_not_certifiable")
    assert "已撤销" in refused.body["title"]
    assert (await issue(year, unprinted)).status == 200
    assert evaluation["provisional_certificate_no"].endswith("000002")


@pytest.mark.requirement("B10")
async def test_only_for_who_was_evaluated_so_and_once(serve: Serve) -> None:
    """Whoever passed the year gets the certificate of the year instead; six requests at once give one paper and use up
    one number."""
    year = await exam_year(serve)
    passed = await year.evaluate(await year.declare())
    assert (await issue(year, passed)).code == "evaluation_step_not_allowed"
    _, evaluation = await graduate(year)
    answers = await asyncio.gather(*(issue(year, evaluation) for _ in range(6)))
    assert sorted(one.status for one in answers) == [200] + [409] * 5
    assert {one.code for one in answers if one.status == 409} == {"provisional_certificate_issued"}
    _, next_one = await graduate(year)
    assert (await issue(year, next_one)).body["provisional_certificate_no"] == "PP2027-4201-000002"


async def test_control_unguarded_there_would_be_several(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: who neither looks for the paper nor minds its key numbers a second one of the same evaluation."""
    year = await exam_year(serve)
    overlooking = f"{provisional_certificates._INSERT} ON CONFLICT (evaluation_id) DO NOTHING"
    monkeypatch.setattr(provisional_certificates, "_INSERT", overlooking)
    monkeypatch.setattr(provisional_certificates, "_SELECT_FILE", f"{provisional_certificates._SELECT_FILE} AND false")
    _, evaluation = await graduate(year)
    answers = await asyncio.gather(*(issue(year, evaluation) for _ in range(2)))
    numbers = sorted(one.body["provisional_certificate_no"] for one in answers)
    assert numbers == ["PP2027-4201-000001", "PP2027-4201-000002"]


@pytest.mark.requirement("B10", "V70")
async def test_a_paper_that_was_given_up_is_asked_for_again(serve: Serve) -> None:
    """It can not be voided by itself, so that the same paper under the same number is queued again, on record; while it
    waits it is not."""
    year = await exam_year(serve)
    _, paper, _ = await issued(year)
    path = f"/evaluations/{paper['id']}/provisional-certificate"
    await give_up(year)
    assert (await year.unit.get(path)).code == "file_not_printable"
    again = await issue(year, paper)
    assert (again.status, again.body["provisional_certificate_no"]) == (200, paper["provisional_certificate_no"])
    assert (await year.unit.get(path)).code == "file_not_ready"
    assert (await issue(year, paper)).code == "provisional_certificate_issued"
    assert (await trail(year, paper)).count("evaluation.print_again") == 1
    async with printing(year):
        assert paper["provisional_certificate_no"] in await words_of(year, paper, "provisional-certificate")


@pytest.mark.requirement("B10", "V70")
async def test_a_certificate_that_was_given_up_is_asked_for_again(serve: Serve) -> None:
    """Completed and filed there is no other way back: the certificate of the year is queued again as it was frozen,
    under its number and without a step of its evaluation, on record; nobody queues it for a revoked declaration."""
    year = await exam_year(serve)
    someone, _, _ = await issued(year)
    await set_state(year, someone, "filed")
    on(year, 8, 5)
    await complete(year, someone)
    full = (await year.unit.get(f"/reviews/{someone.id}/evaluation")).body
    path, version = f"/evaluations/{full['id']}/certificate", full["version"]
    assert (await year.unit.post(path, SIGNED, version=version)).code == "evaluation_step_not_allowed"
    await give_up(year)
    await set_state(year, someone, "revoked")
    assert (await year.unit.post(path, SIGNED, version=version)).code == "declaration_not_certifiable"
    await set_state(year, someone, "filed")
    again = await year.unit.post(path, SIGNED, version=version)
    assert again.status == 200, again.body
    kept = ("state", "version", "certificate_no")
    assert [again.body[name] for name in kept] == [full[name] for name in kept]
    assert (await year.unit.get(f"/reviews/{someone.id}/evaluation")).body["print"]["state"] == "queued"
    assert (await trail(year, full)).count("evaluation.print_again") == 1
    assert full["certificate_no"] in await words_of(year, full)


@pytest.mark.requirement("B10", "V70")
async def test_what_an_older_print_role_dropped_is_printed_after_all(serve: Serve) -> None:
    """A copy of the release before finds no form under the evaluation and calls the job done; the migration that runs
    when all of those have ended queues it again, and nothing else."""
    year = await exam_year(serve)
    _, paper, _ = await issued(year)
    _, done, _ = await issued(year)
    async with year.service.database.transaction() as tx:
        await tx.execute("UPDATE print_job SET state = 'done'")
        await provisional_certificates.update_rendered(tx, done["id"], "prints/of-this-one.pdf", "0" * 64)
        await tx.execute(MIGRATION.read_text(encoding="utf-8"))
        jobs = await tx.fetch("SELECT subject_id::text AS id, state FROM print_job")
    assert {row["id"]: row["state"] for row in jobs} == {paper["id"]: "queued", done["id"]: "done"}
    async with printing(year):
        assert "试用" in await words_of(year, paper, "provisional-certificate")
