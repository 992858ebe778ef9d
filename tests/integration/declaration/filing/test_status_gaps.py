"""What a client that follows the changes must not miss: institutions that move while a record is written, people who
change the channel; and a cursor of another cluster (4.10, ADR 0042)."""

import asyncio
from collections.abc import Awaitable
from contextlib import AbstractAsyncContextManager
from typing import Any
from uuid import UUID

import pytest

from services.declaration.storage import qualified_lists
from shared.ids import new_id
from shared.postgres.transaction import Transaction
from shared.web.cursors import encode_cursor
from tests.integration.declaration.filing.rows import INSERT_DECLARATION
from tests.integration.declaration.filing.test_status_lists import followed, ids, listed
from tests.integration.declaration.filing.year import YEAR, Year, exam_year
from tests.integration.declaration.forms import complete_content
from tests.integration.declaration.risk.test_plans import owner
from tests.integration.declaration.season import Draft, exam_season
from tests.integration.declaration.test_revoked_people import choose
from tests.support.engines import Engines
from tests.support.service_under_test import Caller, Serve
from tests.support.waiting import wait_until

_WAITING = """
SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
"""
_MOVE = "UPDATE known_institution SET filing_body_path = $2, version = version + 1 WHERE institution_id = $1"
_APPROVE = "UPDATE declaration SET state = 'approved', version = version + 1 WHERE id = $1"
_DEFINITION = "SELECT pg_get_functiondef($1::text::regproc)"


async def unlocked(engines: Engines, year: Year, function: str = "status_bodies") -> None:
    """The protection off: a trigger's function reads without waiting for anybody."""
    async with owner(engines, year.service.database_name) as connection:
        text = await connection.fetchval(_DEFINITION, function)
        assert "FOR SHARE" in text
        await connection.execute(text.replace("FOR SHARE", "").replace("pg_advisory_xact_lock_shared", "abs"))


async def settled_or_waiting(year: Year, task: asyncio.Task[Any]) -> None:
    """Until somebody's statement is done, or waits for a lock."""

    async def reached() -> bool:
        async with year.service.database.read() as reader:
            return task.done() or bool(await reader.fetchval(_WAITING))

    await wait_until(reached, what="the other one is done or waits")


def at_other_site(year: Year) -> Caller:
    """The client of the body that the institution moves to."""
    return year.service.caller("national_network_client", scope_id=year.other_site_id)


async def declared_uncommitted(year: Year, tx: Transaction, institution_id: UUID) -> str:
    """A draft that begins in an open transaction; its id."""
    someone = await year.person()
    values = (someone.id, f"D{YEAR}-9", someone.person_id, year.cycle_id, YEAR, institution_id, "draft", False)
    await tx.execute(INSERT_DECLARATION, *values, year.clock.now())
    return str(someone.id)


@pytest.mark.requirement("B18", "M3")
@pytest.mark.parametrize("locks", [True, False])
async def test_a_decision_while_its_institution_moves_is_told(serve: Serve, engines: Engines, locks: bool) -> None:
    """An approval that meets a move under way is told to the client of the new body; without the lock, the control,
    that client never hears of it."""
    year = await exam_year(serve)
    declared, client = await year.declare("submitted"), at_other_site(year)
    if not locks:
        await unlocked(engines, year)
    _, cursor = await followed(client)
    moving: AbstractAsyncContextManager[Transaction] = year.service.database.transaction()
    async with year.service.database.transaction() as deciding:
        async with moving as tx:
            await tx.execute(_MOVE, year.institution_id, [year.zone_id, year.other_site_id])
            decision = asyncio.create_task(deciding.execute(_APPROVE, declared.id))
            await settled_or_waiting(year, decision)
        items, cursor = await followed(client, cursor)
        await decision
    told = [(one["record_id"], one["status"]) for one in items]
    told += [(one["record_id"], one["status"]) for one in (await followed(client, cursor))[0]]
    assert ((str(declared.id), "approved") in told) is locks


@pytest.mark.requirement("B18", "M3")
@pytest.mark.parametrize("locks", [True, False])
@pytest.mark.parametrize("known", [True, False])
async def test_a_record_that_begins_while_its_institution_moves_is_told(
    serve: Serve, engines: Engines, locks: bool, known: bool
) -> None:
    """A declaration that is not committed yet when its institution moves, or is heard of for the first time, is told
    to the client of that body; without the lock, the control, never."""
    year = await exam_year(serve)
    client, unit = at_other_site(year), year.institution_id if known else new_id()
    if not locks:
        await unlocked(engines, year)
    _, cursor = await followed(client)
    async with year.service.database.transaction() as tx:
        begun = await declared_uncommitted(year, tx, unit)
        moved = asyncio.create_task(year.institution_exists(unit, path=[year.zone_id, year.other_site_id], version=9))
        await settled_or_waiting(year, moved)
    await moved
    assert (begun in ids((await followed(client, cursor))[0])) is locks


