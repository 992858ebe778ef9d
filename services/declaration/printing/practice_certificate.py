"""The assistant's practice-period certificate 《执业助理医师报考执业医师执业期考核证明》 to print and seal (5.3, 6)."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from services.declaration.printing.certificate import PersonalCertificate, refuse_long_texts
from services.declaration.printing.labels import day, month
from services.declaration.printing.qualified_list import refuse_long_fields


@dataclass(frozen=True, slots=True)
class PracticeCertificateDocument(PersonalCertificate):
    """What an assistant who applies for physician gets instead of the probation's certificate: who he or she is as an
    assistant, since when, and how the years were."""

    qualification_certificate_no: str
    practising_certificate_no: str
    practising_category: str
    first_registered_on: date
    practised_from: date
    practised_to: date
    work: str

    template: ClassVar[str] = "practice_certificate"

    def template_data(self) -> dict[str, object]:
        """What the template shows. Raises PrintFieldTooLong."""
        data = self._common() | self._practice()
        refuse_long_fields(data)
        texts = {"work": self.work, "institution_opinion": self.institution_opinion}
        refuse_long_texts(texts)
        return data | texts

    def _practice(self) -> dict[str, object]:
        return {
            "qualification_certificate_no": self.qualification_certificate_no,
            "practising_certificate_no": self.practising_certificate_no,
            "practising_category": self.practising_category,
            "first_registered_on": day(self.first_registered_on),
            "practised_from": month(self.practised_from),
            "practised_to": month(self.practised_to),
        }
