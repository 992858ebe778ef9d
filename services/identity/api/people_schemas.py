"""Bodies and answers about people as exam bodies see them: search, documents, revocation."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from services.identity.api.review_schemas import AlikeView, ReasonCode
from services.identity.api.verification_schemas import DocumentNumberText, NameText
from services.identity.domain.verification import State
from shared.web.schemas import Body, Phone, View


class PersonSearchBody(Body):
    """What is known of a person; with a birth date a name is needed."""

    name: NameText | None = None
    birth_date: date | None = None
    phone: Phone | None = None
    document_no: DocumentNumberText | None = None


class PeopleFoundView(View):
    """The likeliest first."""

    items: list[AlikeView]


class DocumentView(View):
    """A document a person holds or held, masked."""

    document_type: str
    name_masked: str
    document_no_masked: str
    valid_to: date | None
    state: str
    verified_at: datetime
    ended_at: datetime | None


class PersonView(View):
    """Where a person stands, with all documents; the look is recorded."""

    person_id: UUID
    state: State
    version: int
    since: datetime
    reason_code: str | None
    method: Literal["auto", "manual"] | None
    documents: list[DocumentView]


class RevocationBody(Body):
    """Why: fraud, death or duplicate."""

    reason_code: ReasonCode
