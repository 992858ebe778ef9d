"""Fresh graduates whose full year is missing: reminded, listed, and lapsed by the clock (4.6, P12)."""

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from services.declaration.domain.content import Content
from services.declaration.storage import evaluations_by_clock
from services.declaration.use_cases.evaluating.remind_full_years import find_units_missing, remind_full_years
from shared.clock import SHANGHAI
from shared.contracts.declaration_evaluation import (
    EvaluationRecorded,
    EvaluationsWaiting,
    FullYearLapsed,
    FullYearReminded,
)
from shared.ids import new_id
from tests.integration.declaration.filing.year import YEAR, Declared, Year, exam_year, probation
from tests.integration.declaration.season import together
from tests.integration.declaration.working import KILLED, run, working_process
from tests.support.crossing_copies import take_keys_away
from tests.support.engines import Engines
from tests.support.service_under_test import Serve

REMIND, LAPSE = "remind-full-years", "lapse-provisionals"


def fresh() -> Content:
    """A year that is full on 31 July."""
    return probation(date(2026, 8, 1), None, fresh=True)


async def provisional(year: Year, count: int = 1, *, state: str = "filed") -> list[Declared]:
    """People with a provisional certificate, filed."""
    people = [await year.declare(content=fresh(), undertaking=True) for _ in range(count)]
    for one in people:
        await year.evaluate(one, "provisional")
        async with year.service.database.transaction() as tx:
            await tx.execute("UPDATE declaration SET state = $2 WHERE id = $1", one.id, state)
    return people


def on(year: Year, month: int, day: int, hour: int = 9) -> None:
    """Go to that moment of the exam year."""
    year.clock.advance(datetime(YEAR, month, day, hour, tzinfo=SHANGHAI) - year.clock.now())


async def reminded(year: Year) -> Counter[tuple[object, int]]:
    """(person, step) of every reminder so far."""
    return Counter((one.person_id, one.step) for one in await year.service.published(FullYearReminded))


async def units_told(year: Year) -> list[tuple[str, int, int]]:
    """(step, how many, days left) of what the unit heard."""
    return [(one.step, one.waiting, one.days) for one in await year.service.published(EvaluationsWaiting)]


async def complete(year: Year, one: Declared) -> None:
    """Enter the full-year result."""
    evaluation = (await year.unit.get(f"/reviews/{one.id}/evaluation")).body
    body = {"result": "qualified", "opinion": "期满考核合格", "ended_on": "2027-07-31", "responsible_person": "王建国"}
    path = f"/evaluations/{evaluation['id']}/full-year-result"
    done = await year.unit.post(path, body, version=evaluation["version"])
    assert (done.status, done.body["state"]) == (200, "completed"), done.body


@pytest.mark.requirement("P12")
async def test_person_and_unit_are_reminded_at_each_step_once(serve: Serve) -> None:
    """Sixty, thirty and seven days before 31 August, not before, and nobody who is completed; the unit hears the number
    of all that are missing."""
    year = await exam_year(serve)
    first, second = await provisional(year, 2)
    on(year, 7, 1)
    await run(year, REMIND)
    assert await reminded(year) == Counter()
    on(year, 7, 2, 3)
    await run(year, REMIND)
    assert await reminded(year) == Counter(), "not at night"
    on(year, 7, 2)
    await run(year, REMIND)
    await run(year, REMIND)
    assert await reminded(year) == {(first.person_id, 60): 1, (second.person_id, 60): 1}
    assert await units_told(year) == [("full_year", 2, 60)]
    on(year, 8, 1)
    await run(year, REMIND)
    await complete(year, first)
    on(year, 8, 24)
    await run(year, REMIND)
    on(year, 8, 25)
    await run(year, REMIND)
    assert await units_told(year) == [("full_year", 2, 60), ("full_year", 2, 30), ("full_year", 1, 7)]
    assert (await reminded(year))[second.person_id, 7] == 1
    assert (await reminded(year))[first.person_id, 7] == 0


@pytest.mark.requirement("P12")
async def test_a_late_certificate_is_told_once_of_the_days_that_are_left(serve: Serve) -> None:
    """Certified on 10 July: one reminder then, with 52 days left; on the same day the unit hears once."""
    year = await exam_year(serve)
    await provisional(year)
    on(year, 7, 2)
    await run(year, REMIND)
    (late,) = await provisional(year)
    await run(year, REMIND)
    assert len(await units_told(year)) == 1, "the unit heard today"
    on(year, 7, 10)
    await run(year, REMIND)
    told = [one for one in await year.service.published(FullYearReminded) if one.person_id == late.person_id]
    assert [(one.step, one.days) for one in told] == [(60, 52)]
    assert (await units_told(year))[-1] == ("full_year", 2, 52)


