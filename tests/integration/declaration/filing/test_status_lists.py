"""What the national network reads in bulk: the records of an exam site, what changed, and what auditors see of it all
(4.10)."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.declaration.storage import status_calls
from shared.actor import Actor
from shared.ids import new_id
from shared.security.signed_answers import check_answer
from tests.integration.declaration.filing.test_status import USE_NONCE, WAITING
from tests.integration.declaration.filing.test_status_comparisons import compared
from tests.integration.declaration.filing.year import YEAR, exam_year
from tests.support.service_under_test import Answer, Caller, Serve
from tests.support.waiting import wait_until

_SITE = f"exam_year={YEAR}&exam_site_code=4201"
_APPROVE = "UPDATE declaration SET state = 'filed', version = version + 1 WHERE id = $1"
# What a feed by positions alone would read.
_NAIVE = "SELECT position, declaration_id FROM status_change WHERE position > $1 ORDER BY position"


async def listed(caller: Caller, path: str, filters: str = "") -> Answer:
    """A page, with a fresh nonce."""
    return await caller.get(f"/{path}?nonce={uuid4()}&{filters}")


async def followed(caller: Caller, cursor: str | None = None, limit: int = 100) -> tuple[list[dict[str, Any]], str]:
    """Everything that is settled after a cursor, and the next cursor."""
    items: list[dict[str, Any]] = []
    while True:
        page = await listed(caller, "status-changes", f"limit={limit}" + (f"&cursor={cursor}" if cursor else ""))
        assert page.status == 200, page.body
        items += page.body["items"]
        cursor = page.body["next_cursor"]
        if page.body["complete"]:
            return items, str(cursor)


def ids(items: list[dict[str, Any]]) -> list[str]:
    """The records of a page."""
    return [one["record_id"] for one in items]


@pytest.mark.requirement("C7", "V24")
async def test_a_site_is_listed_page_by_page(serve: Serve) -> None:
    """Every record of the site once over the pages, masked and signed; nothing for another site, another year, a client
    of elsewhere, or a code that nobody has."""
    year = await exam_year(serve)
    people = [await year.declare(state) for state in ("approved", "filed", "draft", "revoked", "returned")]
    client, seen, cursor = year.network(), list[dict[str, Any]](), ""
    while True:
        page = await listed(client, "status-records", f"{_SITE}&limit=2{cursor}")
        assert page.status == 200, page.body
        assert len(page.body["items"]) <= 2
        seen += page.body["items"]
        if page.body["next_cursor"] is None:
            break
        cursor = f"&cursor={page.body['next_cursor']}"
    assert sorted(ids(seen)) == sorted(str(one.id) for one in people)
    by_id = {one["record_id"]: one for one in seen}
    first = by_id[str(people[0].id)]
    assert (first["status"], first["exam_site_code"], first["document_type"]) == ("approved", "4201", "resident_id")
    assert all(one.document_no not in str(seen) and one.name not in str(seen) for one in people)
    elsewhere = year.service.caller("national_network_client", scope_id=year.other_site_id)
    other = await listed(client, "status-records", _SITE.replace("4201", "4202"))
    nowhere = await listed(client, "status-records", _SITE.replace("4201", "9999"))
    later = await listed(client, "status-records", _SITE.replace(str(YEAR), str(YEAR + 1)))
    foreign = await listed(elsewhere, "status-records", _SITE)
    assert [one.body["items"] for one in (other, nowhere, later, foreign)] == [[], [], [], []]


@pytest.mark.requirement("C7", "B18")
async def test_every_exam_site_code_that_is_told_lists_its_record(serve: Serve) -> None:
    """Institutions of a zone, of a site and of a point below it stand in the list of the code their answer tells."""
    year = await exam_year(serve)
    zone, site, point = year.zone_id, year.site_id, year.point_id
    told = set()
    for path in ([zone], [zone, site], [zone, site, point], [zone, point]):
        institution_id = new_id()
        await year.institution_exists(institution_id, path=path)
        declared = await year.declare("approved", institution_id=institution_id)
        question = {"document_type": "resident_id", "document_no": declared.document_no, "name": declared.name}
        code = (await year.asked(question | {"exam_year": YEAR})).body["exam_site_code"]
        page = await listed(year.network(), "status-records", _SITE.replace("4201", code))
        assert str(declared.id) in ids(page.body["items"]), code
        assert {one["exam_site_code"] for one in page.body["items"]} == {code}
        told.add(code)
    assert told == {"42", "4201", "420106"}


@pytest.mark.requirement("V28")
@pytest.mark.parametrize(("path", "filters"), [("status-records", _SITE), ("status-changes", "limit=5")])
@pytest.mark.parametrize(("guarded", "status", "outcomes"), [(True, 409, ["replayed"]), (False, 200, [])])
async def test_a_nonce_that_is_being_used_gets_no_page(
    serve: Serve,
    monkeypatch: pytest.MonkeyPatch,
    path: str,
    filters: str,
    guarded: bool,
    status: int,
    outcomes: list[str],
) -> None:
    """A page whose nonce another call has just written, not yet committed, is waited for, refused and logged as
    replayed; without the guard, the negative control, it is given a second time."""
    if not guarded:
        write = status_calls._WRITE.replace(status_calls._ALL_LOGGED, "true")
        monkeypatch.setattr(status_calls, "_WRITE", write)
    year = await exam_year(serve)
    await year.declare("filed")
    client_id, nonce = new_id(), uuid4()
    async with year.service.database.transaction() as other:
        await other.execute(USE_NONCE, new_id(), client_id, nonce, year.clock.now())
        asked = asyncio.create_task(year.network(client_id).get(f"/{path}?nonce={nonce}&{filters}"))

        async def waits() -> bool:
            async with year.service.database.read() as reader:
                return bool(await reader.fetchval(WAITING))

        await wait_until(waits)
    assert (await asked).status == status
    async with year.service.database.read() as reader:
        rows = await reader.fetch("SELECT outcome FROM status_call WHERE request_id <> 'other'")
    assert [row["outcome"] for row in rows] == outcomes


@pytest.mark.requirement("V28")
async def test_lists_are_signed_and_their_nonces_used_up(serve: Serve) -> None:
    """A page and a look at the changes are signed over their bytes; a nonce that was used gets no second page."""
    year = await exam_year(serve)
    await year.declare("filed")
    keys = (await year.service.anonymous().get("/answer-keys")).body["keys"]
    token = year.service.token
    for path, filters in (("status-records", _SITE), ("status-changes", "limit=5")):
        client_id, nonce = new_id(), uuid4()
        caller = year.network(client_id)
        url = f"{year.service.base}/{path}?nonce={nonce}&{filters}"
        async with year.service.session.get(
            url, headers={"Authorization": f"Bearer {token(_client(client_id))}"}
        ) as got:
            header = check_answer(keys, got.headers["Tiro-Signature"], await got.read())
        assert (header["sub"], header["op"], header["nonce"]) == (str(client_id), path, str(nonce))
        assert (await caller.get(f"/{path}?nonce={nonce}&{filters}")).code == "nonce_used"


def _client(client_id: UUID) -> Actor:
    return Actor("client", client_id, "national_network_client")


@pytest.mark.requirement("C5", "C7")
async def test_changes_are_followed_by_a_cursor(serve: Serve) -> None:
    """From the beginning on every record once with its present state; then only what changed: a decision, a judgement,
    a certificate. What changes no answer is no change."""
    year = await exam_year(serve)
    client = year.network()
    first, second = await year.declare("approved"), await year.declare("submitted")
    items, cursor = await followed(client, limit=1)
    assert set(ids(items)) == {str(first.id), str(second.id)}
    assert (await followed(client, cursor))[0] == []
    async with year.service.database.transaction() as tx:
        await tx.execute("UPDATE declaration SET version = version + 1, updated_at = now() WHERE id = $1", first.id)
    assert (await followed(client, cursor))[0] == []
    evaluation = await year.evaluate(first)
    await year.certify(evaluation)
    items, cursor = await followed(client, cursor)
    assert ids(items) == [str(first.id)]
    assert (items[0]["status"], items[0]["certificate_no"]) == ("approved", "PC2027-4201-000001")
    async with year.service.database.transaction() as tx:
        await tx.execute(_APPROVE, first.id)
        await tx.execute("UPDATE declaration SET state = 'under_review' WHERE id = $1", second.id)
    items, _ = await followed(client, cursor)
    assert [(one["record_id"], one["status"]) for one in items] == [
        (str(first.id), "filed"),
        (str(second.id), "in_progress"),
    ]


@pytest.mark.requirement("M3")
async def test_a_late_committer_is_not_skipped(serve: Serve) -> None:
    """Somebody who began earlier and commits later is told after his commit, although the cursor went on meanwhile; a
    feed by positions alone, the control, never tells him."""
    year = await exam_year(serve)
    client = year.network()
    late, quick = await year.declare("approved"), await year.declare("approved")
    _, cursor = await followed(client)
    async with year.service.database.read() as reader:
        seen = await reader.fetchval("SELECT max(position) FROM status_change")
    async with year.service.database.transaction() as slow:
        await slow.execute(_APPROVE, late.id)
        async with year.service.database.transaction() as tx:
            await tx.execute(_APPROVE, quick.id)
        items, cursor = await followed(client, cursor)
        async with year.service.database.read() as reader:
            naive = await reader.fetch(_NAIVE, seen)
    told = ids(items)
    items, cursor = await followed(client, cursor)
    told += ids(items)
    assert sorted(told) == sorted([str(late.id), str(quick.id)])
    # The control read the quick one and went past the late one's position.
    assert [row["declaration_id"] for row in naive] == [quick.id]
    async with year.service.database.read() as reader:
        assert await reader.fetch(_NAIVE, naive[-1]["position"]) == []
    assert (await followed(client, cursor))[0] == []


@pytest.mark.requirement("B18", "V24")
async def test_a_record_that_leaves_a_site_is_told_there(serve: Serve) -> None:
    """When an institution files with another body, the client of the old site is told that the record is none of its
    own any more, and the client of the new site gets it."""
    year = await exam_year(serve)
    declared = await year.declare("approved")
    old, new = [
        year.service.caller("national_network_client", scope_id=one) for one in (year.site_id, year.other_site_id)
    ]
    (before, at_old), (nothing, at_new) = await followed(old), await followed(new)
    assert (ids(before), ids(nothing)) == ([str(declared.id)], [])
    await year.institution_exists(path=[year.zone_id, year.other_site_id], version=7)
    (left, _), (come, _) = await followed(old, at_old), await followed(new, at_new)
    assert [(one["record_id"], one["status"], one["institution_name"]) for one in left] == [
        (str(declared.id), "none", None)
    ]
    assert [(one["record_id"], one["status"]) for one in come] == [(str(declared.id), "approved")]


@pytest.mark.requirement("V28", "V64")
async def test_auditors_read_who_asked_about_whom(serve: Serve) -> None:
    """Every call stands in the log with client, time, outcome and the person masked; filters and pages; a body reads
    what concerns its people or was asked by its clients, the zone all; nobody else reads it."""
    year = await exam_year(serve)
    declared = await year.declare("filed")
    client_id = new_id()
    question = {"document_type": "resident_id", "document_no": declared.document_no, "name": declared.name}
    await year.asked(question | {"exam_year": YEAR}, year.network(client_id))
    year.clock.advance(timedelta(minutes=5))
    await year.asked(question | {"exam_year": 2031}, year.network(client_id))
    await compared(year, declared, {"school": "某大学"})
    await listed(year.network(), "status-changes")
    zone = year.service.caller("auditor", scope_id=year.zone_id)
    site = year.service.caller("auditor", scope_id=year.site_id)
    other = year.service.caller("site_admin", scope_id=year.other_site_id)
    everything = (await zone.get("/status-calls")).body["items"]
    assert [(one["kind"], one["outcome"]) for one in everything] == [
        ("changes", "listed"),
        ("comparison", "filed"),
        ("query", "none"),
        ("query", "filed"),
    ]
    last = everything[-1]
    assert (last["client_id"], last["record_id"]) == (str(client_id), str(declared.id))
    assert last["document_no_masked"]
    assert declared.document_no not in str(everything)
    assert declared.name not in str(everything)
    assert [one["kind"] for one in (await site.get("/status-calls")).body["items"]] == ["comparison", "query"]
    assert (await other.get("/status-calls")).body["items"] == []
    for filters, count in ((f"client_id={client_id}", 2), (f"record_id={declared.id}", 2), ("outcome=none", 1)):
        assert len((await zone.get(f"/status-calls?{filters}")).body["items"]) == count
    since = year.clock.now().isoformat().replace("+", "%2B")
    assert len((await zone.get(f"/status-calls?since={since}")).body["items"]) == 3
    assert len((await zone.get(f"/status-calls?until={since}")).body["items"]) == 1
    page = (await zone.get("/status-calls?limit=3")).body
    rest = (await zone.get(f"/status-calls?limit=3&cursor={page['next_cursor']}")).body
    assert (len(page["items"]), len(rest["items"]), rest["next_cursor"]) == (3, 1, None)
    assert (await year.unit.get("/status-calls")).status == 403
    assert (await year.network().get("/status-calls")).status == 403
