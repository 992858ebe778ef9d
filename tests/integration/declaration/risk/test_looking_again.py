"""Looking again: what was decided comes back only when it became worse, what fails holds up nobody, news goes first."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import pytest

from services.declaration.storage import risk_tasks
from tests.integration.declaration.filing.year import Declared, probation
from tests.integration.declaration.risk.county import County, county, guided
from tests.integration.declaration.risk.test_flow import season_in_county
from tests.integration.declaration.risk.test_list import EARLY, crowd
from tests.integration.declaration.risk.test_plans import owner
from tests.integration.declaration.test_bulk_decisions import Desk, counts
from tests.integration.declaration.test_claims import knows
from tests.support.engines import Engines
from tests.support.service_under_test import Serve

_TASKS = "SELECT count(*) FROM risk_task"
_DIFFERENT = "SELECT count(DISTINCT (kind, subject_id, cycle_id)) FROM risk_task"
_AUDITED = "SELECT count(*) FROM audit_entry WHERE action = $1"
# What a statement that takes too long looks like, from the server and from the client's side of a broken wire.
_FAILS = """
CREATE FUNCTION fail_for_one() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.declaration_id = '{}' THEN
        RAISE EXCEPTION 'too slow' USING ERRCODE = '{}';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER fail_for_one BEFORE INSERT ON risk_text FOR EACH ROW EXECUTE FUNCTION fail_for_one();
