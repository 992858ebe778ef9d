"""Clocks of processes differ and are set back: changes of dates keep the order of their locks, and telling goes on
(P16)."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from itertools import count
from time import time_ns
from types import SimpleNamespace
from uuid import UUID

import pytest

from services.declaration.storage import announcement_slices, cycles
from services.declaration.use_cases.cycles.change_cycle_dates import WantedDates, change_cycle_dates
from shared import ids
from shared.actor import SYSTEM
from tests.integration.declaration.sites import Sites, exam_sites
from tests.integration.declaration.telling import at_once, declared, everybody_once, heard, progress, tell_all, told
from tests.integration.declaration.test_site_dates import at
from tests.support.service_under_test import Serve

pytestmark = pytest.mark.requirement("P16")
FIRST, SECOND, THIRD = at("2026-12-30"), at("2027-01-02"), at("2027-01-03")
_SECOND = 1_000_000_000
_BELIEVED = """
UPDATE announcement_pace SET free_at = greatest(free_at, $1::timestamptz - $2::interval) + $3::interval
WHERE free_at <= $1 AND EXISTS (SELECT FROM announcement_slice s WHERE s.state = 'open')
"""


async def changed_together(sites: Sites, many: int) -> list[UUID]:
    """So many changes of the year's dates at the same time; their ids, in the order in which they had its lock."""
    database, won = sites.season.service.database, list[UUID]()

    async def change() -> None:
        async with database.transaction() as tx:
            cycle = await cycles.lock(tx, UUID(sites.season.cycle_id))
            later = cycle.dates.declaration_closes_at + timedelta(hours=1)
            wanted = WantedDates(replace(cycle.dates, declaration_closes_at=later))
            _, made = await change_cycle_dates(
                tx, cycle.id, wanted, expected_version=cycle.version, actor=SYSTEM, now=sites.season.clock.now()
            )
            assert made is not None
            won.append(made)

    await asyncio.gather(*(change() for _ in range(many)))
    return won


async def test_ids_are_in_the_order_in_which_the_lock_was_won(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """Six changes at once, each by a process whose clock is a second behind that of the one before: no later one has
    the smaller id, and the last is the newest. Control: ids by these clocks alone run backwards."""
    sites = await exam_sites(serve)
    started, made = time_ns(), count()
    monkeypatch.setattr(ids, "time", SimpleNamespace(time_ns=lambda: started - next(made) * _SECOND))
    assert ids.new_id() > ids.new_id()
    won = await changed_together(sites, 6)
    assert won == sorted(won)
    assert (await progress(sites))["id"] == str(won[-1])


async def test_what_a_fast_clock_ordered_is_not_the_newest_for_ever(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process whose clock runs an hour ahead moves a date, another moves it again: everybody hears both moves in
    their order."""
    sites = await at_once(serve)
    await declared(sites, sites.near.id, 10)
    with monkeypatch.context() as ahead:
        ahead.setattr(ids, "time", SimpleNamespace(time_ns=lambda: time_ns() + 3600 * _SECOND))
        assert (await sites.zone_sets(declaration_closes_at=SECOND)).status == 200
    await tell_all(sites)
    sites.season.later(timedelta(minutes=1))
    assert (await sites.zone_sets(declaration_closes_at=THIRD)).status == 200
    await tell_all(sites)
    assert {tuple(moves) for moves in (await heard(sites)).values()} == {((FIRST, SECOND), (SECOND, THIRD))}


@pytest.mark.parametrize("doubts", [True, False], ids=["doubts", "control: believes what the row says"])
async def test_a_clock_that_was_set_back_stops_nobody(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, doubts: bool
) -> None:
    """A worker whose clock ran three hours ahead tells its burst, and the clock is set back: the telling goes on at its
    pace, and everybody hears once. Control: a row that is believed whatever it says holds all up."""
    if not doubts:
        monkeypatch.setattr(announcement_slices, "_UPDATE_PACE", _BELIEVED)
    sites = await exam_sites(serve)
    await declared(sites, sites.near.id, 450)
    await sites.zone_sets(declaration_closes_at=SECOND)
    sites.season.clock.advance(timedelta(hours=3))
    await tell_all(sites)
    assert len(await told(sites)) == 200
    sites.season.clock.advance(timedelta(hours=-3))
    for turns in range(1, 4):
        sites.season.later(timedelta(seconds=2))
        await asyncio.gather(*(tell_all(sites) for _ in range(3)))
        assert len(await told(sites)) == (min(200 + 100 * turns, 450) if doubts else 200)
    for _ in range(3):
        sites.season.later(timedelta(seconds=2))
        await tell_all(sites)
    assert await everybody_once(sites) is doubts
