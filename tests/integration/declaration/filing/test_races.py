"""Two at once: lists that want the same people, and exam bodies that decide differently. Each with the protection
taken away as a control."""

import asyncio
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from services.declaration.storage import list_lines, qualified_lists
from services.declaration.storage.list_lines import NewLine
from services.declaration.use_cases.filing.issuing_institution import issuing_institution
from services.declaration.use_cases.filing.open_list import open_list
from shared.actor import Actor
from shared.contracts.declaration import DeclarationFiled
from shared.contracts.declaration_filing import QualifiedListAccepted, QualifiedListReturned
from shared.ids import new_id
from tests.integration.declaration.filing.paper import fake_print, generate, open_draft
from tests.integration.declaration.filing.test_status_gaps import _WAITING
from tests.integration.declaration.filing.year import Declared, Year, exam_year
from tests.support.engines import Engines
from tests.support.service_under_test import Answer, Serve
from tests.support.waiting import wait_until

_INSERT_DRAFT = """
INSERT INTO qualified_list (id, institution_id, institution_name, cycle_id, exam_year, kind, edition, state, version,
    opened_by, opened_at, updated_at)
VALUES ($1, $2, '江城试验医院', $3, 2027, $4, 1, 'draft', 1, $2, now(), now())
"""


async def two_drafts(year: Year, kinds: tuple[str, str] = ("main", "supplementary")) -> list[UUID]:
    """Two drafts of one institution that could freeze the same people, as an upgrade from older rules might leave."""
    ids = [new_id(), new_id()]
    async with year.service.database.transaction() as tx:
        for list_id, kind in zip(ids, kinds, strict=True):
            await tx.execute(_INSERT_DRAFT, list_id, year.institution_id, year.cycle_id, kind)
    return ids


@pytest.mark.requirement("B13", "M9")
async def test_parallel_generations_never_share_a_person(serve: Serve) -> None:
    """Of two lists generated at the same moment one gets everybody and the other is told that nobody is left."""
    year = await exam_year(serve)
    for _ in range(5):
        people = await year.many(20)
        body = {"responsible_person": "王建国"}
        drafts = await two_drafts(year)
        answers = await asyncio.gather(
            *(year.unit.post(f"/qualified-lists/{one}/generation", body, version=1) for one in drafts)
        )
        assert sorted(one.status for one in answers) == [202, 409]
        assert {one.code for one in answers} == {"", "nobody_to_list"}
        async with year.service.database.transaction() as tx:
            shared = await tx.fetch("SELECT declaration_id FROM list_line WHERE live GROUP BY 1 HAVING count(*) > 1")
            live = await tx.fetchval("SELECT count(*) FROM list_line WHERE live")
            assert (shared, live) == ([], len(people))
            await tx.execute("UPDATE qualified_list SET state = 'void'")
            await tx.execute("UPDATE list_line SET live = false")
            await tx.execute("UPDATE declaration SET state = 'lapsed'")


@pytest.mark.requirement("M9")
@pytest.mark.parametrize(("protected", "shared"), [(True, 0), (False, 1)])
async def test_the_index_is_the_last_guard(engines: Engines, serve: Serve, protected: bool, shared: int) -> None:
    """Even transactions that see nothing of each other put a person on one list; with the index dropped, on two."""
    year = await exam_year(serve)
    (someone,) = await year.many(1)
    lists = await two_drafts(year)
    async with year.service.database.read() as reader:
        evaluation_id = await reader.fetchval("SELECT id FROM evaluation")
    if not protected:
        await as_owner(engines, year, "DROP INDEX uq__list_line__live_declaration_id")
    first_inserted = asyncio.Event()

    async def first() -> int:
        async with year.service.database.transaction() as tx:
            inserted = await list_lines.insert_lines(tx, lists[0], [_line(someone, evaluation_id)])
            first_inserted.set()
            await asyncio.sleep(0.2)
            return inserted

    async def second() -> int:
        await first_inserted.wait()
        async with year.service.database.transaction() as tx:
            return await list_lines.insert_lines(tx, lists[1], [_line(someone, evaluation_id)])

    assert list(await asyncio.gather(first(), second())) == [1, shared]


def _line(someone: Declared, evaluation_id: UUID) -> NewLine:
    return NewLine(
        line=1,
        declaration_id=someone.id,
        declaration_number="D2027-000001",
        submission=1,
        evaluation_id=evaluation_id,
        person_id=someone.person_id,
        provisional=False,
        exam_level="licensed_physician",
        exam_category_code="110",
        name_masked="*",
        document_no_masked="*",
        display=b"\x00",
    )


async def as_owner(engines: Engines, year: Year, statement: str) -> None:
    """Run a statement as the schema's owner, on this test's database."""
    dsn = engines.stack.around.dsn("declaration_migrator", year.service.database_name)
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def _decide(year: Year, submitted: dict[str, Any]) -> list[int]:
    path, version = f"/filings/{submitted['id']}", submitted["version"]
    reasons = {"reasons": [{"code": "seal_unreadable"}]}
    answers = await asyncio.gather(
        year.point.post(f"{path}/acceptance", version=version),
        year.service.caller("zone_admin", scope_id=year.zone_id).post(f"{path}/return", reasons, version=version),
    )
    return sorted(one.status for one in answers)


async def _submitted(year: Year, institution_id: UUID) -> dict[str, Any]:
    year.institution_id = institution_id
    await year.institution_exists()
    await year.many(3)
    frozen = await generate(year, await open_draft(year))
    await fake_print(year, UUID(frozen["id"]))
    answer = await year.unit.post(f"/qualified-lists/{frozen['id']}/submission", version=frozen["version"])
    assert answer.status == 200, answer.body
    submitted: dict[str, Any] = answer.body
    return submitted


