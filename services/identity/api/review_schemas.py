"""Bodies and answers of manual review."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import StringConstraints

from services.identity.domain.documents import DocumentType
from services.identity.domain.verification import State
from shared.web.schemas import Body, View

ReviewReason = Literal["image_unclear", "image_incomplete", "claim_differs", "document_expired", "document_doubtful"]


class DocumentTypeView(View):
    """One type of this year's form; `guidance` is set where this platform is not the way (A17)."""

    document_type: DocumentType
    name: str
    automatic: bool
    sides: list[str]
    guidance: str | None


class DocumentTypesView(View):
    """All types that may be chosen (A14)."""

    items: list[DocumentTypeView]


class ReviewItemView(View):
    """A waiting request in the list: masked."""

    person_id: UUID
    since: datetime
    version: int
    document_type: DocumentType
    name_masked: str
    document_no_masked: str


class ReviewView(View):
    """A request opened by its reviewer: the claim in clear, to compare with the photos; the look is recorded."""

    person_id: UUID
    since: datetime
    version: int
    document_type: DocumentType
    name: str
    document_no: str
    held_by_another: bool
    photos: list[str]


class ApprovalBody(Body):
    """What the reviewer reads from the document; needed where the number does not say it."""

    sex: Literal["1", "2"] | None = None
    birth_date: date | None = None
    ethnicity_code: Annotated[str, StringConstraints(pattern=r"^[0-9]{2}$")] | None = None
    valid_to: date | None = None


class RejectionBody(Body):
    """A reason the person can act on."""

    reason_code: ReviewReason


class DecisionView(View):
    """The state after the decision."""

    person_id: UUID
    state: State
    version: int