"""


async def broken_declaration(place: County) -> Declared:
    """One whose snapshot does not open: it was written for another submission."""
    broken = await place.year.declare("submitted")
    await place.execute("UPDATE declaration SET submission = 2 WHERE id = $1", broken.id)
    await place.execute(
        "INSERT INTO declaration_snapshot SELECT declaration_id, 2, version, institution_id, content,"
        " catalogue_version, notice_version, submitted_at FROM declaration_snapshot WHERE declaration_id = $1",
        broken.id,
    )
    return broken


async def withdraw(place: County, people: Sequence[Declared], state: str = "withdrawn") -> None:
    """Take them back, or bring them back."""
    moved = "UPDATE declaration SET state = $2 WHERE id = ANY ($1::uuid[])"
    await place.execute(moved, [one.id for one in people], state)
    await place.examine()


@pytest.mark.requirement("B1", "F9")
@pytest.mark.parametrize("failure", ["query_canceled", "connection_failure"])
async def test_what_takes_too_long_holds_up_nobody(serve: Serve, engines: Engines, failure: str) -> None:
    """A subject whose statements are given up is put off, everybody else is looked at."""
    place = await county(serve)
    people, _ = await crowd(place)
    year = probation()
    long = year.model_copy(
        update={"periods": [year.periods[0].model_copy(update={"work_summary": "各科轮转小结" * 9})]}
    )
    slow = await place.year.declare("submitted", content=long)
    async with owner(engines, place.year.service.database_name) as connection:
        await connection.execute(_FAILS.format(slow.id, failure))
    await place.examine()
    assert len(await place.hits("F12")) == len(people)
    assert await place.count(f"{_TASKS} WHERE subject_id = $1", slow.id) == 1
    assert await place.count(_TASKS) == 1


@pytest.mark.requirement("B1")
async def test_what_does_not_open_stops_no_trial(serve: Serve) -> None:
    """A trial leaves out the one snapshot that does not open, counts all others and ends; so does the next one."""
    place = await county(serve)
    people, _ = await crowd(place)
    await broken_declaration(place)
    for days in (0, 3660):
        body = {"limits": {"points": 40, "days": days}}
        asked = await place.zone.post("/risk-rules/F12/trials", body)
        assert asked.status == 202, asked.body
        await place.run("count-risk-trials")
        done = (await place.zone.get(f"/risk-trials/{asked.body['id']}")).body
        then = len(people) if days == 0 else 0
        assert (done["state"], done["subjects"], done["found_then"]) == ("done", len(people), then)


@pytest.mark.requirement("B1")
async def test_a_run_counts_so_many_trials(serve: Serve) -> None:
    """However many trials wait, a run ends; the next one goes on with what is left."""
    place = await county(serve)
    for _ in range(21):
        assert (await place.zone.post("/risk-rules/F12/trials", {"limits": {"points": 40, "days": 0}})).status == 202
    left = []
    for _ in range(2):
        await place.run("count-risk-trials")
        left.append(await place.count("SELECT count(*) FROM risk_trial WHERE state = 'running'"))
    assert left == [1, 0]


@pytest.mark.requirement("B1")
async def test_thresholds_ask_for_everything_once(serve: Serve) -> None:
    """Setting two rules asks for nothing in the request; the job then asks for everything once, and asked again before
    anything was looked at, nothing waits twice."""
    place = await county(serve)
    await crowd(place)
    await place.examine()
    await place.run("ask-for-risks")
    await place.run("examine-risks")
    assert await place.count(_TASKS) == 0
    for rule in ("F1", "F12"):
        assert (await place.set(rule, points=70)).status == 200
    assert await place.count(_TASKS) == 0
    await place.run("ask-for-risks")
    asked = await place.count(_TASKS)
    assert asked == await place.count(_DIFFERENT) > 6
    assert (await place.set("F1", points=80)).status == 200
    await place.run("ask-for-risks")
    assert (await place.count(_TASKS), await place.count(_DIFFERENT)) == (asked, asked)
    await place.run("examine-risks")
    assert (await place.hits("F1"))[0]["score"] == 80
    await place.run("ask-for-risks")
    assert await place.count(_TASKS) == 0, "once is enough"


@pytest.mark.requirement("B1")
async def test_news_is_looked_at_before_everything(serve: Serve) -> None:
    """What somebody just handed in does not wait behind a year that is looked at anew, though that was asked first."""
    place = await county(serve)
    people, _ = await crowd(place)
    year, database = place.year, place.year.service.database
    async with database.transaction() as tx:
        await tx.execute("DELETE FROM risk_task")
        await risk_tasks.insert_of_cycle(tx, year.cycle_id, year.clock.now() - timedelta(hours=1))
        await risk_tasks.insert(tx, "declaration", [people[3].id], year.cycle_id, year.clock.now())
        (first,) = await risk_tasks.delete_next(tx, year.clock.now(), 1)
        everything = await tx.fetchval(f"{_TASKS} WHERE asked_at < $1", year.clock.now())
    assert first.subject_id == people[3].id
    assert everything > len(people), "nothing of the sweep was taken"


@pytest.mark.requirement("B1")
async def test_other_points_bring_nothing_back(serve: Serve) -> None:
    """What was dismissed stays so when the zone moves points or thresholds, and comes back when it became worse,
    however high the points stand."""
    place = await county(serve)
    _, guide = await crowd(place)
    await place.examine()
    for hit in await place.hits():
        assert (await place.decide(hit, "dismissed")).status == 200
    await place.set("F1", points=100, trainees=3)
    await place.set("F12", points=100)
    await place.examine()
    assert await place.hits() == []
    await place.year.declare("submitted", content=guided(probation(), guide))
    await place.examine()
    assert [(one["rule"], one["value"]) for one in await place.hits()] == [("F1", 7)]


@pytest.mark.requirement("B1")
@pytest.mark.parametrize("cleared_between", [True, False])
async def test_what_is_no_worse_than_dismissed_is_not_listed(serve: Serve, cleared_between: bool) -> None:
    """Six dismissed, seven listed beside; back at six, whether it fell below the threshold in between or not, no hit is
    open; at seven again it is."""
    place = await county(serve)
    people, guide = await crowd(place)
    await place.examine()
    (hit,) = await place.hits("F1")
    assert (await place.decide(hit, "dismissed")).status == 200
    people.append(await place.year.declare("submitted", content=guided(EARLY, guide)))
    await place.examine()
    assert [one["value"] for one in await place.hits("F1")] == [7]
    if cleared_between:
        await withdraw(place, people[:2])
        assert await place.hits("F1") == []
        await withdraw(place, people[:1], "submitted")
    else:
        await withdraw(place, people[:1])
    assert await place.hits("F1") == []
    assert [one["value"] for one in await place.hits("F1", state="cleared")] == [7]
    await withdraw(place, people, "submitted")
    assert [one["value"] for one in await place.hits("F1")] == [7]


@pytest.mark.requirement("B1")
async def test_what_comes_back_is_recorded(serve: Serve) -> None:
    """A cleared hit that opens again stands in the trail like one that is found: from what it was to what it is."""
    place = await county(serve)
    people, _ = await crowd(place, 1)
    await place.examine()
    await withdraw(place, people)
    await withdraw(place, people, "submitted")
    assert len(await place.hits("F12")) == 1
    assert await place.count(_AUDITED, "risk.find") == 2
    again = f"{_AUDITED} AND entry::jsonb ->> 'from' = 'cleared' AND entry::jsonb ->> 'to' = 'open'"
    assert await place.count(again, "risk.find") == 1


@pytest.mark.requirement("F14", "A38")
async def test_a_bulk_is_no_hurry(serve: Serve) -> None:
    """Twelve approvals in bulk at five past ten in the evening say nothing of the reviewer's pace; ten by hand in the
    same minute do, and the hit says how many were in bulk."""
    season, place = await season_in_county(serve)
    desk = Desk(season, await knows(season, UUID(int=7)))
    drafts = [await season.submitted() for _ in range(22)]
    season.later(timedelta(hours=12, minutes=5))
    desk.api = season.reviewer(id=desk.staff_id)
    done = await desk.start(await desk.select(drafts[:12]))
    assert counts(done) == ("done", 0, 0, 12, 0)
    await place.run("examine-risks")
    await place.examine()
    assert await place.hits("F14") == []
    for draft in drafts[12:]:
        assert (await season.decide(draft, "approval", by=desk.api)).status == 200
    await place.examine()
    (hit,) = await place.hits("F14")
    shown = await place.detail(hit)
    assert (hit["value"], len(shown["people"]), shown["inputs"]["in_bulk"]) == (10, 10, 12)
    assert "12 次为批量审核" in shown["explanation_zh"]
    assert "12 more in bulk" in shown["explanation_en"]
