"""Bodies and answers for candidates."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from services.declaration.domain.content import Content
from shared.web.schemas import Body, PageQuery, View


class WishBody(Body):
    """Level, category and route (A23)."""

    exam_level: Literal["licensed_physician", "assistant_physician"]
    exam_category_code: str = Field(pattern=r"^\d{3}$")
    route: Literal["prescribed_education", "apprenticeship_or_expertise"] = "prescribed_education"


class StartBody(WishBody):
    """A new declaration in an open exam year."""

    cycle_id: UUID


class SubmissionBody(Body):
    """The notice that was read and accepted (A26)."""

    notice_version: int = Field(ge=1)
    accepted: bool


class FileQuery(Body):
    """What an uploaded file is; `period_id` for kinds that belong to one earlier row."""

    kind: str = Field(min_length=1, max_length=40)
    file_name: str | None = Field(None, max_length=255)
    period_id: UUID | None = None


class RosterQuery(PageQuery):
    """Whose roster; the bound unit's by default."""

    institution_id: UUID | None = None


class MissingView(View):
    """What has to be done before declaring."""

    code: str
    detail: str


class BindingView(View):
    """The open binding as declaration knows it."""

    institution_id: UUID
    institution_name: str
    state: str
    bound_at: datetime | None


class ProfileView(View):
    """What this service knows of the caller, masked (A24, A28)."""

    verified: bool
    name_masked: str | None = None
    document_type: str | None = None
    document_no_masked: str | None = None
    verified_at: datetime | None = None
    binding: BindingView | None = None
    missing: list[MissingView]


class WaitingView(View):
    """For whom a submission waits, and since when (A43)."""

    institution_name: str
    since: datetime


class DeclarationView(View):
    """A declaration. While it is editable, the unit is the bound one (A25)."""

    id: UUID
    number: str | None
    state: str
    state_zh: str
    version: int
    cycle_id: UUID
    cycle_year: int
    exam_level: str
    exam_category_code: str
    route: str
    institution_id: UUID
    institution_name: str
    submission: int
    fresh_graduate: bool
    probation_months: int | None
    created_at: datetime
    updated_at: datetime
    submitted_at: datetime | None
    decided_at: datetime | None
    waiting_for: WaitingView | None
    actions: list[str]


class DeclarationsView(View):
    """All declarations of a candidate, newest year first."""

    items: list[DeclarationView]


class ProblemView(View):
    """One thing that is missing or wrong; `code` is a rule id or a field code."""

    pointer: str
    code: str
    detail: str


class SectionView(View):
    """One section of the form and what it lacks. What stands beside the form, `choice` and `reasons`, is there while
    something is missing in it."""

    section: str
    complete: bool
    problems: list[ProblemView]


class DocumentView(View):
    """A file of the declaration; `size` in bytes, `sha256` of what is stored (of several pages: of their hashes in
    order), `original_sha256` of what was sent."""

    id: UUID
    kind: str
    period_id: UUID | None
    file_name: str
    content_type: str
    size: int
    sha256: str
    original_sha256: str | None
    page_count: int
    uploaded_at: datetime


class AttachedView(View):
    """A stored file, and the version of the declaration it gave."""

    document: DocumentView
    version: int


class ConfirmationView(View):
    """What was said about an earlier row (4.5). `voided_at`: when an edit took `voided_state` away; it
    has to be decided again. `asked_at`: when the earlier unit was asked to confirm it, which it may do
    before `request_ends_at`; `request_expired_at`: it did not, and nobody waits for it any more."""

    period_id: UUID
    state: str
    reason_code: str | None
    text: str
    decided_at: datetime | None
    asked_at: datetime | None
    request_ends_at: datetime | None
    request_expired_at: datetime | None
    voided_at: datetime | None
    voided_state: str | None


class DetailView(View):
    """A declaration with everything in it; `sections` is null while it can not be judged (see the profile)."""

    declaration: DeclarationView
    content: Content
    documents: list[DocumentView]
    confirmations: list[ConfirmationView]
    sections: list[SectionView] | None
    version: int


class IntervalView(View):
    """A merged interval of probation, first and last day counted."""

    first_day: date
    last_day: date


class CountView(View):
    """Probation time counted until a cut-off (R07, R08, R09)."""

    until: date
    days: int
    months: int
    full_year: bool
    intervals: list[IntervalView]


class IdentityView(View):
    """The verified identity as it will be handed in (A28)."""

    name: str
    document_type: str
    document_no_masked: str
    sex: str
    birth_date: str
    ethnicity_code: str | None


class PreviewView(View):
    """The confirm page (A36): nothing is submitted by it."""

    version: int
    ready: bool
    exam_level: str
    exam_category_code: str
    route: str
    institution_name: str
    identity: IdentityView
    content: Content
    at_registration: CountView
    by_completion: CountView
    allowed_by: list[str]
    problems: list[ProblemView]
    warnings: list[ProblemView]
    notice_version: int | None


class ReceiptView(View):
    """Proof of a submission (A37)."""

    id: UUID
    number: str
    submission: int
    submitted_at: datetime
    state: str
    version: int


class GivenReasonView(View):
    """A reason the unit gave, about a field, a file or the whole."""

    pointer: str
    code: str
    text: str
    document_id: UUID | None


class StepView(View):
    """One step of the timeline (A39)."""

    at: datetime
    action: str
    role: str
    from_state: str | None
    to_state: str
    to_state_zh: str
    reason_codes: list[str]
    reasons: list[GivenReasonView]


class TimelineView(View):
    """All steps in order, and for whom it waits now (A39, A43)."""

    state: str
    state_zh: str
    waiting_for: WaitingView | None
    items: list[StepView]


class SavedView(View):
    """The version after a save."""

    id: UUID
    version: int


class SupervisorView(View):
    """A physician on a roster; the name is masked for other units than the bound one."""

    supervisor_id: UUID
    name: str
    certificate_no_masked: str
    category_code: str
    multi_site: bool
