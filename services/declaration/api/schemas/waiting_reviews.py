"""Bodies and answers about reviews that wait too long."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from services.declaration.domain.waiting_reviews import ReviewPace, ReviewPolicy
from shared.web.schemas import Body, PageQuery, View


class ReviewPolicyBody(Body):
    """What the zone sets for an exam year; days left out follow the settings of the service.
    `second_reviewer`: in every unit an approval is confirmed by a second person."""

    remind_after_days: int | None = Field(None, ge=1, le=60)
    escalate_after_days: int | None = Field(None, ge=2, le=90)
    warn_before_days: int | None = Field(None, ge=1, le=30)
    prior_units_confirm: bool = False
    second_reviewer: bool = False

    def policy(self) -> ReviewPolicy:
        """For the use case."""
        return ReviewPolicy(**self.model_dump())


class ReviewPolicyView(View):
    """What holds in an exam year."""

    remind_after_days: int
    escalate_after_days: int
    warn_before_days: int
    prior_units_confirm: bool
    second_reviewer: bool

    @classmethod
    def of(cls, policy: ReviewPolicy, default: ReviewPace) -> "ReviewPolicyView":
        """With the settings where nothing was set."""
        pace = policy.pace(default)
        return cls(
            remind_after_days=pace.remind_after_days,
            escalate_after_days=pace.escalate_after_days,
            warn_before_days=pace.warn_before_days,
            prior_units_confirm=policy.prior_units_confirm,
            second_reviewer=policy.second_reviewer,
        )


class EscalatedQuery(PageQuery):
    """Filters; `q` is a part of an institution's name or a receipt number."""

    cycle_id: UUID | None = None
    institution_id: UUID | None = None
    state: Literal["submitted", "under_review"] | None = None
    q: str | None = Field(None, min_length=2, max_length=40)


class EscalatedReviewView(View):
    """A review that waits and that the exam body was told of, the person masked."""

    id: UUID
    number: str
    state: str
    state_zh: str
    cycle_year: int
    exam_level: str
    exam_category_code: str
    institution_id: UUID
    institution_name: str
    name_masked: str
    submission: int
    submitted_at: datetime
    claimed_until: datetime | None
    told_at: datetime
    waiting_days: int
