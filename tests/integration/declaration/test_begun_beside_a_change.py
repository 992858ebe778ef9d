"""Who begins a declaration while dates move: told where the old dates held, and only then, whatever the clocks say
(P16)."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from services.declaration.storage import cycles
from services.declaration.use_cases.cycles.change_cycle_dates import WantedDates, change_cycle_dates
from services.declaration.use_cases.drafting.start_declaration import Wish, start_declaration
from shared.actor import SYSTEM, Actor
from shared.postgres.transaction import Transaction
from tests.integration.declaration.sites import Sites
from tests.integration.declaration.telling import at_once, heard, tell_all, waits_for_a_lock
from tests.integration.declaration.test_site_dates import at
from tests.support.service_under_test import Serve
from tests.support.waiting import wait_until

pytestmark = pytest.mark.requirement("P16")
FIRST, SECOND, THIRD = at("2026-12-30"), at("2027-01-02"), at("2027-01-03")
_FORGET = "UPDATE declaration SET dates_as_of = NULL"


async def moves(sites: Sites, tx: Transaction, to: datetime, asked_at: datetime) -> None:
    """The end of declarations moves, by a request of that moment."""
    cycle = await cycles.lock(tx, UUID(sites.season.cycle_id))
    wanted = WantedDates(replace(cycle.dates, declaration_closes_at=to))
    await change_cycle_dates(tx, cycle.id, wanted, expected_version=cycle.version, actor=SYSTEM, now=asked_at)


async def forgets(sites: Sites) -> None:
    """As rows were before it was kept what held."""
    async with sites.season.service.database.transaction() as tx:
        await tx.execute(_FORGET)


@pytest.mark.parametrize("kept", [True, False], ids=["kept", "control: by the time alone"])
async def test_a_change_that_was_asked_for_before_is_told(serve: Serve, kept: bool) -> None:
    """A request to move the dates waits; meanwhile somebody begins, and the dates move: they hear of it. Control: by
    the times of both they would be left out."""
    sites = await at_once(serve)
    asked_at = sites.season.clock.now()
    sites.season.later(timedelta(seconds=2))
    draft = await sites.season.draft()
    if not kept:
        await forgets(sites)
    async with sites.season.service.database.transaction() as tx:
        await moves(sites, tx, SECOND, asked_at)
    await tell_all(sites)
    assert (await heard(sites)).get(draft.person.id) == ([(FIRST, SECOND)] if kept else None)


@pytest.mark.parametrize("kept", [True, False], ids=["kept", "control: by the time alone"])
async def test_who_began_with_the_new_dates_hears_nothing(serve: Serve, kept: bool) -> None:
    """The clock of whoever moved the dates ran ahead; somebody begins afterwards, has read them and hears nothing, but
    the next move from where they began. Control: by the times of both they would hear of the first as well."""
    sites = await at_once(serve)
    async with sites.season.service.database.transaction() as tx:
        await moves(sites, tx, SECOND, sites.season.clock.now() + timedelta(minutes=5))
    draft = await sites.season.draft()
    if not kept:
        await forgets(sites)
    await tell_all(sites)
    async with sites.season.service.database.transaction() as tx:
        await moves(sites, tx, THIRD, sites.season.clock.now() + timedelta(minutes=6))
    await tell_all(sites)
    first = [] if kept else [(FIRST, SECOND)]
    assert (await heard(sites))[draft.person.id] == [*first, (SECOND, THIRD)]


async def test_who_begins_while_the_dates_move_waits_and_has_read_them(serve: Serve) -> None:
    """A change holds the year and has not committed: who begins waits for it, and hears of the next one only."""
    sites = await at_once(serve)
    person = await sites.season.has_person()
    async with sites.season.service.database.transaction() as tx:
        await moves(sites, tx, SECOND, sites.season.clock.now())
        starting = asyncio.ensure_future(sites.season.start(person))
        await wait_until(lambda: waits_for_a_lock(sites), what="a start that waits")
        assert not starting.done()
    assert (await starting).status == 201
    await tell_all(sites)
    assert person.id not in await heard(sites)
    assert (await sites.zone_sets(declaration_closes_at=THIRD)).status == 200
    await tell_all(sites)
    assert (await heard(sites))[person.id] == [(SECOND, THIRD)]


@pytest.mark.parametrize("held", [True, False], ids=["held", "control: nothing holds the year"])
async def test_a_change_waits_for_whoever_begins(serve: Serve, monkeypatch: pytest.MonkeyPatch, held: bool) -> None:
    """Somebody begins and has read the dates, but has not written yet: a change waits, so that its telling finds them.
    Control: without the lock it is told to everybody else, and they are left with the old dates."""
    sites = await at_once(serve)
    season = sites.season
    person, service = await season.has_person(), season.service
    if not held:

        async def nothing(*_: object) -> None:
            """No lock."""

        monkeypatch.setattr(cycles, "lock_shared", nothing)
    moving: asyncio.Future[None] | None = None
    catalogues = service.deps.catalogues
    get = catalogues.get

    async def change() -> None:
        async with service.database.transaction() as tx:
            await moves(sites, tx, SECOND, season.clock.now())
        await tell_all(sites)

    async def slowly(*given: object) -> object:
        nonlocal moving
        if moving is None:
            moving = asyncio.ensure_future(change())

            async def waits_or_ended() -> bool:
                assert moving is not None
                return moving.done() or await waits_for_a_lock(sites)

            await wait_until(waits_or_ended, what="a lock, or a change that is told")
            assert moving.done() is not held
        return await get(*given)

    monkeypatch.setattr(catalogues, "get", slowly)
    wish = Wish("licensed_physician", "110", "prescribed_education")
    async with service.database.transaction() as tx:
        await start_declaration(
            tx,
            UUID(season.cycle_id),
            wish,
            catalogues=catalogues,
            actor=Actor("candidate", person.id, "candidate"),
            now=season.clock.now(),
        )
    assert moving is not None
    await moving
    assert (await heard(sites)).get(person.id) == ([(FIRST, SECOND)] if held else None)
