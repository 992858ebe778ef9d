"""Telling moved dates is a job: watched, paused, resumed, cancelled, shared by workers that die, and kept at a pace
(P16)."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from services.declaration.scheduled.announcements import announce
from services.declaration.storage import announcement_slices
from shared.ids import new_id
from tests.integration.declaration.sites import Sites, exam_sites
from tests.integration.declaration.telling import (
    at_once,
    declared,
    everybody_once,
    heard,
    heard_by,
    progress,
    tell_all,
    tell_slices,
    telling_process,
    times_told,
    told,
    waits_for_the_slice,
)
from tests.integration.declaration.test_site_dates import CLOSES, at
from tests.support.engines import Engines
from tests.support.service_under_test import Answer, Caller, Serve
from tests.support.waiting import wait_until

KILLED = -9
FIRST, SECOND, THIRD = at("2026-12-30"), at("2027-01-02"), at("2027-01-03")
SKIPPING = """
UPDATE announcement_slice SET state = $2 WHERE (announcement_id, place) IN (
    SELECT announcement_id, place FROM announcement_slice WHERE announcement_id = $1 AND state IN ('open', 'held')
    FOR UPDATE SKIP LOCKED)
"""
WHY = {"reason": "日期有误，另行通知"}


async def moved(serve: Serve, people: int) -> Sites:
    """So many people, and a move of the zone's."""
    sites = await at_once(serve)
    await declared(sites, sites.near.id, people)
    assert (await sites.zone_sets(declaration_closes_at=SECOND)).status == 200
    return sites


async def command(
    sites: Sites, name: str, version: int | None = None, key: str | None = None, by: Caller | None = None
) -> Answer:
    """By an administrator of the zone, about the newest announcement, at the version last seen."""
    shown = await progress(sites)
    path = f"/announcements/{shown['id']}/{name}"
    body = WHY if name == "cancellation" else None
    return await (by or sites.zone_admin).post(path, body, version=version or shown["version"], key=key)


@pytest.mark.requirement("P16")
async def test_the_telling_is_paused_and_goes_on(serve: Serve) -> None:
    """After two slices it is paused: nothing more is told, the answer says how far it is; resumed it tells the rest,
    and everybody has heard once. A command that comes twice acts once."""
    sites = await moved(serve, 250)
    await tell_slices(sites, 2)
    again: dict[str, Any] = {"by": sites.zone_admin, "key": "pause-it-once-only"}
    paused = await command(sites, "pause", **again)
    assert (paused.status, paused.body["state"], paused.body["told"], paused.body["stage"]) == (
        200,
        "paused",
        200,
        "candidates",
    )
    assert (await command(sites, "pause", version=1, **again)).body == paused.body
    await tell_all(sites)
    assert (await progress(sites))["told"] == len(await told(sites)) == 200
    assert (await command(sites, "pause")).code == "announcement_paused"
    assert (await command(sites, "resumption", version=1)).code == "stale_version"
    assert (await command(sites, "resumption")).body["state"] == "running"
    assert (await command(sites, "resumption")).code == "announcement_not_paused"
    await tell_all(sites)
    assert await everybody_once(sites)
    shown = await progress(sites)
    assert shown["started_at"]
    assert shown["finished_at"]
    late = await command(sites, "cancellation")
    assert (late.status, late.code) == (409, "announcement_over")
    assert "重新修改时间安排" in late.body["title"]


@pytest.mark.requirement("P16")
async def test_a_pause_before_anybody_was_counted_holds_too(serve: Serve) -> None:
    """No worker has come yet: nobody is told until it is resumed."""
    sites = await moved(serve, 10)
    assert (await command(sites, "pause")).body["total"] is None
    await tell_all(sites)
    assert await told(sites) == []
    assert (await command(sites, "resumption")).body["state"] == "announced"
    await tell_all(sites)
    assert await everybody_once(sites)


