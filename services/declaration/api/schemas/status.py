"""The questions of the national network, and the one shape of each answer (4.10)."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from shared.web.cursors import Page
from shared.web.schemas import Body, PageQuery, View

Status = Literal["none", "in_progress", "approved", "filed_provisional", "filed", "lapsed", "revoked", "exempt_channel"]
CallKind = Literal["query", "comparison", "list", "changes"]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,40}$")]
Text = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class StatusQuestion(Body):
    """POST /status-queries: a body, because a document number never stands in an address. Number and name are both
    needed (V28); `nonce` is new for every call, and stands under the signature of the answer."""

    document_type: Annotated[str, StringConstraints(pattern=r"^[a-z_]{2,40}$")]
    document_no: str = Field(min_length=4, max_length=40)
    exam_year: int = Field(ge=2000, le=2100)
    name: str = Field(min_length=1, max_length=60)
    nonce: UUID


class NationalForm(Body):
    """What the person typed on the national network; fields that are left out are not compared."""

    sex: Code | None = None
    birth_date: date | None = None
    ethnicity_code: Code | None = None
    exam_level: Code | None = None
    exam_category_code: Code | None = None
    route: Code | None = None
    education_level: Code | None = None
    education_form: Code | None = None
    school: Text | None = None
    major: Text | None = None
    degree_type: Code | None = None
    enrolled_on: date | None = None
    graduated_on: date | None = None
    diploma_no: Text | None = None
    institution_name: Text | None = None
    institution_code: Text | None = None
    probation_from: date | None = None
    months_counted: int | None = Field(None, ge=0, le=1200)
    qualification_certificate_no: Text | None = None
    practising_certificate_no: Text | None = None
    first_registration_date: date | None = None
    practising_category_code: Code | None = None


class ComparisonQuestion(StatusQuestion):
    """POST /status-comparisons: as a question, with the form."""

    form: NationalForm


class SignedListQuery(PageQuery):
    """Lists are signed too: `nonce` as in a question."""

    nonce: UUID


class SiteRecordsQuery(SignedListQuery):
    """GET /status-records."""

    exam_year: int = Field(ge=2000, le=2100)
    exam_site_code: str = Field(pattern=r"^[0-9A-Za-z]{1,20}$")


class StatusCallsQuery(PageQuery):
    """Filters of the log of calls; without one, all."""

    client_id: UUID | None = None
    kind: CallKind | None = None
    outcome: Code | None = None
    record_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None


class StatusView(View):
    """Every field is always there; all but `status` are null for `none`."""

    record_id: UUID | None
    status: Status
    exam_level: str | None
    exam_category_code: str | None
    institution_name: str | None
    institution_code: str | None
    exam_site_code: str | None
    months_counted: int | None
    certificate_no: str | None
    updated_at: datetime | None
    record_version: int | None


class ComparisonView(View):
    """Names of the fields that were sent and differ, never values; null where nothing was handed in yet."""

    record_id: UUID | None
    status: Status
    differing_fields: list[str] | None
    updated_at: datetime | None
    record_version: int | None


class SiteRecordView(StatusView):
    """A line of the list of a site; the person masked."""

    name_masked: str | None
    document_type: str | None
    document_no_masked: str | None


class SiteRecordPage(Page[SiteRecordView]):
    """One page of the list of a site."""


class StatusChangesView(View):
    """Records that changed, as they stand now. `next_cursor` is always there: with it the next call goes on, now or
    later; `complete` says that nothing more was settled at this moment."""

    items: list[StatusView]
    next_cursor: str
    complete: bool


class AnswerKeysView(View):
    """Public keys as JWK: the one that signs, first, and those that signed before."""

    keys: list[dict[str, Any]]


class StatusCallView(View):
    """Who asked about whom and when; the person masked, and null where there was no record."""

    id: UUID
    client_id: UUID
    client_scope_id: UUID | None
    asked_at: datetime
    kind: CallKind
    exam_year: int | None
    outcome: str
    record_id: UUID | None
    number: str | None
    name_masked: str | None
    document_no_masked: str | None
    record_version: int | None
    records: int | None
    nonce: UUID | None
    request_id: str


class StatusCallPage(Page[StatusCallView]):
    """One page of the log."""
