"""Reviews that wait are told once by any number of workers, killed or not (P6)."""

from collections import Counter
from datetime import timedelta

import pytest

from services.declaration.domain.waiting_reviews import Step
from services.declaration.storage import waiting_reviews
from services.declaration.use_cases.reviewing.tell_waiting_reviews import find_waiting_units, tell_waiting_reviews
from shared.contracts.declaration import ReviewEscalated
from tests.integration.declaration.season import Season, exam_season, together
from tests.integration.declaration.waiting import JOB, told
from tests.integration.declaration.working import KILLED, run, working_process
from tests.support.engines import Engines
from tests.support.service_under_test import Serve


@pytest.mark.requirement("P6")
async def test_any_number_of_workers_tell_once(serve: Serve) -> None:
    """Six runs at once: one digest and one event per candidate."""
    season = await exam_season(serve)
    drafts = [await season.submitted() for _ in range(4)]
    season.later(timedelta(days=7))
    await together(*(run(season, JOB) for _ in range(6)))
    assert sorted(await told(season)) == [("escalated", 4), ("reminded", 4)]
    assert len(await season.service.published(ReviewEscalated)) == len(drafts)


async def test_without_keys_and_locks_workers_tell_twice(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: two runs that neither see each other's rows nor meet at a key both tell."""
    season = await exam_season(serve)
    await season.submitted()
    season.later(timedelta(days=7))
    unlocked = waiting_reviews._LOCK_UNTOLD.replace("FOR NO KEY UPDATE OF d SKIP LOCKED", "")
    assert unlocked != waiting_reviews._LOCK_UNTOLD
    monkeypatch.setattr(waiting_reviews, "_LOCK_UNTOLD", unlocked)
    database, now = season.service.database, season.clock.now()
    anywhere = waiting_reviews._INSERT_DIGEST.replace("$5,", "$5::date + (random() * 1000000)::integer,")
    nowhere = waiting_reviews._INSERT_NOTICES.replace("ON CONFLICT", "WHERE n.submission < 0 ON CONFLICT")
    assert anywhere != waiting_reviews._INSERT_DIGEST
    assert nowhere != waiting_reviews._INSERT_NOTICES
    monkeypatch.setattr(waiting_reviews, "_INSERT_DIGEST", anywhere)
    monkeypatch.setattr(waiting_reviews, "_INSERT_NOTICES", nowhere)
    pace = season.service.deps.settings.review_pace
    async with database.transaction() as first, database.transaction() as second:
        for tx in (first, second):
            (unit,) = await find_waiting_units(tx, Step.ESCALATED, pace, now=now)
            assert await tell_waiting_reviews(tx, Step.ESCALATED, unit, now=now)
    assert await told(season) == [("escalated", 1), ("escalated", 1)]
    assert len(await season.service.published(ReviewEscalated)) == 2


@pytest.mark.requirement("P6", "M2")
@pytest.mark.parametrize(
    ("failpoint", "already"), [("command.before_commit:kill:2", 1), ("command.after_commit:kill:2", 2)]
)
async def test_a_killed_worker_tells_in_the_end_and_once(
    engines: Engines, serve: Serve, failpoint: str, already: int
) -> None:
    """kill -9 before or after the commit of a step: the next run tells what is missing, and nothing twice."""
    season = await exam_season(serve)
    await season.submitted()
    season.later(timedelta(days=7))
    assert await working_process(engines, season, JOB, failpoint) == KILLED
    assert len(await told(season)) == already
    assert await working_process(engines, season, JOB) == 0
    assert await _once(season)


async def test_without_the_notice_in_its_commit_a_kill_tells_twice(serve: Serve) -> None:
    """The control: events written, their rows forgotten as if they came in a commit of their own that was lost."""
    season = await exam_season(serve)
    await season.submitted()
    season.later(timedelta(days=7))
    await run(season, JOB)
    assert await _once(season)
    async with season.service.database.transaction() as tx:
        await tx.execute("DELETE FROM review_notice")
        await tx.execute("DELETE FROM review_digest")
    await run(season, JOB)
    assert not await _once(season)


async def _once(season: Season) -> bool:
    steps = Counter(step for step, _ in await told(season))
    return steps == {"reminded": 1, "escalated": 1} and len(await season.service.published(ReviewEscalated)) == 1