@pytest.mark.requirement("M9")
async def test_accept_against_return(serve: Serve) -> None:
    """One of the two decisions counts; people are filed if and only if the list was accepted."""
    year = await exam_year(serve)
    lists = [await _submitted(year, new_id()) for _ in range(8)]
    outcomes = await asyncio.gather(*(_decide(year, one) for one in lists))
    assert outcomes == [[200, 409]] * 8
    async with year.service.database.read() as reader:
        rows = await reader.fetch(
            "SELECT l.state AS list, d.state AS declaration, count(*) FROM qualified_list l "
            "JOIN list_line n ON n.list_id = l.id JOIN declaration d ON d.id = n.declaration_id GROUP BY 1, 2"
        )
    assert {(row["list"], row["declaration"]) for row in rows} <= {("accepted", "filed"), ("returned", "approved")}
    accepted = len(await year.service.published(QualifiedListAccepted))
    assert accepted + len(await year.service.published(QualifiedListReturned)) == 8
    assert len(await year.service.published(DeclarationFiled)) == 3 * accepted


@pytest.mark.requirement("M9")
@pytest.mark.parametrize(("locked", "expected"), [(True, [200, 409]), (False, [200, 200])])
async def test_the_row_lock_decides(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, locked: bool, expected: list[int]
) -> None:
    """With both deciders inside at the same time one is refused; with the row lock taken away both succeed."""
    year = await exam_year(serve)
    submitted = await _submitted(year, new_id())
    slow = qualified_lists._LOCK_IN_SCOPE.replace("SELECT l.*", "SELECT pg_sleep(0.3), l.*")
    if not locked:
        slow = slow.replace("FOR UPDATE OF l", "")
        # The people's rows would still make the second wait, but not refuse.
    monkeypatch.setattr(qualified_lists, "_LOCK_IN_SCOPE", slow)
    assert await _decide(year, submitted) == expected


@pytest.mark.requirement("A42")
@pytest.mark.parametrize(("locked", "expected"), [(True, [200, 409]), (False, [200, 200])])
async def test_nobody_is_reopened_while_the_list_is_handed_in(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, locked: bool, expected: list[int]
) -> None:
    """Reopening a person waits for the hand-over of the list and is then refused; without the lock on the people the
    list would be handed in with somebody who is being changed."""
    year = await exam_year(serve)
    async with year.service.database.transaction() as tx:
        await tx.execute("INSERT INTO review_reason VALUES (900, 'allow_modification', 'information_wrong', 'x', 'x')")
    (someone,) = await year.many(1)
    frozen = await generate(year, await open_draft(year))
    await fake_print(year, UUID(frozen["id"]))
    slow = qualified_lists._UPDATE_SUBMITTED.replace("WHERE id = $1", "WHERE id = $1 AND pg_sleep(1.5) IS NOT NULL")
    monkeypatch.setattr(qualified_lists, "_UPDATE_SUBMITTED", slow)
    if not locked:
        unlocked = list_lines._LOCK_STALE.replace("FOR UPDATE OF d", "")
        monkeypatch.setattr(list_lines, "_LOCK_STALE", unlocked)

    async def reopen() -> Answer:
        await asyncio.sleep(0.2)
        path = f"/reviews/{someone.id}/modification-allowance"
        return await year.unit.post(path, {"reason_code": "information_wrong"}, version=3)

    submitting = year.unit.post(f"/qualified-lists/{frozen['id']}/submission", version=frozen["version"])
    submitted, reopened = await asyncio.gather(submitting, reopen())
    assert [submitted.status, reopened.status] == expected, reopened.body
    assert reopened.code == ("on_submitted_list" if locked else "")
    assert await year.state_of(someone) == ("approved" if locked else "modification_allowed")


@pytest.mark.requirement("B18", "M9")
@pytest.mark.parametrize("lists_first", [True, False])
async def test_opening_a_list_and_a_move_do_not_wait_in_a_circle(serve: Serve, lists_first: bool) -> None:
    """A list is opened behind a move of its institution that waits for another list: both go through. Where the
    institution is locked before the lists, the control, the engine has to end one of them."""
    year = await exam_year(serve)
    given_up, waiting = await two_drafts(year)
    async with year.service.database.transaction() as tx:
        await tx.execute("UPDATE qualified_list SET state = 'void' WHERE id = $1", given_up)
    actor = Actor("staff", new_id(), "institution_business_admin", scope_id=year.institution_id)

    async def open_another() -> None:
        async with year.service.database.transaction() as tx:
            if not lists_first:
                await issuing_institution(tx, year.institution_id)
            await open_list(tx, year.cycle_id, "main", actor=actor, now=year.clock.now())

    async with year.service.database.transaction() as holding:
        await holding.execute("SELECT FROM qualified_list WHERE id = $1 FOR UPDATE", waiting)
        move = asyncio.create_task(year.institution_exists(path=[year.zone_id, year.other_site_id], version=9))
        await _waiters(year, 1)
        opened = asyncio.create_task(open_another())
        await _waiters(year, 2)
    outcomes = await asyncio.gather(move, opened, return_exceptions=True)
    assert any(outcomes) is not lists_first, outcomes


async def _waiters(year: Year, count: int) -> None:
    """Until so many wait for a lock."""

    async def reached() -> bool:
        async with year.service.database.read() as reader:
            return bool(await reader.fetchval(_WAITING) == count)

    await wait_until(reached, what=f"{count} wait for a lock")
