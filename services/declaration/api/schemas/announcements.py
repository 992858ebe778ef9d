"""Answers about changes of dates on their way to those whom they concern."""

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import Field

from services.declaration.domain.announcement import Announcement
from services.declaration.domain.cycle import CycleDates
from shared.web.schemas import PageQuery, View


class AnnouncementsQuery(PageQuery):
    """Filter: only those that are still being told."""

    running: bool = False


class MomentsView(View):
    """The dates of an exam year."""

    declaration_opens_at: datetime
    declaration_closes_at: datetime
    review_deadline: datetime
    filing_deadline: datetime
    completion_deadline: datetime
    registration_opens_at: datetime | None
    registration_closes_at: datetime | None

    @classmethod
    def of(cls, dates: CycleDates) -> Self:
        """From the entity."""
        return cls.model_validate(dates, from_attributes=True)


class AnnouncementView(View):
    """A change of dates, by the zone or (`exam_body_id`) by a site, and how many have been told."""

    id: UUID
    cycle_id: UUID
    exam_body_id: UUID | None
    version: int
    before: MomentsView
    after: MomentsView
    made_at: datetime
    stage: str = Field(description="candidates, units, bodies, finished")
    total: int | None = Field(description="people, units and exam bodies concerned; null until they are counted")
    done: int = Field(description="of these looked at")
    told: int = Field(description="of these told: for the others their site's own dates leave everything as it was")
    finished_at: datetime | None

    @classmethod
    def of(cls, one: Announcement) -> Self:
        """From the row."""
        return cls(
            id=one.id,
            cycle_id=one.cycle_id,
            exam_body_id=one.exam_body_id,
            version=one.version,
            before=MomentsView.of(one.before),
            after=MomentsView.of(one.after),
            made_at=one.made_at,
            stage=one.stage.value,
            total=one.total,
            done=one.done,
            told=one.told,
            finished_at=one.finished_at,
        )
