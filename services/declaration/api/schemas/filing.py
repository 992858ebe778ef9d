"""Bodies and answers of the yearly filing."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from services.declaration.api.schemas.filing_scans import ScanView, SealCheckView
from services.declaration.domain.review_reasons import TEXT_LENGTH
from shared.web.schemas import Body, PageQuery, View

Kind = Literal["main", "supplementary", "cancellation"]
State = Literal["draft", "generated", "printed", "sealed_uploaded", "submitted", "accepted", "returned", "void"]
ReasonCode = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,39}$")]


class ListOpening(Body):
    """POST /qualified-lists."""

    cycle_id: UUID
    kind: Kind


class CancelledPerson(Body):
    """Whom a cancellation takes off, and why: `text` is what the person reads of it."""

    declaration_id: UUID
    reason_code: ReasonCode
    text: str = Field(min_length=1, max_length=TEXT_LENGTH)


class ListGeneration(Body):
    """Freezing a list: who answers for it (B16), whether the institution says that it has nobody, and for a
    cancellation whom it names; the other kinds are made by the system and name nobody."""

    responsible_person: str = Field(min_length=1, max_length=28)
    nil_return: bool = False
    cancelled: list[CancelledPerson] = Field([], max_length=2000)


class ReturnedReason(Body):
    """Why a list comes back; without `line` it concerns the whole list."""

    line: int | None = Field(None, ge=1)
    code: ReasonCode
    text: str = Field("", max_length=500)


class ListReturn(Body):
    """POST /filings/{list_id}/return."""

    reasons: list[ReturnedReason] = Field(min_length=1, max_length=500)


class LatePermission(Body):
    """POST /filings/{list_id}/late-permission."""

    reason_code: ReasonCode


class OwnListsQuery(PageQuery):
    """Filters of the institution's lists."""

    cycle_id: UUID | None = None
    state: State | None = None
    kind: Kind | None = None


class FilingsQuery(PageQuery):
    """Filters of the inbox. `preparing` shows lists that are frozen but not handed in; `q` is part of an institution's
    name or of a list number; `reopened`: with somebody on it who was reopened once."""

    cycle_id: UUID | None = None
    state: Literal["submitted", "accepted", "returned", "preparing"] = "submitted"
    kind: Kind | None = None
    late: bool | None = None
    reopened: bool | None = None
    q: str | None = Field(None, min_length=1, max_length=60)


class ListStepView(View):
    """A list after a step; `version` is what the next step must name."""

    id: UUID
    state: State
    version: int
    number: str | None
    kind: Kind
    edition: int
    exam_year: int
    lines: int
    download_path: str | None = None


class Progress(View):
    """Where the file is: `print` is the state of the print job."""

    print: Literal["queued", "leased", "done", "failed", "cancelled"] | None
    pdf_ready: bool
    pdf_sha256: str | None


class ListView(View):
    """A list as it stands. Times in Asia/Shanghai; `filing_deadline` is exclusive."""

    id: UUID
    number: str | None
    kind: Kind
    edition: int
    replaces_id: UUID | None
    state: State
    version: int
    cycle_id: UUID
    exam_year: int
    institution_id: UUID
    institution_name: str
    lines: int
    provisional: int
    content_hash: str | None
    progress: Progress
    filing_deadline: datetime
    late: bool
    late_permitted: bool
    reopened: int = Field(description="people on it whose declaration was reopened once")
    scan_sha256: str | None
    opened_at: datetime
    generated_at: datetime | None
    printed_at: datetime | None
    scan_uploaded_at: datetime | None
    submitted_at: datetime | None
    decided_at: datetime | None


class LineView(View):
    """One person, masked. `declaration_state` is today's: a line that is not approved any more blocks the list.
    `reason_code` is why a cancellation names the person."""

    line: int
    declaration_id: UUID
    declaration_number: str
    name_masked: str
    document_no_masked: str
    exam_level: str
    exam_category_code: str
    provisional: bool
    months_counted: int
    certificate_no: str | None
    declaration_state: str
    reopened: bool
    reason_code: str | None


class ReturnReasonView(View):
    """Why it came back."""

    line: int | None
    code: str
    text: str


class ListDetailView(ListView):
    """A list with its people, its sealed paper and, when it came back, the reasons."""

    people: list[LineView]
    return_reasons: list[ReturnReasonView]
    scan: ScanView
    seal_checks: list[SealCheckView]


class StateCountView(View):
    """Lists and people in one state."""

    state: State
    lists: int
    people: int


class FilingPage(View):
    """One page of the inbox, and how much lies in every state."""

    items: list[ListView]
    next_cursor: str | None
    counts: list[StateCountView]


class VerificationQuery(Body):
    """`check` is the piece of the hash that stands in the QR code; with `page` it is that page's own."""

    page: int | None = Field(None, ge=1, le=9999)
    check: str | None = Field(None, pattern=r"^[0-9a-f]{8,64}$")


class VerificationView(View):
    """What anybody may know of a list he holds in his hands; `authentic` compares the printed hash (B10)."""

    number: str
    kind: Kind
    edition: int
    exam_year: int
    institution_name: str
    state: State
    lines: int
    generated_at: datetime
    content_hash: str
    authentic: bool | None
    pages: int | None


DifferenceKind = Literal["not_listed", "not_filed", "filed_without_line", "line_not_approved", "other_institution"]


class DifferencesQuery(PageQuery):
    """Filters; `q` is a receipt number, a list number, or part of an institution's name."""

    kind: DifferenceKind | None = None
    exam_year: int | None = Field(None, ge=2020, le=2059)
    institution_id: UUID | None = None
    q: str | None = Field(None, min_length=1, max_length=60)


class DifferenceView(View):
    """One disagreement. `not_listed`: approved and qualified, filing closed, on no list. `not_filed`: on an accepted
    list and not filed. `filed_without_line`: filed, on no accepted list. `line_not_approved`: on a list handed in, and
    not approved. `other_institution`: on the list of an institution that is not the declaration's."""

    kind: DifferenceKind
    number: str
    declaration_id: UUID
    declaration_state: str
    cycle_year: int
    institution_id: UUID
    institution_name: str
    list_id: UUID | None
    list_number: str | None
    first_seen_at: datetime
