"""The probation drawn as a line (P8)."""

from datetime import date
from typing import Self
from uuid import UUID

from pydantic import Field

from services.declaration.domain.period_timeline import PeriodTimeline, Reached, Segment
from shared.web.schemas import View


class SegmentView(View):
    """A stretch of days of one kind; first and last day counted. A gap belongs to no row."""

    kind: str = Field(description="work, overlap, interruption, gap")
    first_day: date
    last_day: date
    days: int
    period_ids: list[UUID]

    @classmethod
    def of(cls, one: Segment) -> Self:
        """From the domain."""
        return cls(
            kind=one.kind.value,
            first_day=one.first_day,
            last_day=one.last_day,
            days=one.days,
            period_ids=list(one.period_ids),
        )


class ReachedView(View):
    """What counts until a day, and how many more days of work would then make a full year."""

    until: date
    days: int
    months: int
    full_year: bool
    missing_days: int

    @classmethod
    def of(cls, one: Reached) -> Self:
        """From the domain."""
        count = one.count
        return cls(
            until=one.until,
            days=count.days,
            months=count.months,
            full_year=count.full_year,
            missing_days=one.missing_days,
        )


class PeriodTimelineView(View):
    """Segments until today; what counts so far, at registration and at the completion deadline; the day on which the
    year is full if the current row goes on; and how long a leave may last without being subtracted, in days."""

    segments: list[SegmentView]
    so_far: ReachedView
    at_registration: ReachedView
    by_completion: ReachedView
    full_on: date | None
    leave_days: int

    @classmethod
    def of(cls, line: PeriodTimeline) -> Self:
        """From the domain."""
        return cls(
            segments=[SegmentView.of(one) for one in line.segments],
            so_far=ReachedView.of(line.so_far),
            at_registration=ReachedView.of(line.at_registration),
            by_completion=ReachedView.of(line.by_completion),
            full_on=line.full_on,
            leave_days=line.leave_days,
        )
