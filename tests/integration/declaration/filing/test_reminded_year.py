"""A whole year of one fresh graduate by day, with two copies of the scheduler: every reminder in its order, once."""

from datetime import date, datetime, timedelta
from typing import Final

import pytest

from shared.clock import SHANGHAI
from shared.contracts.declaration import DraftReminded, ReviewEscalated, ReviewsWaiting
from shared.contracts.declaration_evaluation import EvaluationsWaiting, FullYearReminded
from shared.contracts.event import Event
from tests.integration.declaration.filing.year import Declared, Year, exam_year, probation
from tests.integration.declaration.season import together
from tests.integration.declaration.working import run
from tests.support.service_under_test import Serve

BEGINS: Final = datetime(2026, 12, 20, 9, tzinfo=SHANGHAI)
JOBS: Final = ("remind-drafts", "tell-waiting-reviews", "remind-full-years")
TOLD: Final = (DraftReminded, ReviewsWaiting, ReviewEscalated, EvaluationsWaiting, FullYearReminded)
MOVES: Final = {
    date(2026, 12, 20): "UPDATE declaration SET state = 'draft', submission = 0, number = NULL, submitted_at = NULL"
    " WHERE id = $1 AND $2::timestamptz IS NOT NULL",
    date(2026, 12, 29): "UPDATE declaration SET state = 'submitted', submission = 1, number = 'D2027-000001',"
    " submitted_at = $2 WHERE id = $1",
    date(2027, 1, 5): "UPDATE declaration SET state = 'approved', decided_at = $2 WHERE id = $1",
    date(2027, 1, 10): "UPDATE declaration SET state = 'filed', updated_at = $2 WHERE id = $1",
}
"""What the candidate, the unit and the exam body do, after the scheduler ran on that day but for the first."""
CERTIFIED: Final = date(2027, 1, 8)


async def moves(year: Year, one: Declared, day: date) -> None:
    """What happens to the declaration on a day."""
    if (move := MOVES.get(day)) is not None:
        async with year.service.database.transaction() as tx:
            await tx.execute(move, one.id, year.clock.now())
    if day == CERTIFIED:
        await year.evaluate(one, "provisional")


async def told(year: Year) -> list[tuple[str, str, object]]:
    """(day, event, step) of all that was told, in order."""
    events: list[Event] = [event for kind in TOLD for event in await year.service.published(kind)]
    events.sort(key=lambda event: (event.occurred_at, event.TYPE))
    return [
        (f"{event.occurred_at.astimezone(SHANGHAI):%m-%d}", event.TYPE.split(".")[1], getattr(event, "step", None))
        for event in events
    ]


@pytest.mark.requirement("P6", "P12", "A36")
async def test_a_year_of_reminders_comes_in_order_and_once(serve: Serve) -> None:
    """The draft a week, three days and one day before its window closes; the unit that does not answer, its exam body
    and the candidate; the full year sixty, thirty and seven days before 31 August; nothing else, nothing twice."""
    year = await exam_year(serve, BEGINS)
    one = await year.declare(content=probation(date(2026, 8, 1), None, fresh=True), undertaking=True)
    await moves(year, one, BEGINS.date())
    while (day := year.clock.now().date()) < date(2027, 9, 3):
        await together(*(run(year, job) for job in JOBS for _ in range(2)))
        if day != BEGINS.date():
            await moves(year, one, day)
        year.clock.advance(timedelta(days=1))
    assert await told(year) == [
        ("12-22", "draft_reminded", 7),
        ("12-26", "draft_reminded", 3),
        ("12-28", "draft_reminded", 1),
        ("01-01", "reviews_waiting", "reminded"),
        ("01-04", "reviews_waiting", "deadline"),
        ("01-05", "review_escalated", None),
        ("01-05", "reviews_waiting", "escalated"),
        ("07-02", "evaluations_waiting", "full_year"),
        ("07-02", "full_year_reminded", 60),
        ("08-01", "evaluations_waiting", "full_year"),
        ("08-01", "full_year_reminded", 30),
        ("08-24", "evaluations_waiting", "full_year"),
        ("08-24", "full_year_reminded", 7),
    ]
