"""An earlier unit that does not answer is reminded, told of, and not waited for for ever: each step once (4.5, P6)."""

from datetime import datetime, time
from pathlib import Path

import pytest

from shared.clock import SHANGHAI
from shared.contracts.declaration import PriorRowRequestExpired, PriorRowUnanswered
from shared.reminding.steps import days_until
from tests.integration.declaration.careers import answer, edit
from tests.integration.declaration.silent_units import JOB, days, expired, listed, told, waiting
from tests.integration.declaration.test_draft_reminders import on
from tests.integration.declaration.working import run
from tests.support.service_under_test import Serve

FILLS = Path("services/declaration/migrations/0099_post_fill_ends_of_requests.sql")


@pytest.mark.requirement("P6", "A32")
async def test_a_silent_unit_is_reminded_escalated_and_not_waited_for(serve: Serve) -> None:
    """Asked on 20 December: reminded on the 23rd, its exam body told on the 27th, over after 3 January; by day only,
    each once; state and end are shown to both sides, and version and trail move."""
    one = await waiting(serve)
    season = one.season
    ends = datetime(2027, 1, 4, tzinfo=SHANGHAI)
    (queued,) = await listed(one, open=True)
    assert datetime.fromisoformat(queued["request_ends_at"]) == ends
    for day in ((22, 9), (23, 7), (23, 9), (23, 15), (26, 9), (27, 9), (28, 9)):
        on(season, *day)
        await run(season, JOB)
    assert await told(season) == [("reminded", 3), ("escalated", 7)]
    (_, escalated) = await season.service.published(PriorRowUnanswered)
    assert (escalated.institution_id, escalated.institution_name, escalated.ends_at) == (
        one.former.id,
        "前任医院",
        ends,
    )
    assert escalated.filing_body_id is not None
    assert (await one.confirmation())["request_expired_at"] is None
    on(season, 3, 19, month=1, year=2027)
    await run(season, JOB)
    assert await expired(season) == 0, "the last day is a day"
    on(season, 4, 7, month=1, year=2027)
    assert await listed(one, open=True) == [], "over at midnight, told in the morning"
    for hour in (7, 8, 9):
        on(season, 4, hour, month=1, year=2027)
        await run(season, JOB)
    (over,) = await season.service.published(PriorRowRequestExpired)
    assert (over.person_id, over.institution_id, over.institution_name) == (
        one.draft.person.id,
        season.unit.id,
        "前任医院",
    )
    assert over.aggregate_version == one.draft.version + 1
    shown = await one.confirmation()
    assert (shown["state"], shown["request_expired_at"] is not None) == ("pending", True)
    (done,) = await listed(one, open=False)
    assert done["request_expired_at"] == shown["request_expired_at"]
    actions = ("declaration.prior_row_reminded", "declaration.prior_row_escalated", "declaration.expire_prior_request")
    assert await season.count("SELECT count(*) FROM audit_entry WHERE action = ANY ($1)", actions) == 3


@pytest.mark.requirement("P6", "A32")
async def test_after_the_end_nobody_answers_and_the_unit_may_be_asked_again(serve: Serve) -> None:
    """From the end on, told or not; a new request is a matter of its own, with a new end and reminders of its own."""
    one = await waiting(serve, days(2, 3, 4))
    season = one.season
    (queued,) = await listed(one, open=True)
    on(season, 25, 7)
    late = await answer(one, queued, {"result": "confirmed"})
    assert (late.status, late.code) == (409, "prior_row_request_over")
    on(season, 25, 9)
    await run(season, JOB)
    assert (await expired(season), await told(season)) == (1, [])
    stale = await answer(one, queued, {"result": "confirmed"})
    assert (stale.status, stale.code) == (409, "stale_version")
    one.draft.version += 1
    again = await season.decide(one.draft, f"prior-rows/{one.row['id']}/request")
    assert again.status == 200, again.body
    (queued,) = await listed(one, open=True)
    assert (await one.confirmation())["request_expired_at"] is None
    on(season, 27, 9)
    await run(season, JOB)
    assert await told(season) == [("reminded", 2)]
    assert (await answer(one, queued, {"result": "confirmed"})).status == 200
    for day in (28, 30):
        on(season, day)
        await run(season, JOB)
    assert (await told(season), await expired(season)) == ([("reminded", 2)], 1)


