"""Bodies and answers about consent and one's own data."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from services.identity.api.verification_schemas import NameText
from services.identity.storage.consent_texts import ConsentKind
from services.identity.use_cases.own_data.reveal_identity import RevealedField, RevealReason
from shared.web.schemas import Body, View

Version = Annotated[str, StringConstraints(min_length=1, max_length=40)]


class ConsentTextView(View):
    """A text in force; `sha256` pins it in both languages."""

    kind: ConsentKind
    version: str
    title: str
    text: str
    sha256: str


class ConsentTextsView(View):
    """What may be consented to."""

    items: list[ConsentTextView]


class GuardianConsentBody(Body):
    """Who consents for the child, and to which version."""

    version: Version
    guardian_name: NameText
    relation: Literal["parent", "other_guardian"]


class WithdrawalBody(Body):
    """Which consent is taken back."""

    kind: ConsentKind


class RevelationBody(Body):
    """What is wanted and why; `case_no` names the file of the case, never a person."""

    fields: list[RevealedField] = Field(min_length=1, max_length=3)
    reason: RevealReason
    case_no: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9-]{1,40}$")] | None = None


class RevelationView(View):
    """What was asked for, in full."""

    person_id: UUID
    document_type: str | None
    name: str | None
    document_no: str | None
    phone: str | None


class ExportView(View):
    """A copy of one's own data; `size` of the file in bytes. Where it `failed`, `message` says what to do."""

    export_id: UUID
    state: Literal["queued", "ready", "removed", "failed"]
    asked_at: datetime
    ready_at: datetime | None
    size: int | None
    message: str | None = None


class ExportsView(View):
    """The newest copies."""

    items: list[ExportView]
