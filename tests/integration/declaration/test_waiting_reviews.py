"""Reviews that wait: the unit is reminded, its exam body and the candidate are told, each once (P6)."""

from collections import Counter
from datetime import datetime, timedelta

import pytest

from shared.contracts.declaration import ReviewEscalated, ReviewsWaiting
from shared.ids import new_id
from tests.integration.declaration.forms import complete_content
from tests.integration.declaration.season import Draft, exam_season
from tests.integration.declaration.sites import exam_sites
from tests.integration.declaration.waiting import JOB, below, told, waits
from tests.integration.declaration.working import run
from tests.support.service_under_test import Serve


@pytest.mark.requirement("P6")
async def test_the_unit_hears_first_then_its_exam_body_and_the_candidate(serve: Serve) -> None:
    """After three days one message to the unit with the number that waits, after seven one to unit and body and one per
    candidate; two days before the deadline another; none of them twice, however often the job runs."""
    season = await exam_season(serve)
    zone, body = new_id(), new_id()
    await season.institution_is(season.unit, version=2, path=(zone, body))
    drafts = [await season.submitted() for _ in range(3)]
    await waits(season, 2, hours=23)
    assert await told(season) == []
    await waits(season, 0, hours=1)
    await run(season, JOB)
    assert await told(season) == [("reminded", 3)]
    await waits(season, 3)
    assert len(await told(season)) == 1
    await waits(season, 1)
    await run(season, JOB)
    assert await told(season) == [("reminded", 3), ("escalated", 3)]
    digest = (await season.service.published(ReviewsWaiting))[-1]
    assert (digest.institution_id, digest.filing_body_id, digest.days) == (season.unit.id, body, 7)
    escalated = await season.service.published(ReviewEscalated)
    assert Counter(one.person_id for one in escalated) == Counter(draft.person.id for draft in drafts)
    await waits(season, 8)
    await run(season, JOB)
    assert [step for step, _ in await told(season)] == ["reminded", "escalated", "deadline"]
    assert await season.count("SELECT count(*) FROM audit_entry WHERE action LIKE 'declaration.review_%'") == 9


@pytest.mark.requirement("P6")
async def test_one_message_per_unit_and_day(serve: Serve) -> None:
    """What becomes due later the same day waits for the next morning; then the message counts everything that waits."""
    season = await exam_season(serve)
    await season.submitted()
    season.later(timedelta(hours=4))
    await season.submitted()
    await waits(season, 2, hours=20)
    assert await told(season) == [("reminded", 1)]
    await waits(season, 0, hours=4)
    assert await told(season) == [("reminded", 1)], "the second is due, and the unit heard today"
    await waits(season, 0, hours=18)
    assert await told(season) == [("reminded", 1), ("reminded", 2)]
    await waits(season, 1)
    assert len(await told(season)) == 2, "nothing new waits"


@pytest.mark.requirement("P6")
async def test_nobody_is_told_at_night(serve: Serve) -> None:
    """Due at ten in the evening, told the next morning."""
    season = await exam_season(serve)
    season.later(timedelta(hours=12))
    await season.submitted()
    await waits(season, 3)
    assert await told(season) == []
    await waits(season, 0, hours=11)
    assert await told(season) == [("reminded", 1)]


@pytest.mark.requirement("P6")
@pytest.mark.parametrize("step", ["approval", "withdrawal"])
async def test_what_is_decided_or_withdrawn_is_not_told(serve: Serve, step: str) -> None:
    """A decision or a withdrawal ends the waiting; handed in again, it waits anew from that day."""
    season = await exam_season(serve)
    draft, other = await season.submitted(), await season.submitted()
    if step == "approval":
        assert (await season.decide(draft, "approval")).status == 200
    else:
        assert (await draft.person.api.post(f"{draft.path}/withdrawal", version=draft.version)).status == 200
    await waits(season, 3)
    assert await told(season) == [("reminded", 1)]
    await season.decide(other, "approval")
    await waits(season, 4)
    assert await told(season) == [("reminded", 1)]
    assert await season.service.published(ReviewEscalated) == []


