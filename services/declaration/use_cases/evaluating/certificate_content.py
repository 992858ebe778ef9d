"""What is printed on a certificate (5.3, B10), made once at issue and kept sealed, so that it prints the same again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from pydantic import TypeAdapter

from services.declaration.domain.content import EducationRecord, Guidance, Period
from services.declaration.domain.ethnic_groups import ethnic_group
from services.declaration.domain.evaluation import Probation, counted_rows
from services.declaration.domain.evaluation_errors import CertificateIncomplete
from services.declaration.printing.certificate import (
    LONGEST_TEXT,
    CertificateDocument,
    EvaluationAspects,
    RotationRow,
)
from services.declaration.printing.labels import EvaluationResult, ExamLevel, Sex
from services.declaration.printing.practice_certificate import PracticeCertificateDocument
from services.declaration.storage.evaluations import EvaluatedDeclaration
from services.declaration.storage.listable import Issuer
from services.declaration.storage.print_jobs import PrintKind
from services.declaration.storage.snapshots import Snapshot
from shared.security.keyring import Keyring
from shared.security.sealing import seal, unseal

_SEX: Final[dict[str, Sex]] = {"0": "unknown", "1": "male", "2": "female", "9": "unstated"}
_EDUCATION: Final = {"11": "博士", "14": "硕士", "21": "本科", "31": "专科", "41": "中专", "44": "职高"}
AnyCertificate = CertificateDocument | PracticeCertificateDocument
_DOCUMENT: Final[TypeAdapter[AnyCertificate]] = TypeAdapter(AnyCertificate)
"""The two have no field set in common, so that each is read back as what it was."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A kind of numbered paper: what its numbers begin with, and the column in which its form is sealed. Each kind has
    a series of its own, called like its print job."""

    kind: PrintKind
    prefix: str
    column: str


OF_THE_YEAR: Final = Paper("certificate", "PC", "evaluation.certificate")
PROVISIONAL: Final = Paper("provisional_certificate", "PP", "provisional_certificate.certificate")


@dataclass(frozen=True, slots=True)
class Signatures:
    """Who answers for the certificate (B16), and the judgement in each aspect; what is empty prints as a dash."""

    responsible_person: str
    legal_representative: str = ""
    aspects: EvaluationAspects = field(default_factory=lambda: EvaluationAspects("", "", "", "", ""))
    institution_phone: str = ""


@dataclass(frozen=True, slots=True)
class CertificateRequest:
    """What is to be certified, in which words, and under which public address it can be checked; `heard` is what the
    supervisors say of it, `practising_category` an assistant's, in code and words."""

    declaration: EvaluatedDeclaration
    probation: Probation
    opinion: str
    signatures: Signatures
    public_url: str
    result: EvaluationResult = "qualified"
    heard: Mapping[UUID, str] = field(default_factory=dict)
    practising_category: str = ""


@dataclass(frozen=True, slots=True)
class Issue:
    """Number, time and account of an issue; `address` is what the QR code leads to."""

    number: str
    address: str
    account: str
    at: datetime


def certificate_document(
    request: CertificateRequest, snapshot: Snapshot, issuer: Issuer, issue: Issue
) -> CertificateDocument:
    """The whole form. Raises CertificateIncomplete when the declaration names no place, or no degree with its date
    where its route asks for one."""
    declaration, probation = request.declaration, request.probation
    basis, periods = _basis(snapshot, declaration), _counted(snapshot, declaration)
    if not periods:
        raise CertificateIncomplete
    return CertificateDocument(
        **common_fields(request, snapshot, issuer, issue, current_of(periods)),
        **_educated(basis),
        ethnicity=ethnic_group(snapshot.identity.ethnicity_code or snapshot.content.ethnicity_code),
        institution_phone=request.signatures.institution_phone,
        probation_from=probation.first_start,
        probation_to=probation.last_end,
        probation_months=probation.months,
        rotations=tuple(_rotation(period, probation, request.heard) for period in periods),
        aspects=request.signatures.aspects,
        result=request.result,
    )


