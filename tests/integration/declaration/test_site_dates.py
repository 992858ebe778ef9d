"""Exam sites set earlier dates for their units; the filing site of the unit decides which dates hold (4.9)."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from shared.clock import SHANGHAI
from shared.ids import new_id
from tests.integration.declaration.filing.paper import generate, open_draft, sealed
from tests.integration.declaration.filing.year import exam_year
from tests.integration.declaration.forms import REASONS, complete_content
from tests.integration.declaration.returning import CHANGED, answer
from tests.integration.declaration.season import NOW, Draft
from tests.integration.declaration.sites import exam_sites
from tests.support.service_under_test import Serve


def at(text: str) -> datetime:
    """A moment in Shanghai."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


CLOSES, REVIEW, FILING = at("2026-12-24"), at("2026-12-28"), at("2027-01-04")
EARLIER: dict[str, Any] = {"declaration_closes_at": CLOSES, "review_deadline": REVIEW, "filing_deadline": FILING}


@pytest.mark.requirement("P16")
async def test_the_filing_site_of_the_unit_decides_which_dates_hold(serve: Serve) -> None:
    """After the site's closing its candidates can neither start nor submit and are told the site's dates; those of
    another site and of the zone itself go on until the zone's."""
    sites = await exam_sites(serve)
    season = sites.season
    assert (await sites.sets(**EARLIER)).body["held"]["review_deadline"] == "2026-12-28T00:00:00+08:00"
    mine, other, direct = [
        await season.draft(await season.has_person(unit), complete_content(unit))
        for unit in (sites.near, sites.far, sites.direct)
    ]
    unbegun = await season.has_person(sites.near)
    season.later(CLOSES - season.clock.now())
    refused = await season.submit(mine)
    assert (refused.status, refused.code) == (409, "declaration_window_closed")
    assert "2026-12-24 00:00" in refused.body["title"], "the date that holds, not the zone's"
    assert (await season.start(unbegun)).code == "declaration_window_closed"
    assert [(await season.submit(one)).status for one in (other, direct)] == [201, 201]


@pytest.mark.requirement("P16", "P17")
async def test_what_is_left_to_do_is_due_when_the_site_says(serve: Serve) -> None:
    """Task list and road of a candidate of the site name the site's dates, those of another site the zone's."""
    sites = await exam_sites(serve)
    season = sites.season
    await sites.sets(**EARLIER)
    near = await season.draft()
    far = await season.draft(await season.has_person(sites.far), complete_content(sites.far))

    async def due(draft: Draft) -> datetime:
        return datetime.fromisoformat((await draft.person.api.get(f"{draft.path}/tasks")).body["due_at"])

    async def closes(draft: Draft) -> datetime:
        return datetime.fromisoformat((await draft.person.api.get("/road")).body["declaration_closes_at"])

    assert (await due(near), await due(far)) == (CLOSES, at("2026-12-30"))
    assert (await closes(near), await closes(far)) == (CLOSES, at("2026-12-30"))
    assert (await season.submit(near)).status == 201
    await season.decide(near, "return", REASONS)
    assert await due(near) == REVIEW


async def test_reviews_and_resubmissions_end_with_the_review_deadline_of_the_site(serve: Serve) -> None:
    """Before it a returned declaration is handed in again; at it neither side can act, elsewhere both can (4.4)."""
    sites = await exam_sites(serve)
    season = sites.season
    await sites.sets(**EARLIER)
    near = [await season.submitted() for _ in range(3)]
    far = await season.submitted(await season.has_person(sites.far), complete_content(sites.far))
    for one in near[:2]:
        await season.decide(one, "return", REASONS)
        await answer(one, CHANGED)
    season.later(REVIEW - season.clock.now() - timedelta(seconds=1))
    assert (await season.submit(near[0])).status == 201
    season.later(timedelta(seconds=1))
    late = await season.submit(near[1])
    assert (late.code, "2026-12-28 00:00" in late.body["title"]) == ("review_deadline_passed", True)
    assert (await season.decide(near[2], "approval")).code == "review_deadline_passed"
    assert (await season.decide(far, "approval", by=season.reviewer(sites.far))).status == 200


