"""A lapse is told once, to whom it ends something (4.6, P12)."""

from datetime import datetime
from uuid import UUID

import pytest

from services.declaration.storage import declarations, evaluations, evaluations_by_clock
from services.declaration.use_cases.evaluating.lapse_provisionals import find_units_lapsing, lapse_provisionals
from shared.clock import SHANGHAI
from shared.contracts.declaration_evaluation import EvaluationsWaiting, FullYearLapsed
from shared.contracts.identity import PersonRevoked
from shared.ids import PersonId
from tests.integration.declaration.filing.test_full_years import LAPSE, provisional
from tests.integration.declaration.filing.year import Year, exam_year
from tests.integration.declaration.season import together
from tests.integration.declaration.working import run
from tests.support.service_under_test import Serve


async def lapses(year: Year) -> tuple[int, list[UUID]]:
    """How many lapses the audit trail has, and who was told of one."""
    told: list[UUID] = [one.person_id for one in await year.service.published(FullYearLapsed)]
    async with year.service.database.read() as reader:
        count = await reader.fetchval("SELECT count(*) FROM audit_entry WHERE action = 'evaluation.lapse'")
    return int(count), told


@pytest.mark.requirement("P12")
async def test_who_lost_the_declaration_before_hears_of_no_lapse(serve: Serve) -> None:
    """Whose verification was revoked, or whose declaration was rejected, heard of that: the evaluation lapses with the
    others, and neither person nor number speaks of it."""
    year = await exam_year(serve)
    (revoked,) = await provisional(year)
    await provisional(year, state="rejected")
    fraud = PersonRevoked(
        occurred_at=year.clock.now(),
        aggregate_version=2,
        person_id=PersonId(revoked.person_id),
        reason_code="fraud",
        revoked_at=year.clock.now(),
    )
    await year.service.deliver(fraud)
    assert await year.state_of(revoked) == "revoked"
    year.clock.advance(datetime(2027, 9, 1, tzinfo=SHANGHAI) - year.clock.now())
    await run(year, LAPSE)
    assert await lapses(year) == (2, [])
    assert await year.service.published(EvaluationsWaiting) == []
    (other,) = await provisional(year)
    await run(year, LAPSE)
    assert await lapses(year) == (3, [other.person_id])
    assert [one.waiting for one in await year.service.published(EvaluationsWaiting)] == [1]


@pytest.mark.requirement("P12")
async def test_any_number_of_workers_let_it_lapse_once(serve: Serve) -> None:
    """Six runs at once: one lapse and one message per person, one to unit and exam body."""
    year = await exam_year(serve)
    people = await provisional(year, 4)
    year.clock.advance(datetime(2027, 9, 1, tzinfo=SHANGHAI) - year.clock.now())
    await together(*(run(year, LAPSE) for _ in range(6)))
    count, told = await lapses(year)
    assert (count, sorted(told)) == (4, sorted(one.person_id for one in people))
    assert sum(one.waiting for one in await year.service.published(EvaluationsWaiting)) == 4


async def test_without_its_locks_a_lapse_is_told_twice(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: two runs that neither meet at a lock nor see each other's rows both let it lapse and both tell."""
    year = await exam_year(serve)
    (one,) = await provisional(year)
    year.clock.advance(datetime(2027, 9, 1, tzinfo=SHANGHAI) - year.clock.now())
    unlocked = evaluations_by_clock._LOCK_LAPSING.replace("FOR UPDATE OF d, e SKIP LOCKED", "")
    moved = evaluations._UPDATE_STATE.replace("RETURNING version", "AND version < 0 RETURNING version")
    unmoved = f"WITH moved AS ({moved}) SELECT version + 1 FROM evaluation WHERE id = $1"
    unheld = declarations._LOCK.replace("FOR UPDATE", "")
    still = declarations._MOVE.replace("WHERE id = $1", "WHERE id = $1 AND version < 0")
    still = still.replace("SELECT version FROM moved", "SELECT version + 1 FROM declaration WHERE id = $1")
    for module, name, weak in (
        (evaluations_by_clock, "_LOCK_LAPSING", unlocked),
        (evaluations, "_UPDATE_STATE", unmoved),
        (declarations, "_LOCK", unheld),
        (declarations, "_MOVE", still),
    ):
        assert weak != getattr(module, name)
        monkeypatch.setattr(module, name, weak)
    database = year.service.database
    async with database.transaction() as first, database.transaction() as second:
        for tx in (first, second):
            (unit,) = await find_units_lapsing(tx, now=year.clock.now())
            assert await lapse_provisionals(tx, unit, now=year.clock.now()) == 1
    assert await lapses(year) == (2, [one.person_id, one.person_id])
