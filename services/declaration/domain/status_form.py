"""What the national form says of a person, compared with what was handed in here (C5, C8). Values never leave: the
answer is the names of the fields that differ."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from services.declaration.domain.content import AssistantRecord, Content, EducationRecord
from shared.contracts.identity import PersonIdentity
from shared.security.blind_index import normalise

FORM_FIELDS: Final = (
    "sex",
    "birth_date",
    "ethnicity_code",
    "exam_level",
    "exam_category_code",
    "route",
    "education_level",
    "education_form",
    "school",
    "major",
    "degree_type",
    "enrolled_on",
    "graduated_on",
    "diploma_no",
    "institution_name",
    "institution_code",
    "probation_from",
    "months_counted",
    "qualification_certificate_no",
    "practising_certificate_no",
    "first_registration_date",
    "practising_category_code",
)
"""Everything of the copy sheet that the national form asks for too, in its order."""


def declared_form(identity: PersonIdentity, content: Content, record: Mapping[str, str | int | None]) -> dict[str, str]:
    """The form as it should read: `record` are the fields that the declaration's row knows best."""
    basis, assistant = content.basis, content.assistant or AssistantRecord()
    values: dict[str, str | int | date | None] = {
        "sex": identity.sex,
        "birth_date": identity.birth_date,
        "ethnicity_code": identity.ethnicity_code or content.ethnicity_code,
        **(_degree(basis) if basis else {}),
        "probation_from": min((one.first_day for one in content.periods if one.first_day), default=None),
        "qualification_certificate_no": assistant.qualification_certificate_no,
        "practising_certificate_no": assistant.practising_certificate_no,
        "first_registration_date": assistant.first_registration_date,
        "practising_category_code": assistant.practising_category_code,
        **record,
    }
    return {name: str(value) for name, value in values.items() if value is not None}


def differing_fields(typed: Mapping[str, str], declared: Mapping[str, str]) -> tuple[str, ...]:
    """The fields that were typed and differ, in the order of the form. Width, case and spaces do not matter; what is
    not declared here differs from whatever was typed."""
    return tuple(name for name in FORM_FIELDS if name in typed and not _same(typed[name], declared.get(name)))


def _same(typed: str, declared: str | None) -> bool:
    return declared is not None and normalise(typed) == normalise(declared)


def _degree(basis: EducationRecord) -> dict[str, str | date | None]:
    return {
        "education_level": basis.level,
        "education_form": basis.form,
        "school": basis.school,
        "major": basis.major,
        "degree_type": basis.degree_type,
        "enrolled_on": basis.enrolled_on,
        "graduated_on": basis.graduated_on,
        "diploma_no": basis.certificate_no,
    }
