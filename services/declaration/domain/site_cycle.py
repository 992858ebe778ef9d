"""What an exam site may set for an exam year, and what not (4.9, P10)."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Literal
from uuid import UUID

from services.declaration.domain.cycle import CycleDates, SiteDates, shown
from services.declaration.domain.site_cycle_errors import SiteDatesRefused
from shared.errors import FieldProblem

SupervisorCategory = Literal["refuse", "warn"]
"""What happens at this site when a supervisor's category does not go with the declared one."""


@dataclass(frozen=True, slots=True)
class SiteRigour:
    """How strictly units of a site review: what becomes of a supervisor of another category (P10), and whether a
    second person confirms each approval."""

    supervisor_category: SupervisorCategory = "refuse"
    second_reviewer: bool = False


@dataclass(frozen=True, slots=True)
class SiteCycle:
    """What one site has set; version 0 as long as it has set nothing."""

    exam_body_id: UUID
    name: str
    version: int
    dates: SiteDates
    rigour: SiteRigour


def check_site_dates(wanted: SiteDates, before: SiteDates, zone: CycleDates, now: datetime) -> None:
    """Raises SiteDatesRefused with every wrong field: later than the zone's date, newly set to what is over already,
    or out of order."""
    if problems := list(_problems(wanted, before, zone, now)):
        raise SiteDatesRefused(problems=problems)


def _problems(wanted: SiteDates, before: SiteDates, zone: CycleDates, now: datetime) -> Iterator[FieldProblem]:
    earlier = zone.declaration_opens_at
    for name in (field.name for field in fields(SiteDates)):
        moment: datetime | None = getattr(wanted, name)
        limit: datetime = getattr(zone, name)
        if moment is None:
            continue
        pointer = f"/{name}"
        if moment > limit:
            zh, en = f"不能晚于考区的时间（{shown(limit)}）。", f"Not later than the zone's date ({shown(limit)})."
            yield FieldProblem(pointer, "later_than_zone", zh, en)
        if moment <= now and moment != getattr(before, name):
            yield FieldProblem(pointer, "date_over", "不能设为已经过去的时间。", "This moment is over already.")
        if moment < earlier or moment == zone.declaration_opens_at:
            yield FieldProblem(pointer, "date_order", "须晚于前一个时间点。", "It has to follow the date before it.")
        earlier = moment