@pytest.mark.requirement("P6")
async def test_a_new_submission_waits_anew(serve: Serve) -> None:
    """The days count from the last submission, and each submission is told of by itself."""
    season = await exam_season(serve)
    draft = await season.submitted()
    await waits(season, 3)
    taken = await draft.person.api.post(f"{draft.path}/withdrawal", version=draft.version)
    draft.version = taken.body["version"]
    assert (await season.submit(draft)).status == 201
    await waits(season, 2)
    assert await told(season) == [("reminded", 1)]
    await waits(season, 1)
    assert await told(season) == [("reminded", 1), ("reminded", 1)]


@pytest.mark.requirement("P6")
async def test_the_zone_sets_the_days_of_a_year(serve: Serve) -> None:
    """Days of the exam year go before the settings; an order that would pass over the unit is refused."""
    season = await exam_season(serve)
    path = f"/cycles/{season.cycle_id}/review-policy"
    disordered = await season.zone.put(path, {"remind_after_days": 7, "escalate_after_days": 5})
    assert (disordered.status, disordered.code) == (422, "review_pace_disordered")
    set_now = await season.zone.put(path, {"remind_after_days": 1, "warn_before_days": 10})
    assert set_now.body == {
        "remind_after_days": 1,
        "escalate_after_days": 7,
        "warn_before_days": 10,
        "prior_units_confirm": False,
        "second_reviewer": False,
    }
    assert (await season.reviewer().get(path)).body == set_now.body
    assert (await season.reviewer().put(path, {})).status == 403
    await season.submitted()
    await waits(season, 1)
    assert await told(season) == [("reminded", 1)]
    await waits(season, 5, hours=22)
    assert [step for step, _ in await told(season)] == ["reminded", "deadline"]


@pytest.mark.requirement("P6")
async def test_after_the_deadline_nobody_is_urged(serve: Serve) -> None:
    """Nothing can be decided any more, so nobody is asked to; a moved deadline warns once more."""
    season = await exam_season(serve)
    await season.submitted()
    season.later(timedelta(days=17))
    await run(season, JOB)
    assert [step for step, _ in await told(season)] == []
    current = (await season.service.anonymous().get("/cycles/current")).body
    dates = {name: current[name] for name in current if name.endswith(("_at", "_deadline"))}
    moved = dates | {"review_deadline": "2027-01-08T00:00:00+08:00"}
    changed = await season.zone.put(f"/cycles/{season.cycle_id}", moved, version=current["version"])
    assert changed.status == 200, changed.body
    await run(season, JOB)
    assert [step for step, _ in await told(season)] == ["reminded", "escalated", "deadline"]
    await waits(season, 2)
    assert len(await told(season)) == 3


@pytest.mark.requirement("P6")
async def test_a_moved_deadline_warns_again(serve: Serve) -> None:
    """Who was warned and still waits is warned before the new deadline too, once."""
    season = await exam_season(serve)
    await season.submitted()
    await waits(season, 15)
    assert [step for step, _ in await told(season)] == ["reminded", "escalated", "deadline"]
    current = (await season.service.anonymous().get("/cycles/current")).body
    dates = {name: current[name] for name in current if name.endswith(("_at", "_deadline"))}
    for name in dates.keys() - {"declaration_opens_at", "declaration_closes_at"}:
        dates[name] = (datetime.fromisoformat(dates[name]) + timedelta(days=7)).isoformat()
    changed = await season.zone.put(f"/cycles/{season.cycle_id}", dates, version=current["version"])
    assert changed.status == 200, changed.body
    await waits(season, 4)
    assert len(await told(season)) == 3, "the new deadline is far"
    await waits(season, 3)
    assert [step for step, _ in await told(season)] == ["reminded", "escalated", "deadline", "deadline"]
    await run(season, JOB)
    await waits(season, 0, hours=3)
    assert len(await told(season)) == 4


