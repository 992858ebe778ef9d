"""What the national network is told (4.10)."""

from typing import Any

import pytest

from tests.integration.declaration.filing.year import YEAR, Declared, Year, exam_year
from tests.support.service_under_test import Answer, Serve

NOTHING = {
    "status": "none",
    "exam_level": None,
    "exam_category_code": None,
    "institution_name": None,
    "institution_code": None,
    "exam_site_code": None,
    "months_counted": None,
    "certificate_no": None,
    "updated_at": None,
    "record_version": None,
}


async def _ask(year: Year, declared: Declared, caller: Any = None, **more: Any) -> Answer:
    body = {"document_type": "resident_id", "document_no": declared.document_no, "exam_year": YEAR} | more
    answer = await (caller or year.network()).post("/status-queries", body)
    assert isinstance(answer, Answer)
    return answer


@pytest.mark.requirement("V24", "V28")
async def test_a_client_learns_of_its_own_jurisdiction_only(serve: Serve) -> None:
    """The client of the institution's zone or site gets the answer, the one of another site gets that of nobody."""
    year = await exam_year(serve)
    declared = await year.declare("approved")
    for scope, status in ((year.zone_id, "approved"), (year.site_id, "approved"), (year.other_site_id, "none")):
        client = year.service.caller("national_network_client", scope_id=scope)
        answer = await _ask(year, declared, client)
        assert (answer.status, answer.body["status"]) == (200, status)


@pytest.mark.requirement("C5", "C6", "C7")
@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("draft", "in_progress"),
        ("submitted", "in_progress"),
        ("under_review", "in_progress"),
        ("withdrawn", "in_progress"),
        ("returned", "in_progress"),
        ("rejected", "in_progress"),
        ("modification_allowed", "in_progress"),
        ("approved", "approved"),
        ("filed", "filed"),
        ("lapsed", "lapsed"),
        ("revoked", "revoked"),
    ],
)
async def test_every_state_has_its_answer(serve: Serve, state: str, expected: str) -> None:
    """Each state of 4.4 gives the value of 4.10, with the whole record beside it."""
    year = await exam_year(serve)
    declared = await year.declare(state)
    answer = (await _ask(year, declared, name=declared.name)).body
    assert set(answer) == set(NOTHING)
    assert (answer["status"], answer["exam_site_code"], answer["months_counted"]) == (expected, "4201", 14)
    assert (answer["institution_name"], answer["record_version"]) == ("江城试验医院", 3)
    assert answer["institution_code"].startswith("PDY")


@pytest.mark.requirement("B12", "C7", "V28")
async def test_unknown_year_and_wrong_name_look_like_nobody(serve: Serve) -> None:
    """Somebody unknown, an unknown year, another document type and a wrong name can not be told apart."""
    year = await exam_year(serve)
    declared = await year.declare("filed")
    stranger = Declared(declared.id, declared.person_id, "无名氏", "420106199001018888")
    answers = [
        await _ask(year, stranger),
        await _ask(year, declared, exam_year=YEAR + 1),
        await _ask(year, declared, document_type="passport"),
        await _ask(year, declared, name="李四"),
        await _ask(year, await year.person()),
    ]
    assert [(one.status, one.body) for one in answers] == [(200, NOTHING)] * 5
    assert len({(frozenset(one.headers), one.headers["Content-Length"]) for one in answers}) == 1


async def test_spelling_and_renewed_documents_still_find_the_person(serve: Serve) -> None:
    """Width, case and dots in number and name do not matter, and an old document still finds its holder."""
    year = await exam_year(serve)
    declared = await year.declare("approved")
    spelled = Declared(declared.id, declared.person_id, declared.name, f" {declared.document_no.lower()} ")
    assert (await _ask(year, spelled, name=f" {declared.name} ")).body["status"] == "approved"
    await year.verified(declared.person_id, declared.name, "42010619990909123X", version=2)
    assert (await _ask(year, declared)).body["status"] == "approved"
    renewed = Declared(declared.id, declared.person_id, declared.name, "42010619990909123X")
    assert (await _ask(year, renewed)).body["status"] == "approved"


async def test_the_certificate_number_travels(serve: Serve) -> None:
    """After the certificate is issued the answer names it, and the record version rises."""
    year = await exam_year(serve)
    declared = await year.declare()
    before = (await _ask(year, declared)).body
    evaluation = await year.evaluate(declared)
    await year.certify(evaluation)
    after = (await _ask(year, declared)).body
    assert after["certificate_no"] == "PC2027-4201-000001"
    assert after["record_version"] > before["record_version"]


@pytest.mark.requirement("V28", "V64")
async def test_every_call_is_logged_without_numbers(serve: Serve) -> None:
    """The log has one line per call with its outcome; neither number nor name is anywhere in the database in clear."""
    year = await exam_year(serve)
    declared = await year.declare("filed")
    client = year.network()
    await _ask(year, declared, client, name=declared.name)
    await _ask(year, declared, client, exam_year=2031)
    async with year.service.database.read() as reader:
        rows = await reader.fetch(
            "SELECT outcome, declaration_id, row_to_json(c)::text AS all FROM status_call c ORDER BY id"
        )
        identity = await reader.fetchval("SELECT string_agg(p::text, '') FROM known_person p")
    assert [(row["outcome"], row["declaration_id"]) for row in rows] == [("filed", declared.id), ("none", None)]
    everything = "".join(row["all"] for row in rows) + identity
    assert declared.document_no not in everything
    assert declared.name not in everything


@pytest.mark.requirement("V28")
async def test_trying_numbers_out_is_stopped(serve: Serve) -> None:
    """A client with too many empty answers is refused altogether, hits included; others are not; the refusals are
    logged."""
    year = await exam_year(serve)
    declared = await year.declare("filed")
    client, other = year.network(), year.network()
    async with year.service.database.transaction() as tx:
        await tx.execute(
            "INSERT INTO rate_limit (name, subject, arrival) "
            "SELECT 'status_misses', decode(replace(client_id::text, '-', ''), 'hex'), "
            "$1::timestamptz + interval '3599 s' FROM (SELECT $2::uuid AS client_id) c",
            year.clock.now(),
            await _id_of(year, client, declared),
        )
    stranger = Declared(declared.id, declared.person_id, "", "420106199001018888")
    statuses = [(await _ask(year, stranger, client)).status for _ in range(3)]
    assert statuses == [200, 429, 429]
    refused = await _ask(year, declared, client)
    assert (refused.status, refused.code) == (429, "limit_reached")
    assert int(refused.headers["Retry-After"]) >= 1
    assert (await _ask(year, declared, other)).status == 200
    async with year.service.database.read() as reader:
        assert await reader.fetchval("SELECT count(*) FROM status_call WHERE outcome = 'refused'") == 3


async def _id_of(year: Year, client: Any, declared: Declared) -> Any:
    await _ask(year, declared, client)
    async with year.service.database.read() as reader:
        return await reader.fetchval("SELECT client_id FROM status_call ORDER BY id DESC LIMIT 1")


async def test_only_the_network_may_ask(serve: Serve) -> None:
    """Staff, candidates and strangers get no answer."""
    year = await exam_year(serve)
    declared = await year.declare("filed")
    body = {"document_type": "resident_id", "document_no": declared.document_no, "exam_year": YEAR}
    assert (await year.unit.post("/status-queries", body)).status == 403
    assert (await year.point.post("/status-queries", body)).status == 403
    assert (await year.service.caller("candidate").post("/status-queries", body)).status == 403
    assert (await year.service.anonymous().post("/status-queries", body)).status == 401