@pytest.mark.requirement("P6")
async def test_who_answered_in_time_hears_nothing(serve: Serve) -> None:
    """Nor does the candidate, of an end that is none."""
    one = await waiting(serve)
    (queued,) = await listed(one, open=True)
    assert (await answer(one, queued, {"result": "confirmed"})).status == 200
    for day in ((23, 12, 2026), (27, 12, 2026), (4, 1, 2027)):
        on(one.season, day[0], month=day[1], year=day[2])
        await run(one.season, JOB)
    assert (await told(one.season), await expired(one.season)) == ([], 0)


@pytest.mark.requirement("P6")
async def test_an_edit_and_a_withdrawal_end_the_pressing(serve: Serve) -> None:
    """While the candidate has it back nobody is pressed, and a row that was edited is not asked about any more."""
    one = await waiting(serve)
    season = one.season
    await one.reopen()
    on(season, 23)
    await run(season, JOB)
    await edit(one, "from")
    assert (await season.submit(one.draft)).status == 201
    for day in ((27, 12, 2026), (4, 1, 2027)):
        on(season, day[0], month=day[1], year=day[2])
        await run(season, JOB)
    assert (await told(season), await expired(season)) == ([], 0)
    shown = await one.confirmation()
    assert (shown["asked_at"], shown["request_ends_at"]) == (None, None)


@pytest.mark.requirement("P6", "P16")
async def test_once_reviews_are_over_nobody_is_pressed(serve: Serve) -> None:
    """Nobody could answer then."""
    one = await waiting(serve, days(17, 18, 20))
    for day in (7, 8, 10):
        on(one.season, day, month=1, year=2027)
        await run(one.season, JOB)
    assert (await told(one.season), await expired(one.season)) == ([], 0)


async def test_while_the_zone_has_switched_it_off_nobody_is_pressed(serve: Serve) -> None:
    """The unit could not answer; in the end its request is over all the same."""
    one = await waiting(serve)
    season = one.season
    off = await season.zone.put(f"/cycles/{season.cycle_id}/review-policy", {"prior_units_confirm": False})
    assert off.status == 200
    for day in ((23, 12, 2026), (27, 12, 2026), (4, 1, 2027)):
        on(season, day[0], month=day[1], year=day[2])
        await run(season, JOB)
    assert (await told(season), await expired(season)) == ([], 1)


async def test_after_a_rest_only_the_most_urgent_step_is_told(serve: Serve) -> None:
    """The scheduler was down over both steps: the exam body hears at once, and nobody the reminder after it."""
    one = await waiting(serve)
    on(one.season, 29)
    await run(one.season, JOB)
    await run(one.season, JOB)
    assert await told(one.season) == [("escalated", 9)]


async def test_a_request_of_the_release_before_gets_an_end(serve: Serve) -> None:
    """Until the upgrade it can be answered without one; then it ends a fortnight later, at midnight in Shanghai."""
    one, text = await waiting(serve), FILLS.read_text()
    fills = text[text.index("UPDATE") : text.index("CREATE INDEX")]
    season, database = one.season, one.season.service.database
    async with database.transaction() as tx:
        await tx.execute("UPDATE prior_confirmation SET request_id = NULL, request_ends_at = NULL")
    (queued,) = await listed(one, open=True)
    assert queued["request_ends_at"] is None
    on(season, 4, month=1, year=2027)
    await run(season, JOB)
    assert (await told(season), await expired(season)) == ([], 0)
    async with database.transaction() as tx:
        await tx.execute(fills)
        row = await tx.fetchrow("SELECT request_id, request_ends_at, now() AS at FROM prior_confirmation")
    assert row is not None
    ends_at = row["request_ends_at"].astimezone(SHANGHAI)
    assert row["request_id"] is not None
    assert (ends_at.time(), days_until(ends_at, row["at"])) == (time(), 14)
