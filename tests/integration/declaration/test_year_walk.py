"""A whole exam year in time travel: every state of 4.9 in its turn, with what can be done in it."""

from datetime import datetime, timedelta

import pytest

from shared.clock import SHANGHAI
from tests.integration.declaration.forms import REASONS
from tests.integration.declaration.returning import CHANGED, answer
from tests.integration.declaration.season import Season, exam_season
from tests.support.service_under_test import Serve

WALK = (
    ("2026-12-29T23:59:59", "declaration_open", True, True),
    ("2026-12-30T00:00:00", "declaration_closed", False, True),
    ("2027-01-05T23:59:59", "declaration_closed", False, True),
    ("2027-01-06T00:00:00", "review_closed", False, False),
    ("2027-01-12T00:00:00", "filing_closed", False, False),
    ("2027-01-12T10:00:00", "national_registration_open", False, False),
    ("2027-01-25T23:59:59", "national_registration_open", False, False),
    ("2027-01-26T00:00:00", "provisional_completion", False, False),
    ("2027-08-31T23:59:59", "provisional_completion", False, False),
    ("2027-09-01T00:00:00", "closed", False, False),
)
"""When, in which state, whether a first submission and whether a resubmission is taken."""


async def advance(season: Season, moment: str) -> str:
    """Travel there and let the worker run; the state of the year."""
    season.later(datetime.fromisoformat(moment).replace(tzinfo=SHANGHAI) - season.clock.now())
    jobs = {one.name: one for one in season.service.definition.jobs}
    await jobs["advance-cycles"].run(season.service.deps)
    listed = (await season.zone.get("/cycles")).body["items"]
    return str(listed[0]["state"])


@pytest.mark.requirement("P16")
async def test_the_year_goes_through_all_its_states(serve: Serve) -> None:
    """At each second around a date the year stands where 4.9 says, and takes what belongs there and nothing else."""
    season = await exam_season(serve)
    drafts = [await season.draft() for _ in range(2)]
    returned = [await season.submitted() for _ in range(4)]
    for one in returned:
        await season.decide(one, "return", REASONS)
        await answer(one, CHANGED)
    for moment, state, first, again in WALK:
        assert await advance(season, moment) == state, moment
        for pile, open_now, code in (
            (drafts, first, "declaration_window_closed"),
            (returned, again, "review_deadline_passed"),
        ):
            done = await season.submit(pile[-1])
            assert (done.status == 201, done.code in ("", code)) == (open_now, True), (moment, done.body)
            if open_now:
                pile.pop()
    assert (len(drafts), len(returned)) == (1, 1)
    archived = await season.zone.post(f"/cycles/{season.cycle_id}/archiving")
    assert (archived.status, archived.body["state"]) == (200, "archived")
    again_archived = await season.zone.post(f"/cycles/{season.cycle_id}/archiving")
    assert (again_archived.status, again_archived.code) == (409, "cycle_not_closed")
    assert await advance(season, "2028-03-01T00:00:00") == "archived"


async def test_a_worker_that_rested_passes_no_state_over(serve: Serve) -> None:
    """Nine months of rest: every step is recorded on its own, in the order of 4.9, and once."""
    season = await exam_season(serve)
    assert await advance(season, "2027-10-01T00:00:00") == "closed"
    await advance(season, "2027-10-02T00:00:00")
    async with season.service.database.read() as reader:
        rows = await reader.fetch(
            "SELECT entry::jsonb->>'to' AS after FROM audit_entry WHERE action = 'cycle.advance' ORDER BY sequence"
        )
    steps = [row["after"] for row in rows]
    assert steps == list(dict.fromkeys(state for _, state, _, _ in WALK[1:]))


async def test_moved_dates_reopen_what_they_closed(serve: Serve) -> None:
    """Past the closing the zone moves it a week on: the year is open again and takes first submissions (P16)."""
    season = await exam_season(serve)
    draft = await season.draft()
    assert await advance(season, "2026-12-30T08:00:00") == "declaration_closed"
    assert (await season.submit(draft)).code == "declaration_window_closed"
    current = (await season.service.anonymous().get("/cycles/current")).body
    names = ("declaration_opens_at", "declaration_closes_at", "review_deadline", "filing_deadline")
    dates = {name: current[name] for name in (*names, "completion_deadline")}
    later = season.clock.now() + timedelta(days=3)
    moved = await season.zone.put(
        f"/cycles/{season.cycle_id}", dates | {"declaration_closes_at": later.isoformat()}, version=current["version"]
    )
    assert (moved.status, moved.body["state"]) == (200, "declaration_open")
    assert moved.body["registration_opens_at"] == current["registration_opens_at"], "left out, so it stays"
    assert (await season.submit(draft)).status == 201