@pytest.mark.requirement("M8", "B18")
@pytest.mark.parametrize("lists_first", [True, False])
async def test_filing_and_a_move_do_not_wait_in_a_circle(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, lists_first: bool
) -> None:
    """Somebody who has locked a list and then files its people meets a move of the institution: both go through. When
    the move does not lock the lists first, the control, the engine has to end one of them."""
    year = await exam_year(serve)
    declared, list_id = await year.declare("approved"), new_id()
    if not lists_first:
        monkeypatch.setattr(qualified_lists, "_LOCK_UNDECIDED", "SELECT $1::uuid")
    async with year.service.database.transaction() as tx:
        await tx.execute(_INSERT_LIST, list_id, year.institution_id, year.cycle_id, year.point_id, [year.point_id])
    outcomes = await asyncio.gather(*_filing_beside_a_move(year, declared.id, list_id), return_exceptions=True)
    assert (outcomes == [None, None]) is lists_first, outcomes


_INSERT_LIST = """
INSERT INTO qualified_list (id, institution_id, institution_name, cycle_id, exam_year, kind, edition, state, version,
    opened_by, opened_at, updated_at, number, content_hash, filing_body_id, filing_body_path)
VALUES ($1, $2, '江城试验医院', $3, 2027, 'main', 1, 'generated', 1, $1, now(), now(), 'L1', 'ab', $4, $5)
"""
_LOCK_LIST = "SELECT id FROM qualified_list WHERE id = $1 FOR UPDATE"


def _filing_beside_a_move(year: Year, declaration_id: UUID, list_id: UUID) -> list[Awaitable[None]]:
    holds = asyncio.Event()

    async def file() -> None:
        async with year.service.database.transaction() as tx:
            await tx.fetch(_LOCK_LIST, list_id)
            holds.set()

            async def met() -> bool:
                async with year.service.database.read() as reader:
                    return bool(await reader.fetchval(_WAITING))

            await wait_until(met, what="the move waits")
            await tx.execute(_APPROVE.replace("approved", "filed"), declaration_id)

    async def move() -> None:
        await holds.wait()
        await year.institution_exists(path=[year.zone_id, year.other_site_id], version=9)

    return [file(), move()]


@pytest.mark.requirement("A17", "C6")
async def test_choosing_another_channel_and_back_is_told(serve: Serve) -> None:
    """Somebody with a draft who declares elsewhere, and later does not, is told each time, once, by a higher version;
    another exam year and other people's records are not."""
    year = await exam_year(serve)
    declared, client = await year.declare("draft"), year.network()
    first, cursor = await followed(client)
    told = [one["record_version"] for one in first]
    await year.declare("draft")
    _, cursor = await followed(client, cursor)
    who = (year.service, declared.person_id, declared.name, declared.document_no)
    seen = []
    enterable = {"kind": "document_not_enterable"}
    said: list[dict[str, Any]] = [{"exam_year": YEAR + 1}, {}, enterable, {"state": "withdrawn"}, {}]
    for version, more in enumerate(said, start=1):
        await choose(*who, aggregate_version=version, **more)
        items, cursor = await followed(client, cursor)
        seen.append([(one["record_id"], one["status"]) for one in items])
        told += [one["record_version"] for one in items]
    own = str(declared.id)
    assert seen == [[], [(own, "exempt_channel")], [], [(own, "in_progress")], [(own, "exempt_channel")]]
    assert told == sorted(set(told)), "an equal version would be dropped as an old answer"


@pytest.mark.requirement("A17", "M3")
async def test_a_channel_chosen_while_a_declaration_begins_is_told(serve: Serve) -> None:
    """Whoever chooses the other channel while his declaration is not committed yet is told as of that channel."""
    year = await exam_year(serve)
    client, someone = year.network(), await year.person()
    _, cursor = await followed(client)
    values = (f"D{YEAR}-9", someone.person_id, year.cycle_id, YEAR, year.institution_id, "draft", False)
    chosen: asyncio.Task[None]
    async with year.service.database.transaction() as tx:
        await tx.execute(INSERT_DECLARATION, someone.id, *values, year.clock.now())
        chosen = asyncio.create_task(
            choose(year.service, someone.person_id, someone.name, someone.document_no, exam_year=YEAR)
        )
        await settled_or_waiting(year, chosen)
        assert not chosen.done()
    await chosen
    items, _ = await followed(client, cursor)
    assert [(one["record_id"], one["status"]) for one in items] == [(str(someone.id), "exempt_channel")]