def shortened(text: str | None) -> str:
    """As much of a text as has room on the paper; what is cut is seen to be cut."""
    whole = text or ""
    return whole if len(whole) <= LONGEST_TEXT else f"{whole[: LONGEST_TEXT - 2]}……"


def current_of(periods: Sequence[Period]) -> Period:
    """The place that certifies: the current one, or the last."""
    return next((period for period in periods if period.is_current), periods[-1])


def common_fields(
    request: CertificateRequest, snapshot: Snapshot, issuer: Issuer, issue: Issue, here: Period
) -> dict[str, Any]:
    """The fields of PersonalCertificate."""
    declaration, identity = request.declaration, snapshot.identity
    return {
        "certificate_no": issue.number,
        "cycle_year": declaration.cycle_year,
        "name": identity.name,
        "sex": _SEX[identity.sex],
        "birth_date": date.fromisoformat(identity.birth_date),
        "document_no": identity.document_no,
        "exam_level": _level(declaration),
        "exam_category_code": declaration.exam_category_code,
        "exam_category_name": declaration.category_name,
        "institution_name": issuer.name,
        "institution_address": issuer.address,
        "institution_registration_no": issuer.code,
        "department": here.department or "",
        "position": here.position or "",
        "institution_opinion": request.opinion,
        "legal_representative": request.signatures.legal_representative,
        "deciding_account": issue.account,
        "responsible_person": request.signatures.responsible_person,
        "issued_on": issue.at.date(),
        "generated_at": issue.at,
        "verification_url": issue.address,
    }


def _basis(snapshot: Snapshot, declaration: EvaluatedDeclaration) -> EducationRecord | None:
    """The degree declared with; by apprenticeship or expertise there need be none (R06)."""
    basis = snapshot.content.basis
    if declaration.route == "prescribed_education" and (basis is None or basis.graduated_on is None):
        raise CertificateIncomplete
    return basis


def _educated(basis: EducationRecord | None) -> dict[str, Any]:
    return {
        "education_level": _EDUCATION[basis.level] if basis else "",
        "school": basis.school if basis else "",
        "major": basis.major if basis else "",
        "graduated_on": basis.graduated_on if basis else None,
    }


def _level(declaration: EvaluatedDeclaration) -> ExamLevel:
    return "licensed_physician" if declaration.exam_level == "licensed_physician" else "assistant_physician"


def _counted(snapshot: Snapshot, declaration: EvaluatedDeclaration) -> list[Period]:
    """The periods that count, in order of their beginning (4.5)."""
    periods = counted_rows(snapshot.content, declaration.confirmed)
    return sorted(periods, key=lambda period: period.first_day or date.max)


def _rotation(period: Period, probation: Probation, heard: Mapping[UUID, str]) -> RotationRow:
    guides = period.supervisors
    return RotationRow(
        department=period.department or "",
        period_from=period.first_day or probation.first_start,
        period_to=period.last_day or probation.last_end,
        content=shortened(period.work_summary),
        supervisor_name="、".join(one.name for one in guides if one.name),
        supervisor_practising_certificate_no="、".join(
            one.practising_certificate_no for one in guides if one.practising_certificate_no
        ),
        opinion=shortened(_opinions(guides, heard)),
    )


def _opinions(guides: Sequence[Guidance], heard: Mapping[UUID, str]) -> str:
    """What those who guided a row say; where several did, each by name."""
    said = [(one.name, heard[one.supervisor_id]) for one in guides if one.supervisor_id and one.supervisor_id in heard]
    return "\n".join(words if len(guides) == 1 else f"{name}：{words}" for name, words in said)


def seal_certificate(keyring: Keyring, paper: Paper, evaluation_id: UUID, document: AnyCertificate) -> bytes:
    """For the column."""
    return seal(keyring, "declaration", f"{paper.column}:{evaluation_id}", _DOCUMENT.dump_json(document))


def open_certificate(keyring: Keyring, paper: Paper, evaluation_id: UUID, sealed: bytes) -> AnyCertificate:
    """What was sealed. Raises SealBroken."""
    return _DOCUMENT.validate_json(unseal(keyring, "declaration", f"{paper.column}:{evaluation_id}", sealed))