@pytest.mark.requirement("P16")
async def test_a_cancellation_waits_for_the_slice_in_hand_and_says_how_many_were_told(serve: Serve) -> None:
    """One slice told, one in a worker's hands: the cancellation ends after it with 200, and not one is told after
    that. When the date moves again, who was not told hears from the date they know."""
    sites = await moved(serve, 350)
    await tell_slices(sites, 1)
    waited, answer = await waits_for_the_slice(sites, command(sites, "cancellation"))
    cancelled = answer.body
    assert waited
    assert (cancelled["state"], cancelled["told"], cancelled["done"], cancelled["total"]) == (
        "cancelled",
        200,
        200,
        358,
    )
    assert cancelled["reason"] == WHY["reason"]
    await tell_all(sites)
    first = {one.recipient_id for one in await told(sites)}
    assert len(first) == 200
    assert (await progress(sites))["told"] == 200
    sites.season.later(timedelta(minutes=1))
    await sites.zone_sets(declaration_closes_at=THIRD)
    await tell_all(sites)
    twice = [(FIRST, SECOND), (SECOND, THIRD)]
    for recipient, moves in (await heard(sites)).items():
        assert moves == (twice if recipient in first else [(FIRST, THIRD)])


async def test_a_cancellation_that_skips_the_slice_in_hand_says_too_few(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: it drops what nobody holds, waits for nobody, and people are told after it."""
    sites = await moved(serve, 350)
    await tell_slices(sites, 1)
    monkeypatch.setattr(announcement_slices, "_UPDATE_UNTOLD", SKIPPING)
    waited, cancelled = await waits_for_the_slice(sites, command(sites, "cancellation"))
    assert (waited, cancelled.body["told"], len(await told(sites))) == (False, 100, 200)


@pytest.mark.requirement("P16")
async def test_whose_dates_they_are_commands_and_the_trail_knows(serve: Serve) -> None:
    """The zone's are read by sites and commanded by the zone alone; a site's by the site and the zone above it, and
    another site does not see them. Every command is an entry."""
    sites = await at_once(serve)
    await sites.zone_sets(declaration_closes_at=SECOND)
    of_zone = (await progress(sites))["id"]
    await sites.sets(declaration_closes_at=CLOSES)
    of_site = (await progress(sites))["id"]
    stranger = sites.season.service.caller("site_admin", scope_id=sites.other)
    refused = await sites.admin.post(f"/announcements/{of_zone}/pause", version=1)
    assert (refused.status, refused.code) == (403, "announcement_of_zone")
    assert (await sites.admin.get(f"/announcements/{of_zone}")).status == 200
    for hidden in (
        await stranger.get(f"/announcements/{of_site}"),
        await stranger.post(f"/announcements/{of_site}/pause", version=1),
        await sites.admin.get(f"/announcements/{new_id()}"),
    ):
        assert hidden.status == 404
    assert (await sites.admin.post(f"/announcements/{of_site}/pause", version=1)).body["version"] == 2
    assert (await sites.zone_admin.post(f"/announcements/{of_site}/cancellation", WHY, version=2)).status == 200
    async with sites.season.service.database.read() as reader:
        rows = await reader.fetch("SELECT action FROM audit_entry WHERE action LIKE 'announcement.%'")
    assert sorted(row["action"] for row in rows) == ["announcement.cancel", "announcement.pause"]


async def test_announcements_are_listed_by_year_and_state(serve: Serve) -> None:
    """Newest first, page by page; filtered by exam year and state."""
    sites = await at_once(serve)
    for day in ("2027-01-01", "2027-01-02", "2027-01-03"):
        sites.season.later(timedelta(minutes=1))
        await sites.zone_sets(declaration_closes_at=at(day))
    await tell_all(sites)

    async def page(query: str) -> list[str]:
        return [one["state"] for one in (await sites.zone_admin.get(f"/announcements?{query}")).body["items"]]

    assert await page("year=2027") == ["finished", "superseded", "superseded"]
    assert await page("state=superseded") == ["superseded", "superseded"]
    assert await page("year=2026") == []
    first = (await sites.zone_admin.get("/announcements?limit=2")).body
    rest = (await sites.zone_admin.get(f"/announcements?limit=2&cursor={first['next_cursor']}")).body
    assert len({one["id"] for one in [*first["items"], *rest["items"]]}) == 3


@pytest.mark.requirement("P16")
async def test_workers_share_and_die_and_everybody_hears_once(engines: Engines, serve: Serve) -> None:
    """Two processes tell at the same time and both are killed, one with a slice in hand and one after a commit; four
    more runners tell the rest together: nobody is lost, nobody hears twice."""
    sites = await moved(serve, 1_240)
    # A process that comes while another counts finds nothing to tell, and would end before it is killed.
    await tell_slices(sites, 0)
    killed = await asyncio.gather(
        telling_process(engines, sites, "announcement.before_progress:kill:4"),
        telling_process(engines, sites, "announcement.after_batch:kill:3"),
    )
    assert set(killed) == {KILLED}
    half = await progress(sites)
    assert (half["state"], half["told"]) == ("running", 600), "three slices of each were committed"

    async def finished() -> bool:
        await asyncio.gather(*(announce(sites.season.service.deps) for _ in range(4)))
        return bool((await progress(sites))["state"] == "finished")

    # The slice in the hand of the first is free once the database has noticed that its process is gone.
    await wait_until(finished, seconds=30, what="the rest is told")
    assert await everybody_once(sites)


async def test_without_the_lock_of_a_slice_people_hear_twice(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: runners that do not lock what they tell; the same check finds those who heard twice."""
    sites = await moved(serve, 1_240)
    claim = announcement_slices._LOCK_NEXT.replace("FOR UPDATE SKIP LOCKED", "")
    await tell_slices(sites, 0)
    monkeypatch.setattr(announcement_slices, "_LOCK_NEXT", claim)
    await asyncio.gather(*(announce(sites.season.service.deps) for _ in range(4)))
    await tell_all(sites)
    assert not await everybody_once(sites)
    assert max((await times_told(sites)).values()) > 1


async def _in_front(sites: Sites) -> int:
    async with sites.season.service.database.read() as reader:
        number: int = await reader.fetchval(
            "SELECT count(*) FROM outbox WHERE sent_at IS NULL AND type LIKE '%dates_%'"
        )
        return number


@pytest.mark.requirement("P16")
async def test_the_pace_keeps_the_way_free_for_other_events(serve: Serve) -> None:
    """1,240 people, 50 a second: however many workers try, an event that is written now finds at most the burst in
    front of it, and each later second brings at most 50 more."""
    sites = await exam_sites(serve)
    await declared(sites, sites.near.id, 1_240)
    await sites.zone_sets(declaration_closes_at=SECOND)
    for seconds in range(0, 20, 2):
        await asyncio.gather(*(announce(sites.season.service.deps) for _ in range(4)))
        await tell_all(sites)
        assert await _in_front(sites) == 200 + 50 * seconds
        sites.season.later(timedelta(seconds=2))
    while (await progress(sites))["state"] != "finished":
        await tell_all(sites)
        sites.season.later(timedelta(seconds=2))
    assert await everybody_once(sites)


async def test_without_a_pace_all_of_them_are_in_front(serve: Serve) -> None:
    """Negative control: the same people at once."""
    sites = await moved(serve, 1_240)
    await tell_all(sites)
    assert await _in_front(sites) == 1_248


async def test_what_an_older_worker_began_is_taken_over_where_it_stopped(serve: Serve) -> None:
    """A process of the last release told the first 500 by its cursor: the rest is told, and they are not again."""
    sites = await moved(serve, 1_240)
    async with sites.season.service.database.transaction() as tx:
        last = await tx.fetchval("SELECT person_id FROM declaration ORDER BY person_id OFFSET 499 LIMIT 1")
        await tx.execute("UPDATE announcement SET total = 1248, done = 500, told = 500, told_up_to = $1", last)
    await tell_all(sites)
    heard = {one.recipient_id for one in await told(sites)}
    assert len(heard) == len(await told(sites)) == 748
    assert all(one.person_id is None or one.person_id > last for one in await told(sites))
    shown = await progress(sites)
    assert (shown["state"], shown["total"], shown["done"], shown["told"]) == ("finished", 1_248, 1_248, 1_248)
    sites.season.later(timedelta(minutes=1))
    await sites.zone_sets(declaration_closes_at=THIRD)
    await tell_all(sites)
    assert await heard_by(sites, last) == [(SECOND, THIRD)]
