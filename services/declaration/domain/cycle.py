"""State machine 4.9 of an exam year, its default calendar (section 7), and the windows that its dates open.

Deadlines are exclusive: the end of 31 August is stored as 1 September 00:00 in Asia/Shanghai."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Final

from services.declaration.domain.cycle_errors import (
    CycleDatesDisordered,
    CycleFinished,
    CycleNotPlanned,
    DeclarationWindowClosed,
    ReviewDeadlinePassed,
)
from shared.clock import SHANGHAI
from shared.ids import CycleId


class CycleState(StrEnum):
    """Where an exam year stands."""

    PLANNED = "planned"
    DECLARATION_OPEN = "declaration_open"
    DECLARATION_CLOSED = "declaration_closed"
    REVIEW_CLOSED = "review_closed"
    FILING_CLOSED = "filing_closed"
    NATIONAL_REGISTRATION_OPEN = "national_registration_open"
    PROVISIONAL_COMPLETION = "provisional_completion"
    CLOSED = "closed"
    ARCHIVED = "archived"


FINISHED: Final = frozenset({CycleState.CLOSED, CycleState.ARCHIVED})


@dataclass(frozen=True, slots=True)
class CycleDates:
    """The five moments of a cycle, in order; each but the first is the exclusive end of something."""

    declaration_opens_at: datetime
    declaration_closes_at: datetime
    review_deadline: datetime
    filing_deadline: datetime
    completion_deadline: datetime

    def check(self) -> None:
        """Raises CycleDatesDisordered unless the moments follow one another."""
        ordered = (
            self.declaration_opens_at
            < self.declaration_closes_at
            <= self.review_deadline
            <= self.filing_deadline
            < self.completion_deadline
        )
        if not ordered:
            raise CycleDatesDisordered


@dataclass(frozen=True, slots=True)
class Cycle:
    """One exam year as stored; `catalogue_version` pins categories, rules and reasons."""

    id: CycleId
    year: int
    state: CycleState
    version: int
    catalogue_version: int
    dates: CycleDates

    @property
    def registration_day(self) -> date:
        """Until then ordinary candidates' months are counted: lists are filed before registration opens (B13)."""
        return last_day_before(self.dates.filing_deadline)

    @property
    def completion_day(self) -> date:
        """31 August of the exam year by default: the cut-off for fresh graduates and practising years (R08, R27)."""
        return last_day_before(self.dates.completion_deadline)


# The same few deadlines are asked for with every submission.
@lru_cache(maxsize=1024)
def last_day_before(moment: datetime) -> date:
    """The last day in Shanghai that lies before an exclusive deadline."""
    return (moment.astimezone(SHANGHAI) - timedelta(microseconds=1)).date()


def template_dates(year: int) -> CycleDates:
    """The default calendar: mid-December for two weeks, one more week for review, filing before mid-January."""

    def at(that_year: int, month: int, day: int) -> datetime:
        return datetime(that_year, month, day, tzinfo=SHANGHAI)

    return CycleDates(
        declaration_opens_at=at(year - 1, 12, 15),
        declaration_closes_at=at(year - 1, 12, 30),
        review_deadline=at(year, 1, 6),
        filing_deadline=at(year, 1, 12),
        completion_deadline=at(year, 9, 1),
    )


def require_submission_window(cycle: Cycle, *, first: bool, now: datetime) -> None:
    """First submissions inside the declaration window, later ones until the review deadline (4.4).

    Raises DeclarationWindowClosed, ReviewDeadlinePassed.
    """
    dates = cycle.dates
    if not first:
        require_review_window(cycle, now)
        return
    planned = cycle.state is CycleState.PLANNED or cycle.state in FINISHED
    if planned or not dates.declaration_opens_at <= now < dates.declaration_closes_at:
        raise DeclarationWindowClosed(
            opens=_shown(dates.declaration_opens_at), closes=_shown(dates.declaration_closes_at)
        )


def require_review_window(cycle: Cycle, now: datetime) -> None:
    """Raises ReviewDeadlinePassed once the review deadline of the cycle is over, or the cycle is finished."""
    if cycle.state in FINISHED or now >= cycle.dates.review_deadline:
        raise ReviewDeadlinePassed(deadline=_shown(cycle.dates.review_deadline))


def opened(cycle: Cycle, now: datetime) -> CycleDates:
    """The dates of a cycle that the zone opens by hand: opening early moves the first one. Raises CycleNotPlanned."""
    if cycle.state is not CycleState.PLANNED:
        raise CycleNotPlanned
    dates = cycle.dates
    if now >= dates.declaration_opens_at:
        return dates
    return CycleDates(
        now, dates.declaration_closes_at, dates.review_deadline, dates.filing_deadline, dates.completion_deadline
    )


def require_changeable(cycle: Cycle) -> None:
    """Raises CycleFinished: the dates of a closed year are history."""
    if cycle.state in FINISHED:
        raise CycleFinished


def state_by_date(state: CycleState, dates: CycleDates, now: datetime) -> CycleState:
    """Where an opened cycle stands by its dates; planned and archived ones move by hand only."""
    if state in (CycleState.PLANNED, CycleState.ARCHIVED):
        return state
    if now >= dates.completion_deadline:
        return CycleState.CLOSED
    if now >= dates.filing_deadline:
        kept = (CycleState.NATIONAL_REGISTRATION_OPEN, CycleState.PROVISIONAL_COMPLETION)
        return state if state in kept else CycleState.FILING_CLOSED
    if now >= dates.review_deadline:
        return CycleState.REVIEW_CLOSED
    if now >= dates.declaration_closes_at:
        return CycleState.DECLARATION_CLOSED
    return CycleState.DECLARATION_OPEN


def _shown(moment: datetime) -> str:
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