@pytest.mark.requirement("P6", "M2")
async def test_a_unit_that_is_passed_over_holds_up_no_other(serve: Serve) -> None:
    """While somebody works on all that waits at one unit, the run goes on to the others, each in a commit of its own;
    the one passed over hears from the next run."""
    season = await exam_season(serve)
    units = [season.unit, await season.has_unit("江城二院"), await season.has_unit("江城三院")]
    for unit in units:
        season.unit = unit
        await season.submitted()
    season.later(timedelta(days=3))
    first = min(unit.id for unit in units)
    async with season.service.database.transaction() as tx:
        assert await tx.execute("SELECT FROM declaration WHERE institution_id = $1 FOR UPDATE", first) == 1
        await run(season, JOB)
        heard = {one.institution_id for one in await season.service.published(ReviewsWaiting)}
        assert heard == {unit.id for unit in units} - {first}
    assert await season.count("SELECT count(DISTINCT xmin::text) FROM review_digest") == 2
    await run(season, JOB)
    assert len(await told(season)) == 3


@pytest.mark.requirement("P6", "P16")
async def test_an_earlier_deadline_of_a_site_warns_earlier(serve: Serve) -> None:
    """Where the site ends reviews early, the unit is warned before that end; a unit of another site is not yet."""
    sites = await exam_sites(serve)
    season = sites.season
    ends = season.clock.now() + timedelta(days=2, hours=1)
    await sites.sets(declaration_closes_at=ends - timedelta(hours=2), review_deadline=ends)
    await season.submitted()
    await season.submitted(await season.has_person(sites.far), complete_content(sites.far))
    await waits(season, 0, hours=2)
    warned = [(one.step, one.institution_id) for one in await season.service.published(ReviewsWaiting)]
    assert warned == [("deadline", sites.near.id)]


@pytest.mark.requirement("P6")
async def test_the_exam_body_sees_who_does_not_answer(serve: Serve) -> None:
    """The list shows what still waits in the own subtree, the longest first, paged and filtered; others see nothing."""
    season = await exam_season(serve)
    zone, site, point, elsewhere = [new_id() for _ in range(4)]
    mine, other = await below(season, zone, site, point), await below(season, zone, elsewhere)
    drafts: list[Draft] = []
    for unit in (mine, mine, other):
        season.unit = unit
        drafts.append(await season.submitted())
        season.later(timedelta(minutes=1))
    await waits(season, 7)
    body = season.service.caller("point_admin", scope_id=point)
    shown = (await body.get("/escalated-reviews")).body["items"]
    assert [one["id"] for one in shown] == [drafts[0].id, drafts[1].id]
    assert (shown[0]["institution_name"], shown[0]["waiting_days"]) == ("江城辖区医院", 7)
    assert drafts[0].person.name not in str(shown)
    first = (await season.service.caller("zone_admin", scope_id=zone).get("/escalated-reviews?limit=2")).body
    rest = await season.service.caller("auditor", scope_id=zone).get(
        f"/escalated-reviews?cursor={first['next_cursor']}&cycle_id={season.cycle_id}"
    )
    assert [one["id"] for one in (*first["items"], *rest.body["items"])] == [one.id for one in drafts]
    by_unit = await season.service.caller("site_admin", scope_id=site).get(f"/escalated-reviews?q={shown[1]['number']}")
    assert [one["id"] for one in by_unit.body["items"]] == [drafts[1].id]
    stranger = await season.service.caller("point_admin", scope_id=new_id()).get("/escalated-reviews")
    assert stranger.body["items"] == []
    season.unit = mine
    await season.decide(drafts[0], "approval")
    assert [one["id"] for one in (await body.get("/escalated-reviews")).body["items"]] == [drafts[1].id]
