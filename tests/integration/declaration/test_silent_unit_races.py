"""Any number of copies press and expire each request once, and an answer is never told to be missing (4.5, M2)."""

import asyncio
from uuid import UUID

import pytest

from services.declaration.domain.prior_row_pace import PriorRowPace
from services.declaration.domain.prior_rows import RowState
from services.declaration.scheduled.prior_rows import requests
from services.declaration.storage import asked_rows, prior_confirmations, unanswered_rows
from services.declaration.storage.prior_confirmations import RowDecision
from services.declaration.storage.unanswered_rows import UnansweredRow
from shared.contracts.declaration import PriorRowUnanswered
from shared.ids import new_id
from shared.reminding import running
from shared.reminding.running import Kind
from tests.integration.declaration.careers import Career
from tests.integration.declaration.season import Season, together
from tests.integration.declaration.silent_units import JOB, expired, listed, told, waiting
from tests.integration.declaration.test_draft_reminders import on
from tests.integration.declaration.working import KILLED, run, working_process
from tests.support.crossing_copies import take_keys_away, tell_crossing
from tests.support.engines import Engines
from tests.support.service_under_test import Serve
from tests.support.waiting import wait_until


@pytest.mark.requirement("M2")
@pytest.mark.parametrize("day", [(23, 12, 2026), (27, 12, 2026), (4, 1, 2027)])
async def test_any_number_of_copies_tell_each_step_once(serve: Serve, day: tuple[int, int, int]) -> None:
    """Six runs at once."""
    one = await waiting(serve)
    on(one.season, day[0], month=day[1], year=day[2])
    await together(*(run(one.season, JOB) for _ in range(6)))
    assert len(await told(one.season)) + await expired(one.season) == 1


def _at(season: Season, steps: tuple[int, ...]) -> Kind[UnansweredRow]:
    kind = requests(season.service.deps.settings.prior_row_pace, season.clock.now())
    return Kind(kind.name, steps, kind.lock, kind.tell)


@pytest.mark.requirement("M2")
@pytest.mark.parametrize(("keys", "times"), [(True, 1), (False, 2)])
async def test_the_key_keeps_two_crossing_copies_from_telling_twice(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, keys: bool, times: int
) -> None:
    """A copy that read before the other committed meets the key; the control without the key tells twice."""
    one = await waiting(serve)
    if not keys:
        take_keys_away(monkeypatch)
    on(one.season, 23)
    await tell_crossing(one.season.service.database, one.season.clock, _at(one.season, (11,)))
    assert await told(one.season) == [("reminded", 3)] * times
    on(one.season, 4, month=1, year=2027)
    await tell_crossing(one.season.service.database, one.season.clock, _at(one.season, (-1,)))
    assert await expired(one.season) == times


@pytest.mark.requirement("M2")
@pytest.mark.parametrize(("locks", "over"), [(True, 0), (False, 1)])
async def test_an_answer_that_is_being_given_is_not_told_to_be_missing(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, locks: bool, over: int
) -> None:
    """The scheduler looks between the answer and its commit: it leaves the row to the next run, which finds it said.
    The control without locks waits for the commit with what it read before, and tells that nobody answered."""
    one = await waiting(serve)
    season, deps = one.season, one.season.service.deps
    (queued,) = await listed(one, open=True)
    if not locks:
        unlocked = unanswered_rows._LOCK_DUE.replace("FOR NO KEY UPDATE OF d, p SKIP LOCKED", "")
        assert unlocked != unanswered_rows._LOCK_DUE
        monkeypatch.setattr(unanswered_rows, "_LOCK_DUE", unlocked)
    on(season, 4, month=1, year=2027)
    ids = (UUID(one.draft.id), UUID(one.row["id"]))
    said = RowDecision(RowState.CONFIRMED_BY_PRIOR, new_id(), season.clock.now())
    async with season.service.database.transaction() as tx:
        await asked_rows.lock_version(tx, *ids, one.former.id, queued["version"])
        await prior_confirmations.update(tx, deps.keyring, *ids, said)
        telling = asyncio.create_task(run(season, JOB))

        async def looked() -> bool:
            return telling.done() or bool(await season.count("SELECT count(*) FROM pg_locks WHERE NOT granted"))

        await wait_until(looked, what="the scheduler has looked")
        assert telling.done() is locks
    await telling
    await run(season, JOB)
    assert await expired(season) == over


@pytest.mark.requirement("M2")
async def test_a_killed_copy_tells_in_the_end_and_once(engines: Engines, serve: Serve) -> None:
    """kill -9 between claim and commit: the next run lets it expire, once, with one new version."""
    one = await waiting(serve)
    season = one.season
    on(season, 4, month=1, year=2027)
    assert await working_process(engines, season, JOB, "reminder.after_claim:kill") == KILLED
    assert await expired(season) == 0
    assert await working_process(engines, season, JOB) == 0
    assert await working_process(engines, season, JOB) == 0
    assert await expired(season) == 1


async def test_what_somebody_holds_is_left_to_the_next_run(serve: Serve) -> None:
    """Nobody waits for whoever decides on it right now."""
    one = await waiting(serve)
    on(one.season, 23)
    async with one.season.service.database.transaction() as tx:
        await tx.execute("SELECT FROM declaration WHERE id = $1 FOR UPDATE", UUID(one.draft.id))
        await run(one.season, JOB)
        assert await told(one.season) == []
    await run(one.season, JOB)
    assert await told(one.season) == [("reminded", 3)]


async def test_two_people_with_rows_of_one_id_are_told_of_apart(serve: Serve) -> None:
    """Candidates choose the ids of their rows; requests have ids of their own."""
    one = await waiting(serve)
    other = Career(one.season, one.former)
    other.row |= {"id": one.row["id"]}
    await other.hand_in(1)
    await asked_too(other)
    on(one.season, 23)
    deps = one.season.service.deps
    kind = requests(PriorRowPace(3, 7, 14), one.season.clock.now())
    await running.remind(deps.database, deps.clock, kind, 1)
    events = await one.season.service.published(PriorRowUnanswered)
    assert {event.declaration_id for event in events} == {UUID(one.draft.id), UUID(other.draft.id)}


async def asked_too(one: Career) -> None:
    """Another unit's row of the same id is asked about."""
    done = await one.season.decide(one.draft, f"prior-rows/{one.row['id']}/request")
    assert done.status == 200, done.body
