"""The probation evaluation certificate 《医师资格考试试用期考核证明》 as a document to print and seal (5.3, B10)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from services.declaration.printing.errors import PrintFieldTooLong
from services.declaration.printing.labels import (
    LEVEL,
    RESULT,
    SEX,
    EvaluationResult,
    ExamLevel,
    Sex,
    day,
    moment,
    month,
)
from services.declaration.printing.qualified_list import refuse_long_fields

LONGEST_TEXT = 600


@dataclass(frozen=True, slots=True)
class RotationRow:
    """One department the person worked in. Signatures are given by hand on the print."""

    department: str
    period_from: date
    period_to: date
    content: str
    supervisor_name: str
    supervisor_practising_certificate_no: str
    opinion: str


@dataclass(frozen=True, slots=True)
class EvaluationAspects:
    """The institution's judgement in each aspect, in its own words (conduct, theory, skill, records, discipline)."""

    conduct: str
    theory: str
    skill: str
    records: str
    discipline: str


@dataclass(frozen=True, slots=True)
class PersonalCertificate:
    """What every certificate of a person says: whose it is, for which exam, by whom, and who answers for it. Prints the
    whole document number: the paper identifies its holder. `generated_at`, `issued_on` are fixed at issue."""

    certificate_no: str
    cycle_year: int
    name: str
    sex: Sex
    birth_date: date
    document_no: str
    exam_level: ExamLevel
    exam_category_code: str
    exam_category_name: str
    institution_name: str
    institution_address: str
    institution_registration_no: str
    department: str
    position: str
    institution_opinion: str
    legal_representative: str
    deciding_account: str
    responsible_person: str
    issued_on: date
    generated_at: datetime
    verification_url: str

    def _common(self) -> dict[str, object]:
        return {
            "certificate_no": self.certificate_no,
            "cycle_year": self.cycle_year,
            "name": self.name,
            "sex": SEX[self.sex],
            "birth_date": day(self.birth_date),
            "document_no": self.document_no,
            "exam_level": LEVEL[self.exam_level],
            "exam_category": f"{self.exam_category_code} {self.exam_category_name}".strip(),
            "institution_name": self.institution_name,
            "institution_address": self.institution_address,
            "institution_registration_no": self.institution_registration_no,
            "department": self.department,
            "position": self.position,
            "legal_representative": self.legal_representative,
            "deciding_account": self.deciding_account,
            "responsible_person": self.responsible_person,
            "issued_on": f"{self.issued_on.year}年{self.issued_on.month}月{self.issued_on.day}日",
            "generated_at": moment(self.generated_at),
        }


@dataclass(frozen=True, slots=True)
class CertificateDocument(PersonalCertificate):
    """An issued certificate ready to print.

    Whoever declares without a degree has empty ones and no `graduated_on`, which print as a dash.
    `result` "provisional" prints the fresh graduate's 试用证明 instead.
    """

    ethnicity: str
    education_level: str
    school: str
    major: str
    graduated_on: date | None
    institution_phone: str
    probation_from: date
    probation_to: date
    probation_months: int
    rotations: tuple[RotationRow, ...]
    aspects: EvaluationAspects
    result: EvaluationResult

    template: ClassVar[str] = "certificate"

    def template_data(self) -> dict[str, object]:
        """What the template shows. Raises PrintFieldTooLong."""
        data = self._common() | self._probation()
        refuse_long_fields(data)
        texts = {"institution_opinion": self.institution_opinion} | {
            name: getattr(self.aspects, name) for name in EvaluationAspects.__slots__
        }
        refuse_long_texts(texts)
        return data | texts | {"rotations": [_rotation(row) for row in self.rotations]}

    def _probation(self) -> dict[str, object]:
        return {
            "ethnicity": self.ethnicity,
            "education_level": self.education_level,
            "school": self.school,
            "major": self.major,
            "graduated_on": month(self.graduated_on) if self.graduated_on else "",
            "institution_phone": self.institution_phone,
            "probation_from": month(self.probation_from),
            "probation_to": month(self.probation_to),
            "probation_months": self.probation_months,
            "result": self.result,
            "result_label": RESULT[self.result],
        }


def _rotation(row: RotationRow) -> dict[str, str]:
    texts = {"content": row.content, "opinion": row.opinion}
    refuse_long_texts(texts)
    fields = {
        "department": row.department,
        "from": day(row.period_from),
        "to": day(row.period_to),
        "supervisor_name": row.supervisor_name,
        "supervisor_no": row.supervisor_practising_certificate_no,
    }
    refuse_long_fields(fields)
    return fields | texts


def refuse_long_texts(texts: dict[str, str]) -> None:
    """Raises PrintFieldTooLong."""
    for field, text in texts.items():
        if len(text) > LONGEST_TEXT:
            raise PrintFieldTooLong(field=field, limit=LONGEST_TEXT)
