"""Moved dates are told to all concerned, once each, whatever happens to the worker (P16)."""

import pytest

from shared.contracts.declaration import CycleDatesAnnounced
from shared.contracts.identity_staff import StaffChanged
from shared.ids import StaffId, new_id
from shared.security.sealing import seal_for_event
from tests.integration.declaration.apart import BETWEEN
from tests.integration.declaration.forms import complete_content
from tests.integration.declaration.telling import (
    at_once,
    declared,
    everybody_once,
    progress,
    tell_all,
    telling_process,
    times_told,
    told,
)
from tests.integration.declaration.test_site_dates import CLOSES, FILING, REVIEW, at
from tests.support.engines import Engines
from tests.support.service_under_test import Serve

KILLED = -9
PEOPLE = 1_240
"""Twelve full slices of candidates, and one that is not."""


@pytest.mark.requirement("P16")
async def test_candidates_units_and_bodies_hear_what_holds_for_them(serve: Serve) -> None:
    """The zone moves two dates: everybody with an open declaration, every active unit and every body is told the old
    and the new ones; who is filed, or has nothing in this year, is not."""
    sites = await at_once(serve)
    season = sites.season
    drafting, submitted = await season.draft(), await season.submitted()
    filed = await season.submitted(await season.has_person(sites.far), complete_content(sites.far))
    await season.has_person()
    await season.institution_is(sites.direct, version=2, state="suspended", path=[sites.zone])
    async with season.service.database.transaction() as tx:
        await tx.execute("UPDATE declaration SET state = 'filed', version = version + 1 WHERE id = $1", filed.id)
    moved = await sites.zone_sets(declaration_closes_at=at("2027-01-02"), review_deadline=at("2027-01-08"))
    assert (await progress(sites))["total"] is None, "nobody was counted yet"
    await tell_all(sites)
    heard = {one.recipient_id: one for one in await told(sites)}
    people = {drafting.person.id, submitted.person.id}
    assert {one.person_id for one in heard.values()} - {None} == people
    units = {one.institution_id for one in heard.values()} - {None}
    assert {sites.near.id, sites.far.id} < units
    assert sites.direct.id not in units
    assert {one.filing_body_id for one in heard.values()} - {None} == {sites.zone, sites.site, sites.other, sites.point}
    mine = heard[drafting.person.id]
    assert (mine.before.declaration_closes_at, mine.after.declaration_closes_at) == (at("2026-12-30"), at("2027-01-02"))
    assert (mine.aggregate_version, mine.exam_body_id) == (moved.body["version"], None)
    shown = await progress(sites)
    assert (shown["id"], shown["state"]) == (moved.body["announcement_id"], "finished")
    assert shown["total"] == shown["done"] == shown["told"] == len(heard)


@pytest.mark.requirement("P16")
async def test_nobody_is_told_of_what_changes_nothing_for_them(serve: Serve) -> None:
    """Behind a site's earlier dates a move of the zone's stays unheard; the site's own move is told to its candidates,
    its units, its points and the zone, and to nobody of another site."""
    sites = await at_once(serve)
    season = sites.season
    near = await season.submitted()
    far = await season.submitted(await season.has_person(sites.far), complete_content(sites.far))
    await sites.sets(declaration_closes_at=CLOSES, review_deadline=REVIEW, filing_deadline=FILING)
    await tell_all(sites)
    first = {one.recipient_id for one in await told(sites)}
    assert first == {near.person.id, sites.near.id, sites.point, sites.site, sites.zone}
    of_site = (await told(sites))[0]
    assert (of_site.exam_body_id, of_site.after.filing_deadline) == (sites.site, FILING)
    await sites.zone_sets(filing_deadline=at("2027-01-11"))
    await tell_all(sites)
    second = {one.recipient_id for one in (await told(sites))[len(first) :]}
    assert far.person.id in second
    assert not second & {near.person.id, sites.near.id, sites.point, sites.site}
    shown = await progress(sites)
    assert shown["done"] - shown["told"] == 4
    stranger = season.service.caller("site_admin", scope_id=sites.other)
    visible = (await stranger.get("/announcements")).body["items"]
    assert [one["exam_body_id"] for one in visible] == [None], "another site's move is not theirs to see"


@pytest.mark.requirement("P16")
async def test_who_is_filed_provisionally_hears_of_the_completion_deadline(serve: Serve) -> None:
    """It is their full year that ends with it: they are told and counted, who is plainly filed is not."""
    sites = await at_once(serve)
    season = sites.season
    provisional, plain = await season.submitted(), await season.submitted()
    for draft, state in ((provisional, "provisional_certified"), (plain, "completed")):
        async with season.service.database.transaction() as tx:
            await tx.execute("UPDATE declaration SET state = 'filed', version = version + 1 WHERE id = $1", draft.id)
            await tx.execute(
                "INSERT INTO evaluation (id, declaration_id, submission, person_id, institution_id, cycle_id, state,"
                " version, months_counted, decided_by, decided_at, updated_at)"
                " SELECT gen_random_uuid(), id, 1, person_id, institution_id, cycle_id, $2, 1, 6, person_id, $3, $3"
                " FROM declaration WHERE id = $1",
                draft.id,
                state,
                season.clock.now(),
            )
    await sites.zone_sets(completion_deadline=at("2027-08-20"))
    await tell_all(sites)
    assert {one.person_id for one in await told(sites)} - {None} == {provisional.person.id}
    shown = await progress(sites)
    assert shown["total"] == shown["done"] == len(await told(sites))