@pytest.mark.requirement("B13")
async def test_lists_are_handed_in_until_the_filing_deadline_of_the_site(serve: Serve) -> None:
    """The unit sees the site's deadline on its list and is refused with it, unless late filing is permitted."""
    year = await exam_year(serve)
    site = year.service.caller("site_admin", scope_id=year.site_id)
    deadline = {"filing_deadline": at("2027-01-10").isoformat()}
    assert (await site.put(f"/cycles/{year.cycle_id}/sites/{year.site_id}", deadline, version=0)).status == 200
    await year.evaluate(await year.declare())
    ready = await sealed(year, await generate(year, await open_draft(year)))
    shown = (await year.unit.get(f"/qualified-lists/{ready['id']}")).body["filing_deadline"]
    assert datetime.fromisoformat(shown) == at("2027-01-10")
    year.clock.advance(at("2027-01-10") - year.clock.now())
    path = f"/qualified-lists/{ready['id']}/submission"
    refused = await year.unit.post(path, version=ready["version"])
    assert (refused.code, "2027-01-10" in refused.body["title"]) == ("filing_deadline_passed", True)
    permitted = await year.point.post(
        f"/filings/{ready['id']}/late-permission", {"reason_code": "flood"}, version=ready["version"]
    )
    assert (await year.unit.post(path, version=permitted.body["version"])).status == 200


async def test_everybody_concerned_can_read_the_dates_that_hold(serve: Serve) -> None:
    """Candidate, unit, point and site read the site's dates; a unit of the zone, and a stranger, the zone's."""
    sites = await exam_sites(serve)
    season, path = sites.season, f"/cycles/{sites.season.cycle_id}/dates"
    await sites.sets(review_deadline=REVIEW)
    candidate, service = await season.has_person(sites.near), season.service
    near = [
        candidate.api,
        season.reviewer(sites.near),
        service.caller("point_admin", scope_id=sites.point),
        sites.admin,
    ]
    far = [season.reviewer(sites.direct), sites.zone_admin, (await season.has_person(bound=False)).api]
    for caller, by_site, review in [
        *((one, True, REVIEW) for one in near),
        *((one, False, at("2027-01-06")) for one in far),
    ]:
        own = (await caller.get(path)).body
        assert (own["set_by_site"], datetime.fromisoformat(own["held"]["review_deadline"])) == (by_site, review)


async def test_a_site_sets_nothing_but_earlier_dates_for_itself(serve: Serve) -> None:
    """Later than the zone's, past, or out of order: refused with every field; another site's admin does not find it;
    the version is compared; a zone that opens after a site closes is refused too."""
    sites = await exam_sites(serve)
    season = sites.season
    late = await sites.sets(review_deadline=at("2027-01-07"), declaration_closes_at=NOW - timedelta(days=1))
    problems = {(one["pointer"], one["code"]) for one in late.body["errors"]}
    assert problems == {("/review_deadline", "later_than_zone"), ("/declaration_closes_at", "date_over")}
    disordered = await sites.sets(review_deadline=CLOSES, declaration_closes_at=REVIEW)
    assert [one["code"] for one in disordered.body["errors"]] == ["date_order"]
    stranger = season.service.caller("site_admin", scope_id=sites.other)
    assert (await sites.sets(by=stranger, review_deadline=REVIEW)).status == 404
    assert (await stranger.get(f"/cycles/{season.cycle_id}/sites")).body["items"][0]["name"] == "虚构考试机构3"
    assert (await sites.zone_admin.put(sites.path(sites.point), {}, version=0)).status == 404, "a point is no site"
    assert (await sites.zone_admin.put(sites.path(new_id()), {}, version=0)).status == 404
    assert (await sites.sets(**EARLIER)).body["version"] == 1
    assert (await sites.sets(**EARLIER)).code == "stale_version"
    listed = (await sites.zone_admin.get(f"/cycles/{season.cycle_id}/sites?is_set=true")).body["items"]
    assert [(one["exam_body_id"], one["version"]) for one in listed] == [(str(sites.site), 1)]
    opened = await sites.zone_sets(declaration_opens_at=CLOSES)
    assert (opened.status, opened.code) == (409, "site_window_empty")


async def test_a_later_zone_leaves_the_site_where_it_is(serve: Serve) -> None:
    """The zone moves everything back: the site's own dates stay, the others follow; the zone moves before the site:
    the zone's hold (4.9)."""
    sites = await exam_sites(serve)
    season = sites.season
    await sites.sets(review_deadline=REVIEW)
    path = f"/cycles/{season.cycle_id}/dates"
    await sites.zone_sets(declaration_closes_at=at("2026-12-31"), review_deadline=at("2027-01-09"))
    held = (await sites.admin.get(path)).body["held"]
    moments = [datetime.fromisoformat(held[name]) for name in ("declaration_closes_at", "review_deadline")]
    assert moments == [REVIEW, REVIEW], "what was to be reviewed until then can not be declared after it"
    await sites.zone_sets(declaration_closes_at=CLOSES, review_deadline=CLOSES)
    held = (await sites.admin.get(path)).body["held"]
    assert datetime.fromisoformat(held["review_deadline"]) == CLOSES
