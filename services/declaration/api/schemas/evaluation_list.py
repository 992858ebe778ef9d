"""Bodies and answers about evaluations that begin, wait, or are taken back (4.6, B17, P12)."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from services.declaration.domain.evaluation import EvaluationState
from services.declaration.domain.review_reasons import CODE_LENGTH, TEXT_LENGTH
from shared.web.schemas import Body, PageQuery, View


class RegistrationBody(Body):
    """POST /probationers: whose probation begins when, and who guides; registering again corrects it."""

    person_id: UUID
    started_on: date
    supervisor_ids: list[UUID] = Field(min_length=1, max_length=10)


class RegistrationView(View):
    """The record that is under way now; `registered_at` is when this start was first said."""

    id: UUID
    version: int
    state: str
    registered_at: datetime


class VoidingBody(Body):
    """POST /evaluations/{evaluation_id}/voiding: one of the reasons for allowing modification, for the candidate to
    read."""

    reason_code: str = Field(min_length=1, max_length=CODE_LENGTH)
    text: str = Field("", max_length=TEXT_LENGTH)


class RevocationBody(Body):
    """POST /filed-declarations/{declaration_id}/revocation: why, for the candidate to read."""

    reason_code: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,39}$")]
    text: str = Field(min_length=1, max_length=TEXT_LENGTH)


class ReopeningBody(RevocationBody):
    """POST /filed-declarations/{declaration_id}/reopening: why, for the candidate to read."""


class RevocationView(View):
    """Where the declaration stands now."""

    id: UUID
    number: str | None
    state: str
    version: int


class FiledVoidingBody(RevocationBody):
    """POST /evaluations/{evaluation_id}/filed-voiding: what becomes of the filed declaration, and why."""

    outcome: Literal["reopened", "revoked"]


class EvaluationsQuery(PageQuery):
    """Filters; `year_open`: only people whose year is not completed yet."""

    cycle_id: UUID | None = None
    state: EvaluationState | None = None
    year_open: bool = False


class EvaluationSearch(EvaluationsQuery):
    """POST /evaluation-searches: a receipt number, a whole name or a whole document number, in the body."""

    q: str = Field(min_length=2, max_length=40)


class ListedEvaluationView(View):
    """One line of a unit's list, the person masked. `last_day` is the last one for the full-year result, `days_left`
    counts until then where a provisional certificate waits for it; `reminded`: at which steps the person was told."""

    id: UUID
    state: str
    state_zh: str
    version: int
    declaration_id: UUID | None
    number: str | None
    declaration_state: str | None
    person_id: UUID
    name_masked: str
    document_no_masked: str
    cycle_year: int | None
    fresh_graduate: bool | None
    started_on: date | None
    full_on: date | None
    registered_at: datetime | None
    months_counted: int
    certificate_no: str | None
    provisional_certificate_no: str | None
    decided_at: datetime | None
    last_day: date | None
    days_left: int | None
    reminded: list[int]