async def test_what_is_not_a_move_is_not_announced(serve: Serve) -> None:
    """The same dates again, a longer leave, a planned year: no announcement."""
    sites = await at_once(serve)
    same = await sites.zone_sets()
    assert (same.status, same.body["announcement_id"]) == (200, None)
    planned = (await sites.zone_admin.post("/cycles", {"year": 2028})).body
    names = ("declaration_opens_at", "declaration_closes_at", "review_deadline", "filing_deadline")
    dates = {name: planned[name] for name in (*names, "completion_deadline")}
    earlier = dates | {"declaration_closes_at": at("2027-12-20").isoformat()}
    put = await sites.zone_admin.put(f"/cycles/{planned['id']}", earlier, version=1)
    assert (put.status, put.body["announcement_id"]) == (200, None)
    await tell_all(sites)
    assert await told(sites) == []


@pytest.mark.requirement("P16")
@pytest.mark.parametrize(
    ("failpoint", "done"),
    [("announcement.before_progress:kill:6", 500), ("announcement.after_batch:kill:10", 1_000)],
)
async def test_the_telling_goes_on_after_a_kill(engines: Engines, serve: Serve, failpoint: str, done: int) -> None:
    """Killed before a slice is committed or right after: the rest is told by the next worker, and nobody twice."""
    sites = await at_once(serve)
    await declared(sites, sites.near.id, PEOPLE)
    await sites.zone_sets(declaration_closes_at=at("2027-01-02"))
    assert await telling_process(engines, sites, failpoint) == KILLED
    half = await progress(sites)
    assert (half["stage"], half["done"], half["total"]) == ("candidates", done, PEOPLE + 8)
    assert not await everybody_once(sites)
    assert await telling_process(engines, sites, "") == 0
    assert await everybody_once(sites)


async def test_without_progress_in_the_commit_of_a_slice_people_hear_twice(engines: Engines, serve: Serve) -> None:
    """Negative control: a worker that commits the events of a slice before its progress is killed between: the same
    check finds the hundred who heard twice."""
    sites = await at_once(serve)
    await declared(sites, sites.near.id, PEOPLE)
    await sites.zone_sets(declaration_closes_at=at("2027-01-02"))
    assert await telling_process(engines, sites, f"{BETWEEN}:kill:6", apart=True) == KILLED
    assert ((await progress(sites))["done"], len(await told(sites))) == (500, 600)
    assert await telling_process(engines, sites, "") == 0
    assert not await everybody_once(sites)
    assert sorted((await times_told(sites)).values()) == [1] * (PEOPLE + 8 - 100) + [2] * 100


@pytest.mark.requirement("P16")
async def test_people_read_the_old_and_the_new_date_once(serve: Serve) -> None:
    """Across services: candidate, unit and exam body find one message each, in their language, also when the event is
    delivered again; an SMS is on its way to people and units."""
    sites = await at_once(serve)
    season = sites.season
    draft = await season.draft()
    await sites.zone_sets(declaration_closes_at=at("2027-01-02"), review_deadline=at("2027-01-08"))
    await tell_all(sites)
    notification = await serve("notification")
    staff = {"institution_business_admin": sites.near.id, "site_admin": sites.site}
    callers = [notification.caller("candidate", id=draft.person.id)]
    for number, (role, scope) in enumerate(staff.items()):
        account = StaffId(new_id())
        seal = {
            name: seal_for_event(notification.keyring, "contact", f"{StaffChanged.TYPE}.{name}:{account}", value)
            for name, value in (("name", "钱多多"), ("phone", f"1390000001{number}"))
        }
        kind = "institution" if role.startswith("institution") else "exam_body"
        known = {"staff_id": account, "role": role, "scope_kind": kind, "scope_id": scope, "state": "active", **seal}
        await notification.deliver(
            StaffChanged.model_validate({"occurred_at": season.clock.now(), "aggregate_version": 1, **known})
        )
        callers.append(notification.caller("site_admin" if number else "institution_business_admin", id=account))
    for event in [*await told(sites)] * 2:
        await notification.deliver(event)
    for caller in callers:
        (message,) = (await caller.get("/messages")).body["items"]
        assert message["kind"] == "dates_moved"
        assert "申报截止由 2026-12-29 24:00 改为 2027-01-01 24:00；审核截止由" in message["body"]
        assert "备案截止" not in message["body"], "only what moved"
        english = await caller.call("GET", "/messages", headers={"Accept-Language": "en"})
        assert "declarations close: 2026-12-29 24:00 becomes 2027-01-01 24:00" in english.body["items"][0]["body"]
    async with notification.database.read() as reader:
        rows = await reader.fetch("SELECT recipient_id FROM delivery WHERE event_type = $1", CycleDatesAnnounced.TYPE)
    assert len(rows) == len({row["recipient_id"] for row in rows}) >= 1
