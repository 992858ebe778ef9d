"""Bodies and answers about what exam sites set for an exam year."""

from datetime import datetime
from typing import Literal, Self
from uuid import UUID

from pydantic import AwareDatetime, Field

from services.declaration.domain.cycle import Cycle, CycleDates, SiteDates
from services.declaration.domain.site_cycle import SiteCycle, SiteRigour
from shared.web.schemas import Body, PageQuery, View


class SiteCycleBody(Body):
    """What the site sets. A date left out follows the zone's; `supervisor_category` says whether a supervisor of
    another category is refused or only warned of (P10), `second_reviewer` that a second person confirms approvals."""

    declaration_closes_at: AwareDatetime | None = None
    review_deadline: AwareDatetime | None = None
    filing_deadline: AwareDatetime | None = None
    supervisor_category: Literal["refuse", "warn"] = "refuse"
    second_reviewer: bool = False

    def dates(self) -> SiteDates:
        """The dates alone."""
        return SiteDates(self.declaration_closes_at, self.review_deadline, self.filing_deadline)

    def rigour(self) -> SiteRigour:
        """How strictly it is reviewed."""
        return SiteRigour(self.supervisor_category, self.second_reviewer)


class SitesQuery(PageQuery):
    """Filters of the list of sites: a part of the name or the beginning of the code; only those that set something."""

    q: str | None = Field(None, min_length=1, max_length=50)
    is_set: bool = False


class HeldDatesView(View):
    """The three deadlines that a site may set earlier, as they hold."""

    declaration_closes_at: datetime
    review_deadline: datetime
    filing_deadline: datetime

    @classmethod
    def of(cls, dates: CycleDates) -> Self:
        """From the dates that hold."""
        return cls(
            declaration_closes_at=dates.declaration_closes_at,
            review_deadline=dates.review_deadline,
            filing_deadline=dates.filing_deadline,
        )


class SiteCycleView(View):
    """One exam site: what it has set (null follows the zone), and what holds there. Version 0: nothing was ever set."""

    exam_body_id: UUID
    name: str
    version: int
    declaration_closes_at: datetime | None
    review_deadline: datetime | None
    filing_deadline: datetime | None
    supervisor_category: str
    second_reviewer: bool
    held: HeldDatesView

    @classmethod
    def of(cls, site: SiteCycle, cycle: Cycle) -> Self:
        """From the row and its cycle."""
        return cls(
            exam_body_id=site.exam_body_id,
            name=site.name,
            version=site.version,
            declaration_closes_at=site.dates.declaration_closes_at,
            review_deadline=site.dates.review_deadline,
            filing_deadline=site.dates.filing_deadline,
            supervisor_category=site.rigour.supervisor_category,
            second_reviewer=site.rigour.second_reviewer,
            held=HeldDatesView.of(site.dates.over(cycle.dates)),
        )


class OwnDatesView(View):
    """The dates that hold for the caller: a candidate's bound unit, a unit, an exam body."""

    cycle_id: UUID
    year: int
    state: str
    declaration_opens_at: datetime
    held: HeldDatesView
    completion_deadline: datetime
    set_by_site: bool

    @classmethod
    def of(cls, cycle: Cycle) -> Self:
        """From the cycle as it holds for a unit."""
        return cls(
            cycle_id=cycle.id,
            year=cycle.year,
            state=cycle.state.value,
            declaration_opens_at=cycle.dates.declaration_opens_at,
            held=HeldDatesView.of(cycle.held),
            completion_deadline=cycle.dates.completion_deadline,
            set_by_site=cycle.held != cycle.dates,
        )
