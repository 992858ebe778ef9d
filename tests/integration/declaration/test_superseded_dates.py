"""Dates that move again while a move is being told: everybody hears what holds then, once, from what they last knew
(P16)."""

from datetime import timedelta

import pytest

from services.declaration.storage import announcement_slices
from tests.integration.declaration.forms import complete_content
from tests.integration.declaration.sites import Sites
from tests.integration.declaration.telling import (
    at_once,
    declared,
    heard,
    heard_by,
    progress,
    tell_all,
    tell_slices,
    times_told,
    told,
    waits_for_the_slice,
)
from tests.integration.declaration.test_site_dates import at
from tests.support.service_under_test import Serve

EARLIER = at("2026-12-28")
FIRST, SECOND, THIRD = at("2026-12-30"), at("2027-01-02"), at("2027-01-03")


@pytest.mark.requirement("P16")
async def test_who_was_not_told_of_the_first_move_hears_of_the_second_alone(serve: Serve) -> None:
    """Of 250 people 100 hear of the first move; then the date moves again: these hear of both, the others once, from
    the date they knew to the one that holds, and nobody of the date in between."""
    sites = await at_once(serve)
    await declared(sites, sites.near.id, 250)
    await sites.zone_sets(declaration_closes_at=SECOND)
    await tell_slices(sites, 1)
    first = {one.recipient_id for one in await told(sites)}
    superseded = await progress(sites)
    sites.season.later(timedelta(minutes=1))
    await sites.zone_sets(declaration_closes_at=THIRD)
    await tell_all(sites)
    newest = await progress(sites)
    old = (await sites.zone_admin.get(f"/announcements/{superseded['id']}")).body
    assert (old["state"], old["superseded_by"], old["told"]) == ("superseded", newest["id"], 100)
    assert (newest["state"], newest["told"]) == ("finished", 258)
    for recipient, times in (await times_told(sites)).items():
        assert times == (2 if recipient in {str(one) for one in first} else 1)
    one_of_them = next(iter(first))
    assert await heard_by(sites, one_of_them) == [(FIRST, SECOND), (SECOND, THIRD)]
    later = next(one.recipient_id for one in await told(sites) if one.recipient_id not in first)
    assert await heard_by(sites, later) == [(FIRST, THIRD)]


@pytest.mark.requirement("P16")
async def test_a_move_that_is_taken_back_is_told_to_those_who_heard_of_it(serve: Serve) -> None:
    """The date returns to what it was: who was told hears that; for who was not, nothing ever moved."""
    sites = await at_once(serve)
    await declared(sites, sites.near.id, 250)
    await sites.zone_sets(declaration_closes_at=SECOND)
    await tell_slices(sites, 1)
    first = {one.recipient_id for one in await told(sites)}
    await sites.zone_sets(declaration_closes_at=FIRST)
    await tell_all(sites)
    shown = await progress(sites)
    assert (shown["state"], shown["done"], shown["told"]) == ("finished", 258, 100)
    for recipient in {one.recipient_id for one in await told(sites)}:
        assert await heard_by(sites, recipient) == [(FIRST, SECOND), (SECOND, FIRST)]
    assert {one.recipient_id for one in await told(sites)} == first


@pytest.mark.requirement("P16")
async def test_a_site_that_moves_while_the_zone_is_told_is_heard_once(serve: Serve) -> None:
    """Zone and site move one after the other before anybody was told: people of the site hear once, from what they
    knew to what holds for them, those of another site hear of the zone's move, and the zone of both."""
    sites = await at_once(serve)
    season = sites.season
    near = await season.draft()
    far = await season.draft(await season.has_person(sites.far), complete_content(sites.far))
    await sites.zone_sets(declaration_closes_at=SECOND)
    await sites.sets(declaration_closes_at=EARLIER)
    await tell_all(sites)
    assert await heard_by(sites, near.person.id) == [(FIRST, EARLIER)]
    assert await heard_by(sites, far.person.id) == [(FIRST, SECOND)]
    assert await heard_by(sites, sites.zone) == [(FIRST, SECOND), (SECOND, EARLIER)]


