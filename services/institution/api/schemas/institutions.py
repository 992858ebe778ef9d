"""Institutions: issuing, lists, detail."""

from datetime import date
from typing import Self
from uuid import UUID

from pydantic import Field

from services.institution.api.schemas.exam_bodies import InvitedPerson
from services.institution.api.schemas.values import (
    CertificateNo,
    DivisionCode,
    LocalTime,
    Note,
    OrganisationName,
    SearchText,
)
from services.institution.domain.institution import Institution
from services.institution.domain.institution_kinds import Grade, InstitutionType, Ownership
from services.institution.domain.institution_life import InstitutionState
from services.institution.storage.institution_contacts import MaskedContacts
from services.institution.storage.institution_lists import InstitutionLine
from shared.web.schemas import Body, PageQuery, View


class InstitutionBody(Body):
    """An institution that an exam body puts into the library, with its owner (B5)."""

    name: OrganisationName
    division_code: DivisionCode
    institution_type: InstitutionType
    credit_code: CertificateNo | None = None
    accept_unchecked_credit_code: bool = Field(
        False, description="the exam body saw the certificate: keep the code although its check character fails"
    )
    credit_code_reason: Note | None = Field(None, description="why such a code is kept; recorded")
    registration_no: CertificateNo | None = None
    owner: InvitedPerson
    filing_body_id: UUID | None = Field(None, description="the issuing body itself when left out")


class InstitutionQuery(PageQuery):
    """Filters of the exam body's list."""

    state: InstitutionState | None = None
    institution_type: InstitutionType | None = None
    q: SearchText | None = None


class InstitutionLineView(View):
    """One line of the exam body's list."""

    id: UUID
    version: int
    state: str
    name: str
    institution_type: str
    grade: str | None
    division_code: str
    division_name: str
    registration_no: str | None
    filing_body_id: UUID
    profile_complete: bool

    @classmethod
    def of(cls, line: InstitutionLine) -> Self:
        """From the row."""
        return cls(**{name: getattr(line, name) for name in cls.model_fields})


class InstitutionView(View):
    """An institution in full, its people masked."""

    id: UUID
    version: int
    state: InstitutionState
    origin: str
    name: str
    former_names: list[str]
    division_code: str
    institution_type: InstitutionType
    grade: Grade | None
    ownership: Ownership | None
    credit_code: str | None
    registration_no: str | None
    address: str | None
    licence_valid_from: date | None
    licence_valid_to: date | None
    departments: list[str]
    physicians: dict[str, int]
    filing_body_id: UUID
    profile_complete: bool
    responsibility_accepted_at: LocalTime | None
    legal_representative_masked: str | None
    probation_officer_masked: str | None
    owner_active: bool
    created_at: LocalTime
    updated_at: LocalTime

    @classmethod
    def of(
        cls, institution: Institution, contacts: MaskedContacts, former_names: list[str], *, owner_active: bool
    ) -> "InstitutionView":
        """From the entity and what is kept beside it."""
        same = {name: getattr(institution, name) for name in cls.model_fields if hasattr(institution, name)}
        return cls.model_validate(
            {
                **same,
                "departments": list(institution.departments),
                "former_names": former_names,
                "legal_representative_masked": contacts.legal_representative,
                "probation_officer_masked": contacts.probation_officer,
                "owner_active": owner_active,
            }
        )
