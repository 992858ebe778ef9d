"""Bodies and answers for reviewers of a unit."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field, JsonValue

from services.declaration.api.schemas.drafting import ConfirmationView, DocumentView, IdentityView, StepView
from services.declaration.domain.content import Content
from services.declaration.domain.review_reasons import CODE_LENGTH, POINTER, POINTER_LENGTH, TEXT_LENGTH, GivenReason
from services.declaration.use_cases.prior_rows.decide_row import Answer
from services.declaration.use_cases.reviewing.queue_filter import QueueWish
from shared.web.schemas import Body, PageQuery, View


class ReviewSearch(PageQuery):
    """Filters in a body: states separated by commas (waiting ones by default; `all` for every), text as receipt number,
    whole name or whole document number, neither of which may stand in an address. `waiting_days`: submitted longer ago
    than that; `first_approved` by others: waits for the caller's second look; `sort`: by the submission."""

    state: str = Field("submitted,under_review", max_length=200, pattern=r"^[a-z_,]+$")
    q: str | None = Field(None, min_length=2, max_length=40)
    cycle_id: UUID | None = None
    exam_category_code: str | None = Field(None, pattern=r"^\d{3}$")
    exam_level: Literal["licensed_physician", "assistant_physician"] | None = None
    origin: Literal["candidate_declaration", "institution_entry"] | None = None
    waiting_days: int | None = Field(None, ge=1, le=366)
    claimed: Literal["me", "others", "nobody"] | None = None
    first_approved: Literal["me", "others", "nobody"] | None = None
    resubmitted: bool | None = None
    prior_rows_open: bool | None = None
    sort: Literal["oldest", "newest"] = "oldest"

    def wish(self) -> QueueWish:
        """For the use case."""
        return QueueWish(**self.model_dump(exclude={"limit", "cursor"}))


class ReviewQuery(ReviewSearch):
    """The same in an address, where the text can only be a receipt number, such as D2027-000123."""

    q: str | None = Field(None, pattern=r"^[Dd]\d{4}-\d{1,10}$")


class QueueItemView(View):
    """One line of the queue, masked."""

    id: UUID
    number: str
    state: str
    state_zh: str
    version: int
    cycle_year: int
    exam_level: str
    exam_category_code: str
    route: str
    fresh_graduate: bool
    probation_months: int
    submission: int
    submitted_at: datetime
    claimed_by: UUID | None
    claimed_until: datetime | None
    decided_at: datetime | None
    first_approved_by: UUID | None
    name_masked: str
    document_type: str
    document_no_masked: str
    prior_rows_open: int


class QueueView(View):
    """A page of the queue, and how many declarations of the unit stand in each state; `second_looks` of those that
    wait were approved by one of two reviewers."""

    items: list[QueueItemView]
    next_cursor: str | None
    counts: dict[str, int]
    second_looks: int


Shown = str | int | bool | list[JsonValue] | dict[str, JsonValue] | None
"""A value of the content: a leaf, or a whole row that came or went."""


class ChangeView(View):
    """A field that differs from the submission before."""

    pointer: str
    before: Shown
    after: Shown


class ReviewStepView(StepView):
    """A step as reviewers see it: with the account of their own unit that took it, None for all others."""

    staff_id: UUID | None


class ReviewView(View):
    """A submission as handed in."""

    id: UUID
    number: str
    state: str
    state_zh: str
    version: int
    cycle_year: int
    exam_level: str
    exam_category_code: str
    route: str
    institution_name: str
    submission: int
    submitted_at: datetime
    claimed_by: UUID | None
    claimed_until: datetime | None
    first_approved_by: UUID | None
    first_approved_at: datetime | None
    identity: IdentityView
    content: Content
    probation_months: int
    probation_days: int
    allowed_by: list[str]
    warnings: list[str]
    documents: list[DocumentView]
    confirmations: list[ConfirmationView]
    changes: list[ChangeView]
    timeline: list[ReviewStepView]


class ReasonBody(Body):
    """One reason; `pointer` into the content (or `/documents/<kind>` for a missing file), or a file; neither for the
    whole. The catalogue says which is needed, and whether a text is."""

    pointer: str = Field("", max_length=POINTER_LENGTH, pattern=POINTER)
    code: str = Field(min_length=1, max_length=CODE_LENGTH)
    text: str = Field("", max_length=TEXT_LENGTH)
    document_id: UUID | None = None

    def given(self) -> GivenReason:
        """For the use case."""
        return GivenReason(self.pointer, self.code, self.text, self.document_id)


class ReasonsBody(Body):
    """Reasons for a return or rejection."""

    reasons: list[ReasonBody] = Field(min_length=1, max_length=20)


class ModificationBody(Body):
    """Why modification is allowed (A42)."""

    reason_code: str = Field(min_length=1, max_length=40)
    text: str = Field("", max_length=500)


class ConfirmationBody(Body):
    """What the unit says about an earlier row (4.5); refusing it returns the declaration."""

    result: Literal["confirmed", "refused", "evidence_required"]
    reason_code: str | None = Field(None, max_length=40)
    text: str = Field("", max_length=500)

    def answer(self) -> Answer:
        """For the use case."""
        return Answer(self.result, self.reason_code, self.text)


class DecisionView(View):
    """Where a declaration stands after a step of a reviewer; with a first approval while it waits for a second."""

    id: UUID
    number: str | None
    state: str
    state_zh: str
    version: int
    claimed_until: datetime | None
    first_approved_by: UUID | None
    first_approved_at: datetime | None
    decided_at: datetime | None