@pytest.mark.requirement("A17", "B18", "M3")
@pytest.mark.parametrize("locks", [True, False])
async def test_a_channel_chosen_while_a_draft_changes_its_unit_is_told(
    serve: Serve, engines: Engines, locks: bool
) -> None:
    """Whoever chooses the other channel while his draft goes to another institution is told to the client there, as of
    that channel; without the lock, the control, only the change of unit is told there."""
    year = await exam_year(serve)
    declared, client, unit = await year.declare("draft"), at_other_site(year), new_id()
    await year.institution_exists(unit, path=[year.zone_id, year.other_site_id])
    if not locks:
        await unlocked(engines, year, "track_exempt_status")
    _, cursor = await followed(client)
    async with year.service.database.transaction() as choosing:
        async with year.service.database.transaction() as tx:
            await tx.execute("UPDATE declaration SET institution_id = $2 WHERE id = $1", declared.id, unit)
            choice = asyncio.create_task(choosing.execute(_CHOOSE, declared.person_id, YEAR))
            await settled_or_waiting(year, choice)
        items, cursor = await followed(client, cursor)
        await choice
    items += (await followed(client, cursor))[0]
    told = [(one["record_id"], one["status"]) for one in items]
    assert ((str(declared.id), "exempt_channel") in told) is locks, told


_CHOOSE = """
INSERT INTO known_exempt_person (person_id, version, state, kind, exam_year, document_type, document_index,
    person_sealed, changed_at)
VALUES ($1, 1, 'chosen', 'military', $2, 'resident_id', '\\x01', '\\x01', now())
"""


@pytest.mark.requirement("A17", "C6")
async def test_saving_the_flag_of_active_soldiers_is_told(serve: Serve) -> None:
    """Setting the flag in a draft is one change, to the exempt channel; taking it out is one back; saving anything else
    is none."""
    season = await exam_season(serve)
    person = await season.has_person()
    started = await season.start(person)
    draft, client = (
        Draft(started.body["id"], started.body["version"], person),
        season.service.caller("national_network_client"),
    )
    _, cursor = await followed(client)
    seen, whole = [], complete_content(season.unit)
    for flag in (False, True, True, False):
        saved = await season.save(draft, whole | {"is_active_military": flag})
        assert saved.status == 200, saved.body
        items, cursor = await followed(client, cursor)
        seen.append([(one["record_id"], one["status"]) for one in items])
    assert seen == [[], [(draft.id, "exempt_channel")], [], [(draft.id, "in_progress")]]


@pytest.mark.requirement("M3")
async def test_a_cursor_that_no_page_gave_is_refused(serve: Serve) -> None:
    """A place beyond what is settled here, as after the data moved to another cluster, is refused with what to do, as
    it would skip everything until then; and the log says so, once a call."""
    year = await exam_year(serve)
    await year.declare("filed")
    for place in ((10**12, 0), (2**63, 0), (-1, 0), (0, -1), (0, 2**64 - 1)):
        refused = await listed(year.network(), "status-changes", f"cursor={encode_cursor(*place)}")
        assert (refused.status, refused.code) == (422, "cursor_invalid"), place
    assert (await listed(year.network(), "status-changes", "cursor=rubbish")).code == "cursor_invalid"
    logged = (await year.service.caller("auditor", scope_id=year.zone_id).get("/status-calls")).body["items"]
    assert [(one["kind"], one["outcome"]) for one in logged] == [("changes", "cursor_invalid")] * 6


@pytest.mark.requirement("C5")
async def test_a_new_institution_and_a_version_read_no_whole_table(serve: Serve, engines: Engines) -> None:
    """The declarations of an institution, and all evaluations of a declaration, are found by index."""
    year = await exam_year(serve)
    await year.many(3)
    async with owner(engines, year.service.database_name) as connection:
        await connection.execute(_MANY)
        await connection.execute("ANALYZE declaration")
        await connection.execute("ANALYZE evaluation")
        for statement in (
            "SELECT d.id FROM declaration d WHERE d.institution_id = $1",
            "SELECT sum(v.version) FROM evaluation v WHERE v.declaration_id = $1",
        ):
            plan = await connection.fetchval(f"EXPLAIN (FORMAT JSON) {statement}", new_id())
            assert "Seq Scan" not in plan, plan
        # The control: a condition without an index is seen to read everything.
        control = "EXPLAIN (FORMAT JSON) SELECT id FROM declaration WHERE probation_months = 14"
        assert "Seq Scan" in await connection.fetchval(control)


_MANY = """
WITH more AS (
    INSERT INTO declaration (id, number, person_id, cycle_id, cycle_year, institution_id, institution_name, state,
        version, exam_level, exam_category_code, route, origin, probation_months, submission, catalogue_version,
        created_at, updated_at, submitted_at)
    SELECT gen_random_uuid(), 'P' || n, gen_random_uuid(), c.id, 2027, gen_random_uuid(), '虚构医院', 'approved', 1,
        'licensed_physician', '110', 'prescribed_education', 'candidate_declaration', 14, 1, 900, now(), now(), now()
    FROM cycle c, generate_series(1, 3000) n RETURNING id, person_id, institution_id, cycle_id
)
INSERT INTO evaluation (id, declaration_id, submission, person_id, institution_id, cycle_id, state, version,
    months_counted, updated_at)
SELECT gen_random_uuid(), id, 1, person_id, institution_id, cycle_id, 'voided', 2, 14, now() FROM more
"""
