"""State machine 4.9 of an exam year, its default calendar (section 7), and the windows that its dates open.

Deadlines are exclusive: the end of 31 August is stored as 1 September 00:00 in Asia/Shanghai."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Final

from services.declaration.domain.cycle_errors import (
    CycleDatesDisordered,
    CycleFinished,
    CycleNotClosed,
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
    """The moments of a cycle, in order; each deadline is the exclusive end of something. National registration lies
    between filing and completion, where the zone knows it."""

    declaration_opens_at: datetime
    declaration_closes_at: datetime
    review_deadline: datetime
    filing_deadline: datetime
    completion_deadline: datetime
    registration_opens_at: datetime | None = None
    registration_closes_at: datetime | None = None

    def check(self) -> None:
        """Raises CycleDatesDisordered unless the moments follow one another."""
        ordered = (
            self.declaration_opens_at
            < self.declaration_closes_at
            <= self.review_deadline
            <= self.filing_deadline
            < self.completion_deadline
        )
        if not ordered or not self._registration_fits():
            raise CycleDatesDisordered

    def _registration_fits(self) -> bool:
        opens, closes = self.registration_opens_at, self.registration_closes_at
        if opens is None or closes is None:
            return opens is closes
        return self.filing_deadline <= opens < closes <= self.completion_deadline


@dataclass(frozen=True, slots=True)
class SiteDates:
    """What an exam site sets for its units, each only earlier than the zone's date; None follows the zone (4.9)."""

    declaration_closes_at: datetime | None = None
    review_deadline: datetime | None = None
    filing_deadline: datetime | None = None

    def over(self, zone: CycleDates) -> CycleDates:
        """The dates that hold. A later step never ends before an earlier one: whatever both sides move afterwards,
        an early review deadline also ends the declarations before it."""
        filing = _earliest(zone.filing_deadline, self.filing_deadline)
        review = _earliest(zone.review_deadline, self.review_deadline, filing)
        closes = _earliest(zone.declaration_closes_at, self.declaration_closes_at, review)
        return replace(zone, declaration_closes_at=closes, review_deadline=review, filing_deadline=filing)


def _earliest(first: datetime, *others: datetime | None) -> datetime:
    return min([first, *(one for one in others if one is not None)])


@dataclass(frozen=True, slots=True)
class Cycle:
    """One exam year as stored; `catalogue_version` pins categories, rules and reasons, `dates` are the zone's.
    `site` is what the exam site of the unit in question adds, nothing where no unit is in question."""

    id: CycleId
    year: int
    state: CycleState
    version: int
    catalogue_version: int
    dates: CycleDates
    leave_days: int = 30
    """A leave longer than this many days does not count as probation."""
    site: SiteDates = field(default_factory=SiteDates)
    warns_of_supervisors: bool = False
    """Whether the site only warns of a supervisor of another category instead of refusing (P10)."""

    @property
    def held(self) -> CycleDates:
        """The dates that hold for the unit in question."""
        return self.site.over(self.dates)

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
        registration_opens_at=at(year, 1, 12) + timedelta(hours=10),
        registration_closes_at=at(year, 1, 26),
    )


def is_over(cycle: Cycle, *, first: bool, now: datetime) -> bool:
    """Whether nothing can be handed in any more: for the first time, or again (4.4)."""
    dates = cycle.held
    return cycle.state in FINISHED or now >= (dates.declaration_closes_at if first else dates.review_deadline)


def require_submission_window(cycle: Cycle, *, first: bool, now: datetime) -> None:
    """First submissions inside the declaration window, later ones until the review deadline (4.4).

    Raises DeclarationWindowClosed, ReviewDeadlinePassed.
    """
    dates = cycle.held
    if not first:
        require_review_window(cycle, now)
        return
    begun = cycle.state is not CycleState.PLANNED and dates.declaration_opens_at <= now
    if not begun or is_over(cycle, first=True, now=now):
        raise DeclarationWindowClosed(
            opens=shown(dates.declaration_opens_at), closes=shown(dates.declaration_closes_at)
        )


def require_review_window(cycle: Cycle, now: datetime) -> None:
    """Raises ReviewDeadlinePassed once the review deadline of the cycle is over, or the cycle is finished."""
    if is_over(cycle, first=False, now=now):
        raise ReviewDeadlinePassed(deadline=shown(cycle.held.review_deadline))


def opened(cycle: Cycle, now: datetime) -> CycleDates:
    """The dates of a cycle that the zone opens by hand: opening early moves the first one. Raises CycleNotPlanned."""
    if cycle.state is not CycleState.PLANNED:
        raise CycleNotPlanned
    dates = cycle.dates
    if now >= dates.declaration_opens_at:
        return dates
    return replace(dates, declaration_opens_at=now)


def require_changeable(cycle: Cycle) -> None:
    """Raises CycleFinished: the dates of a closed year are history."""
    if cycle.state in FINISHED:
        raise CycleFinished


def archived(cycle: Cycle) -> CycleState:
    """The state of a closed cycle that the zone puts away. Raises CycleNotClosed."""
    if cycle.state is not CycleState.CLOSED:
        raise CycleNotClosed
    return CycleState.ARCHIVED


_BY_HAND: Final = (CycleState.NATIONAL_REGISTRATION_OPEN, CycleState.PROVISIONAL_COMPLETION)


def state_by_date(state: CycleState, dates: CycleDates, now: datetime) -> CycleState:
    """Where an opened cycle stands by its dates; planned and archived ones move by hand only. Without dates of national
    registration, its states stay as they are until the year closes."""
    if state in (CycleState.PLANNED, CycleState.ARCHIVED):
        return state
    begun = (
        (dates.completion_deadline, CycleState.CLOSED),
        (dates.registration_closes_at, CycleState.PROVISIONAL_COMPLETION),
        (dates.registration_opens_at, CycleState.NATIONAL_REGISTRATION_OPEN),
        (dates.filing_deadline, CycleState.FILING_CLOSED),
        (dates.review_deadline, CycleState.REVIEW_CLOSED),
        (dates.declaration_closes_at, CycleState.DECLARATION_CLOSED),
    )
    found = next((after for moment, after in begun if moment is not None and now >= moment), None)
    if found is CycleState.FILING_CLOSED and dates.registration_opens_at is None and state in _BY_HAND:
        return state
    return found or CycleState.DECLARATION_OPEN


def steps_between(before: CycleState, after: CycleState) -> list[CycleState]:
    """Every state on the way from `before` to a later `after`, so that none is passed over unrecorded (4.9)."""
    line = list(CycleState)
    return line[line.index(before) + 1 : line.index(after) + 1] or [after]


def shown(moment: datetime) -> str:
    """As people read it, in Shanghai."""
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