@pytest.mark.requirement("P12")
async def test_the_days_are_settings(serve: Serve) -> None:
    """A zone that wants one reminder ten days before has it."""
    year = await exam_year(serve)
    settings = year.service.deps.settings.model_copy(update={"full_year_remind_days": (10,)})
    await provisional(year)
    on(year, 8, 20)
    async with year.service.database.read() as reader:
        assert await find_units_missing(reader, settings.evaluation_pace, now=year.clock.now()) == []
        on(year, 8, 21)
        (unit,) = await find_units_missing(reader, settings.evaluation_pace, now=year.clock.now())
    assert (unit.step_days, unit.waiting, unit.institution_id) == (10, 1, year.institution_id)


@pytest.mark.requirement("P12")
async def test_any_number_of_workers_remind_once(serve: Serve) -> None:
    """Six runs at once: one reminder per person, one message to the unit."""
    year = await exam_year(serve)
    people = await provisional(year, 4)
    on(year, 7, 2)
    await together(*(run(year, REMIND) for _ in range(6)))
    assert await reminded(year) == {(one.person_id, 60): 1 for one in people}
    assert await units_told(year) == [("full_year", 4, 60)]


async def test_without_keys_and_locks_workers_remind_twice(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: two runs that neither see each other's rows nor meet at a key both tell."""
    year = await exam_year(serve)
    (one,) = await provisional(year)
    on(year, 7, 2)
    unlocked = evaluations_by_clock._LOCK_MISSING.replace("FOR NO KEY UPDATE OF d, e SKIP LOCKED", "")
    anywhere = evaluations_by_clock._INSERT_DIGEST.replace("$4,", "$4::date + (random() * 1000000)::integer,")
    for name, weak in (("_LOCK_MISSING", unlocked), ("_INSERT_DIGEST", anywhere)):
        assert weak != getattr(evaluations_by_clock, name)
        monkeypatch.setattr(evaluations_by_clock, name, weak)
    take_keys_away(monkeypatch)
    pace = year.service.deps.settings.evaluation_pace
    database = year.service.database
    async with database.transaction() as one_tx, database.transaction() as other_tx:
        for tx in (one_tx, other_tx):
            (unit,) = await find_units_missing(tx, pace, now=year.clock.now())
            assert await remind_full_years(tx, unit, now=year.clock.now()) == 1
    assert await reminded(year) == {(one.person_id, 60): 2}


@pytest.mark.requirement("P12", "M2")
@pytest.mark.parametrize(
    ("failpoint", "already"), [("command.before_commit:kill", 0), ("command.after_commit:kill", 1)]
)
async def test_a_killed_worker_reminds_in_the_end_and_once(
    engines: Engines, serve: Serve, failpoint: str, already: int
) -> None:
    """kill -9 before or after the commit: the next run tells what is missing, and nothing twice."""
    year = await exam_year(serve)
    (one,) = await provisional(year)
    on(year, 7, 2)
    assert await working_process(engines, year, REMIND, failpoint) == KILLED
    assert len(await reminded(year)) == already
    assert await working_process(engines, year, REMIND) == 0
    assert await reminded(year) == {(one.person_id, 60): 1}
    assert await units_told(year) == [("full_year", 1, 60)]


async def test_without_the_notice_in_its_commit_a_kill_reminds_twice(serve: Serve) -> None:
    """The control: events written, their rows forgotten as if they came in a commit of their own that was lost."""
    year = await exam_year(serve)
    (one,) = await provisional(year)
    on(year, 7, 2)
    await run(year, REMIND)
    async with year.service.database.transaction() as tx:
        await tx.execute("DELETE FROM reminder")
        await tx.execute("DELETE FROM evaluation_digest")
    await run(year, REMIND)
    assert await reminded(year) == {(one.person_id, 60): 2}


@pytest.mark.requirement("P12", "B14")
async def test_what_is_not_completed_lapses_with_the_last_day(serve: Serve) -> None:
    """After 31 August the evaluation and what was filed on it lapse, not a second before; person, unit and exam body
    hear once, the national network at once; who was completed stays filed."""
    year = await exam_year(serve)
    open_one, done = await provisional(year, 2)
    question: dict[str, Any] = {"document_type": "resident_id", "exam_year": YEAR}
    question |= {"document_no": open_one.document_no, "name": open_one.name}
    on(year, 8, 2)
    await complete(year, done)
    result = (await year.service.published(EvaluationRecorded))[-1]
    assert (result.full_year, result.result, result.filing_body_id) == (True, "qualified", year.point_id)
    assert {one.full_year for one in (await year.service.published(EvaluationRecorded))[:-1]} == {False}
    year.clock.advance(datetime(2027, 8, 31, 23, 59, 59, tzinfo=SHANGHAI) - year.clock.now())
    await run(year, LAPSE)
    assert (await year.asked(question)).body["status"] == "filed_provisional"
    year.clock.advance(timedelta(seconds=1))
    await run(year, LAPSE)
    await run(year, LAPSE)
    assert (await year.asked(question)).body["status"] == "lapsed"
    assert [await year.state_of(one) for one in (open_one, done)] == ["lapsed", "filed"]
    (event,) = await year.service.published(FullYearLapsed)
    assert (event.person_id, event.cycle_year) == (open_one.person_id, YEAR)
    (heard,) = await year.service.published(EvaluationsWaiting)
    assert (heard.step, heard.waiting, heard.filing_body_id) == ("lapsed", 1, year.point_id)
    async with year.service.database.read() as reader:
        states = await reader.fetch("SELECT state FROM evaluation ORDER BY state")
        audited = await reader.fetchval("SELECT count(*) FROM audit_entry WHERE action = 'evaluation.lapse'")
    assert ([row["state"] for row in states], audited) == (["completed", "lapsed"], 1)


@pytest.mark.requirement("P12")
async def test_a_result_at_the_last_moment_wins_over_the_clock(serve: Serve) -> None:
    """Somebody's result is being entered while the clock strikes: the run passes over that person, and afterwards finds
    the year completed. The control is the other one, whom nobody holds: the same run lets it lapse."""
    year = await exam_year(serve)
    (held,) = await provisional(year)
    (free,) = await provisional(year)
    year.clock.advance(datetime(2027, 9, 1, tzinfo=SHANGHAI) - year.clock.now())
    async with year.service.database.transaction() as tx:
        await tx.execute("SELECT FROM declaration WHERE id = $1 FOR UPDATE", held.id)
        await run(year, LAPSE)
        await tx.execute("UPDATE evaluation SET state = 'completed' WHERE declaration_id = $1", held.id)
    await run(year, LAPSE)
    assert [await year.state_of(one) for one in (held, free)] == ["filed", "lapsed"]


@pytest.mark.requirement("P12", "M2")
async def test_a_killed_worker_lapses_in_the_end_and_once(engines: Engines, serve: Serve) -> None:
    """kill -9 before the commit leaves everything as it was; the next run lets it lapse, once."""
    year = await exam_year(serve)
    (one,) = await provisional(year)
    year.clock.advance(datetime(2027, 9, 1, tzinfo=SHANGHAI) - year.clock.now())
    assert await working_process(engines, year, LAPSE, "command.before_commit:kill") == KILLED
    assert await year.state_of(one) == "filed"
    assert await working_process(engines, year, LAPSE) == 0
    assert await working_process(engines, year, LAPSE) == 0
    assert await year.state_of(one) == "lapsed"
    assert len(await year.service.published(FullYearLapsed)) == 1


@pytest.mark.requirement("P12", "V48")
async def test_the_unit_sees_whose_year_is_open(serve: Serve) -> None:
    """Paged, filtered by year and state, found by whole name or number in a body, people masked; who is completed is
    not among them, and another unit sees nobody."""
    year = await exam_year(serve)
    people = await provisional(year, 3)
    on(year, 8, 2)
    await run(year, REMIND)
    await complete(year, people[0])
    open_path = "/evaluations?year_open=true"
    page = (await year.unit.get(f"{open_path}&limit=1&cycle_id={year.cycle_id}")).body
    rest = (await year.unit.get(f"{open_path}&limit=1&cursor={page['next_cursor']}")).body
    shown = [*page["items"], *rest["items"]]
    assert [one["declaration_id"] for one in shown] == [str(people[1].id), str(people[2].id)]
    assert rest["next_cursor"] is None
    line = shown[0]
    assert (line["state"], line["last_day"], line["days_left"], line["reminded"]) == (
        "provisional_certified",
        "2027-08-31",
        29,
        [30],
    )
    assert people[1].document_no not in str(shown)
    assert people[1].name not in str(shown)
    for asked in (people[2].document_no, line["number"]):
        found = (await year.unit.post("/evaluation-searches", {"q": asked, "year_open": True})).body["items"]
        assert len(found) == 1
    completed = (await year.unit.get("/evaluations?state=completed")).body["items"]
    assert [(one["declaration_id"], one["days_left"]) for one in completed] == [(str(people[0].id), None)]
    stranger = year.service.caller("institution_business_admin", scope_id=new_id())
    assert (await stranger.get(open_path)).body["items"] == []
    assert (await stranger.post("/evaluation-searches", {"q": people[1].document_no})).body["items"] == []