async def test_a_change_that_the_zone_hides_stops_no_telling(serve: Serve) -> None:
    """A site moves its end of declarations, and then sets a filing deadline that is the zone's own: nothing moved by
    that, and the first move is told. When the zone's deadline moves out, the site's stays where it was, unheard."""
    sites = await at_once(serve)
    draft = await sites.season.draft()
    earlier, filing = EARLIER, at("2027-01-12")
    await sites.sets(declaration_closes_at=earlier)
    await sites.sets(1, declaration_closes_at=earlier, filing_deadline=filing)
    await tell_all(sites)
    assert await heard_by(sites, draft.person.id) == [(FIRST, earlier)]
    listed = (await sites.zone_admin.get("/announcements")).body["items"]
    assert [(one["state"], one["total"] == 0) for one in listed] == [("finished", True), ("finished", False)]
    await sites.zone_sets(filing_deadline=at("2027-01-12T09:00"))
    await tell_all(sites)
    assert len(await heard_by(sites, draft.person.id)) == 1


async def test_who_began_after_the_first_move_has_read_it(serve: Serve) -> None:
    """A declaration begun between two moves: its owner hears of the second, from the date that was read."""
    sites = await at_once(serve)
    await sites.zone_sets(declaration_closes_at=SECOND)
    sites.season.later(timedelta(minutes=1))
    draft = await sites.season.draft()
    sites.season.later(timedelta(minutes=1))
    await sites.zone_sets(declaration_closes_at=THIRD)
    await tell_all(sites)
    assert await heard_by(sites, draft.person.id) == [(SECOND, THIRD)]


async def test_dates_hold_still_while_a_slice_is_told(serve: Serve) -> None:
    """A worker has read the dates and not committed: the next move waits for it, so that the slice is told before, and
    what comes after it hears the newer date."""
    sites = await at_once(serve)
    await declared(sites, sites.near.id, 250)
    await sites.zone_sets(declaration_closes_at=SECOND)
    await tell_slices(sites, 0)
    waited, moved = await waits_for_the_slice(sites, sites.zone_sets(declaration_closes_at=THIRD))
    assert (waited, moved.status) == (True, 200)
    assert {one.after.declaration_closes_at for one in await told(sites)} == {SECOND}
    before = len(await told(sites))
    await tell_all(sites)
    assert {one.after.declaration_closes_at for one in (await told(sites))[before:]} == {THIRD}


async def site_moves_meanwhile(sites: Sites) -> bool:
    """Whether a move of the site's waits for the slice of the zone's that is told to people of the site."""
    await declared(sites, sites.near.id, 250)
    await sites.zone_sets(declaration_closes_at=SECOND)
    await tell_slices(sites, 0)
    waited, moved = await waits_for_the_slice(sites, sites.sets(declaration_closes_at=EARLIER))
    assert moved.status == 200
    return waited


@pytest.mark.requirement("P16")
async def test_a_sites_dates_hold_still_while_the_zones_are_told(serve: Serve) -> None:
    """The slice in hand is told before, and hears of the site's move next; who was not told yet hears once."""
    sites = await at_once(serve)
    assert await site_moves_meanwhile(sites)
    first = {one.recipient_id for one in await told(sites)}
    await tell_all(sites)
    heard_at = await heard(sites)
    people = {one.person_id for one in await told(sites) if one.person_id is not None}
    assert len(first) == 100
    assert all(heard_at[one] == [(FIRST, SECOND), (SECOND, EARLIER)] for one in first)
    assert all(heard_at[one] == [(FIRST, EARLIER)] for one in people - first)


async def test_without_the_lock_of_open_slices_the_dates_move_meanwhile(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: a change that touches no slice; the same check finds that it did not wait."""
    monkeypatch.setattr(announcement_slices, "_LOCK_OPEN", "SELECT WHERE cardinality($1::uuid[]) < 0")
    assert not await site_moves_meanwhile(await at_once(serve))
