"""Bodies and answers of manual review."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from services.identity.api.verification_schemas import DocumentNumberText, NameText
from services.identity.domain.documents import DocumentType, Side
from services.identity.domain.verification import State
from shared.web.schemas import Body, PageQuery, View

Need = Literal["valid_to", "country"]
ReasonCode = Annotated[str, StringConstraints(pattern=r"^[a-z_]{3,40}$")]


class DocumentTypeView(View):
    """One type of this year's form; `guidance` is set where this platform is not the way (A17). `needs` names what is
    claimed besides name and number."""

    document_type: DocumentType
    name: str
    automatic: bool
    sides: list[str]
    needs: list[Need]
    guidance: str | None


class DocumentTypesView(View):
    """All types that may be chosen for an exam year (A14)."""

    exam_year: int
    items: list[DocumentTypeView]


class ReasonChoiceView(View):
    """A reason of the catalogue, in the language of the caller."""

    code: str
    message: str
    field: str | None


class ReasonsView(View):
    """Reasons that the caller may give."""

    items: list[ReasonChoiceView]


class ReviewQuery(PageQuery):
    """Filters of the queue. `state`: waiting requests, or decided ones; `held`: free, mine or others'; `min_age_hours`:
    those that have waited at least that long."""

    state: Literal["pending_manual", "rejected", "verified", "all"] = "pending_manual"
    document_type: DocumentType | None = None
    held: Literal["free", "mine", "others"] | None = None
    min_age_hours: int | None = Field(None, ge=0, le=24 * 365)


class ReviewSearch(ReviewQuery):
    """The same in a body, with a whole name or a whole number, neither of which may stand in an address."""

    name: NameText | None = None
    document_no: DocumentNumberText | None = None


class ReviewItemView(View):
    """A request in the list: masked. `change`: a verified person asks for another document."""

    person_id: UUID
    state: State
    since: datetime
    version: int
    change: bool
    document_type: DocumentType
    name_masked: str
    document_no_masked: str
    claimed_by: UUID | None
    claimed_until: datetime | None
    reason_code: str | None


class ReviewCountsView(View):
    """The whole queue in figures."""

    free: int
    claimed: int
    changes: int
    oldest_since: datetime | None


class ReviewQueueView(View):
    """A page of the queue and its figures."""

    items: list[ReviewItemView]
    next_cursor: str | None
    counts: ReviewCountsView


class PhotoLinkView(View):
    """Where a photo can be seen, by whom it was made for, until it ends. Every look is recorded (V33)."""

    side: Side
    href: str
    valid_until: datetime


class AlikeView(View):
    """Somebody who may be the same human being: masked, with what agrees."""

    person_id: UUID
    state: str
    version: int
    since: datetime
    document_type: str | None
    name_masked: str | None
    document_no_masked: str | None
    document_state: str | None
    agrees_in: list[Literal["name", "birth_date", "phone", "document_no"]]


class ReviewView(View):
    """A request opened by its reviewer: the claim in clear, to compare with the photos; the look is recorded."""

    person_id: UUID
    since: datetime
    version: int
    change: bool
    document_type: DocumentType
    name: str
    document_no: str
    country: str | None
    valid_to: date | None
    held_by_another: bool
    revoked_before: bool
    possible_duplicates: list[AlikeView]
    photos: list[PhotoLinkView]
    claimed_until: datetime | None


class ClaimedView(View):
    """Until when the request is the caller's."""

    person_id: UUID
    claimed_until: datetime


class ApprovalBody(Body):
    """What the reviewer reads from the document; needed where the number does not say it. `duplicates_compared`: people
    with this name and birth date were looked at and are others."""

    sex: Literal["1", "2"] | None = None
    birth_date: date | None = None
    ethnicity_code: Annotated[str, StringConstraints(pattern=r"^[0-9]{2}$")] | None = None
    valid_to: date | None = None
    duplicates_compared: bool = False


class RejectionBody(Body):
    """A reason the person can act on, of the catalogue."""

    reason_code: ReasonCode


class DecisionView(View):
    """The state after the decision."""

    person_id: UUID
    state: State
    version: int


class ImageLinkQuery(Body):
    """The end and the seal of a link, as it was given."""

    until: int = Field(ge=0, le=2**53)
    seal: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
