"""Bodies and answers of verification."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import StringConstraints

from services.identity.domain.documents import DocumentType, Side
from services.identity.domain.next_actions import Action
from services.identity.domain.verification import State
from shared.web.schemas import Body, View

NameText = Annotated[str, StringConstraints(min_length=1, max_length=60)]
DocumentNumberText = Annotated[str, StringConstraints(min_length=5, max_length=30)]


class ConsentBody(Body):
    """Which text, in which version."""

    kind: Literal["id_images"]
    version: Annotated[str, StringConstraints(min_length=1, max_length=40)]


class ConsentView(View):
    """When it was given."""

    kind: str
    text_version: str
    accepted_at: datetime


class QualityView(View):
    """A first look at the photo (A11): on retake, `message` says what to do; the photo is kept all the same, and the
    next one replaces it. `brightness` 0 to 255, `glare` a share, `outlined` whether the edges of a card were found."""

    verdict: Literal["ok", "retake"]
    reason: str
    message: str
    brightness: float
    sharpness: float
    glare: float
    outlined: bool


class ImageView(View):
    """A stored photo; `width` and `height` in pixels of the safe copy, `sha256` of the file as it came."""

    side: Side
    width: int
    height: int
    sha256: str
    replaces: bool
    quality: QualityView


class ClaimBody(Body):
    """Who the person says to be; the names of 5.4 for `document_type`. `country` (of a passport) in three letters as in
    its machine-readable zone; `valid_to` is the last valid day of documents that run out."""

    name: NameText
    document_no: DocumentNumberText
    document_type: DocumentType = "resident_id"
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] | None = None
    valid_to: date | None = None


class ReasonView(View):
    """Why the last check did not succeed; `field` of the claim when it is about one (A9)."""

    code: str
    message: str
    field: str | None


class AttemptsView(View):
    """Automatic checks that may still fail (A10)."""

    today: int
    in_all: int


class ProgressView(View):
    """`step`: the card is queued, reading or confirming (with the authority), or reviewing (by a person); `ahead`
    counts the cards or requests before this one."""

    step: Literal["queued", "reading", "confirming", "reviewing"]
    since: datetime
    ahead: int | None


class PhotoView(View):
    """A photo that is there."""

    side: str
    uploaded_at: datetime


class VerificationView(View):
    """The whole of a person's verification."""

    state: State
    version: int
    since: datetime
    reason: ReasonView | None
    attempts_left: AttemptsView
    next_actions: list[Action]
    progress: ProgressView | None
    method: Literal["auto", "manual"] | None
    verified_at: datetime | None
    document_type: str | None
    name_masked: str | None
    document_no_masked: str | None
    document_valid_to: date | None
    changing_document: bool
    consent_version: str
    consented_at: datetime | None
    photos: list[PhotoView]


class MeVerificationView(View):
    """The short form."""

    state: State
    reason_code: str | None
    attempts_left: int
    method: Literal["auto", "manual"] | None
    verified_at: datetime | None
    progress: ProgressView | None
    next_actions: list[Action]


class MeView(View):
    """Who is logged in, masked (V55)."""

    person_id: UUID
    phone_masked: str | None
    email_masked: str | None
    held_until: datetime | None
    language: str
    verification: MeVerificationView
    name_masked: str | None
    document_no_masked: str | None
