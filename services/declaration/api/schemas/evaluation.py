"""Bodies and answers of the evaluation."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from services.declaration.domain.certificate_standing import CertificateStanding
from services.declaration.storage.print_queue import PrintState
from shared.web.schemas import Body, View


class EvaluationBody(Body):
    """POST /reviews/{declaration_id}/evaluation; `opinion` is the institution's own words, `reason_code` is needed for
    unqualified."""

    result: Literal["qualified", "unqualified", "provisional"]
    opinion: str = Field(min_length=1, max_length=600)
    reason_code: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,39}$")] | None = None


class AspectsBody(Body):
    """The judgement in each aspect, in the institution's words; what is left out prints as a dash."""

    conduct: str = Field("", max_length=600)
    theory: str = Field("", max_length=600)
    skill: str = Field("", max_length=600)
    records: str = Field("", max_length=600)
    discipline: str = Field("", max_length=600)


class CertificateBody(Body):
    """POST /evaluations/{evaluation_id}/certificate: who answers for it (B16)."""

    responsible_person: str = Field(min_length=1, max_length=28)
    legal_representative: str = Field("", max_length=28)
    institution_phone: str = Field(
        "",
        pattern=r"^(1[3-9][0-9]{9}|0[0-9]{2,3}-?[0-9]{7,8}(-[0-9]{1,6})?)?$",
        description="where to ring about it: a mobile, or a landline with its area code; empty prints a dash",
    )
    aspects: AspectsBody = AspectsBody()


class FullYearBody(CertificateBody):
    """POST /evaluations/{evaluation_id}/full-year-result; `ended_on` is the last day of the probation here. The
    signatures go on the certificate of a qualified one."""

    result: Literal["qualified", "unqualified"]
    opinion: str = Field(min_length=1, max_length=600)
    ended_on: date
    reason_code: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,39}$")] | None = None


class PrintView(View):
    """Where the paper is; `ahead` others come first while it waits."""

    state: PrintState
    ahead: int
    attempts: int


class EvaluationView(View):
    """An evaluation as it stands; `version` is what the next step must name. Before it is judged it has no
    `decided_at`. `print` is told where the evaluation is read, once a certificate was issued: of the certificate of the
    year, before that of the provisional one."""

    id: UUID
    declaration_id: UUID
    state: str
    version: int
    months_counted: int
    certificate_no: str | None
    decided_at: datetime | None
    provisional_certificate_no: str | None = None
    print: PrintView | None = None


class CertificateVerificationQuery(Body):
    """The check that stands in the QR code."""

    check: str = Field(pattern=r"^[0-9a-f]{16}$")


class CertificateVerificationView(View):
    """What somebody who holds the paper is told, as it was printed and masked. Only `valid` may be relied on, and to
    the end of `valid_until`; `standing` says what became of it. `provisional`: a fresh graduate's, before the year is
    full."""

    certificate_no: str
    exam_year: int
    name_masked: str
    document_no_masked: str
    institution_name: str
    exam_level: str
    exam_category_code: str
    issued_at: datetime
    provisional: bool
    standing: CertificateStanding
    valid: bool
    valid_until: date | None
