"""Answers about changes of dates on their way to those whom they concern."""

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import Field

from services.declaration.domain.announcement import Announcement, AnnouncementState, Stage
from shared.web.schemas import Body, PageQuery, View


class AnnouncementsQuery(PageQuery):
    """Filters: of an exam year, and in a state."""

    year: int | None = Field(None, ge=2000, le=2100)
    state: AnnouncementState | None = None


class AnnouncementCancellation(Body):
    """POST /announcements/{announcement_id}/cancellation: why the rest is not told."""

    reason: str = Field(min_length=2, max_length=200)


class MomentsView(View):
    """The dates of an exam year."""

    declaration_opens_at: datetime
    declaration_closes_at: datetime
    review_deadline: datetime
    filing_deadline: datetime
    completion_deadline: datetime
    registration_opens_at: datetime | None
    registration_closes_at: datetime | None


class AnnouncementView(View):
    """A change of dates, by the zone or (`exam_body_id`) by a site, and how many have been told."""

    id: UUID
    version: int
    cycle_id: UUID
    cycle_year: int
    exam_body_id: UUID | None
    dates_version: int = Field(description="of the exam year, or of what the site has set")
    before: MomentsView
    after: MomentsView
    made_at: datetime
    state: AnnouncementState
    stage: Stage | None = Field(description="who is told now; null unless running or paused")
    total: int | None = Field(
        description="people, units and exam bodies concerned, counted one by one when the telling begins; null before"
    )
    done: int = Field(description="of these looked at; who joined or left meanwhile makes it differ from the total")
    told: int = Field(description="of these told: for the others nothing changed against what they last knew")
    started_at: datetime | None
    finished_at: datetime | None
    superseded_by: UUID | None = Field(description="the newer change that tells those who had not been told")
    reason: str | None = Field(description="why it was cancelled")

    @classmethod
    def of(cls, one: Announcement) -> Self:
        """From the row."""
        return cls.model_validate(one, from_attributes=True)
