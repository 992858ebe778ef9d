"""The assistant's practice-period certificate 《执业助理医师报考执业医师执业期考核证明》 to print and seal (5.3, 6)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from services.declaration.printing.certificate import LONGEST_TEXT
from services.declaration.printing.errors import PrintFieldTooLong
from services.declaration.printing.labels import LEVEL, SEX, ExamLevel, Sex, day, moment, month
from services.declaration.printing.qualified_list import refuse_long_fields


@dataclass(frozen=True, slots=True)
class PracticeCertificateDocument:
    """What an assistant who applies for physician gets instead of the probation's certificate: who he or she is as an
    assistant, since when, and how the years were. Prints whole numbers: the paper identifies its holder."""

    certificate_no: str
    cycle_year: int
    name: str
    sex: Sex
    birth_date: date
    document_no: str
    qualification_certificate_no: str
    practising_certificate_no: str
    practising_category: str
    first_registered_on: date
    exam_level: ExamLevel
    exam_category_code: str
    exam_category_name: str
    institution_name: str
    institution_address: str
    institution_registration_no: str
    department: str
    position: str
    practised_from: date
    practised_to: date
    work: str
    institution_opinion: str
    legal_representative: str
    deciding_account: str
    responsible_person: str
    issued_on: date
    generated_at: datetime
    verification_url: str

    template: ClassVar[str] = "practice_certificate"

    def template_data(self) -> dict[str, object]:
        """What the template shows. Raises PrintFieldTooLong."""
        data = self._person() | self._practice()
        refuse_long_fields(data)
        texts: dict[str, object] = {"work": self.work, "institution_opinion": self.institution_opinion}
        for field, text in (("work", self.work), ("institution_opinion", self.institution_opinion)):
            if len(text) > LONGEST_TEXT:
                raise PrintFieldTooLong(field=field, limit=LONGEST_TEXT)
        return data | texts

    def _person(self) -> dict[str, object]:
        return {
            "certificate_no": self.certificate_no,
            "cycle_year": self.cycle_year,
            "name": self.name,
            "sex": SEX[self.sex],
            "birth_date": day(self.birth_date),
            "document_no": self.document_no,
            "qualification_certificate_no": self.qualification_certificate_no,
            "practising_certificate_no": self.practising_certificate_no,
            "practising_category": self.practising_category,
            "first_registered_on": day(self.first_registered_on),
            "exam_level": LEVEL[self.exam_level],
            "exam_category": f"{self.exam_category_code} {self.exam_category_name}".strip(),
        }

    def _practice(self) -> dict[str, object]:
        return {
            "institution_name": self.institution_name,
            "institution_address": self.institution_address,
            "institution_registration_no": self.institution_registration_no,
            "department": self.department,
            "position": self.position,
            "practised_from": month(self.practised_from),
            "practised_to": month(self.practised_to),
            "legal_representative": self.legal_representative,
            "deciding_account": self.deciding_account,
            "responsible_person": self.responsible_person,
            "issued_on": f"{self.issued_on.year}年{self.issued_on.month}月{self.issued_on.day}日",
            "generated_at": moment(self.generated_at),
        }
