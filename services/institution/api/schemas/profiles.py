"""The profile an institution completes (B9), and its confirmation code."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints

from services.institution.api.schemas.values import (
    CategoryCode,
    CertificateNo,
    ContactPhone,
    LocalTime,
    PersonName,
)
from services.institution.domain.certificate_numbers import tidy
from services.institution.domain.institution import Institution
from services.institution.domain.institution_kinds import Grade, Ownership
from services.institution.domain.institution_life import InstitutionState
from services.institution.domain.profile import Profile
from services.institution.storage.confirmation_codes import ConfirmationCode
from shared.errors import FieldProblem
from shared.web.schemas import Body, View

Department = Annotated[str, StringConstraints(min_length=1, max_length=50)]


class ProfileBody(Body):
    """The whole profile; what is left out is emptied. It may be saved in pieces until it is complete."""

    legal_representative: PersonName | None = None
    probation_officer: PersonName | None = None
    probation_officer_phone: ContactPhone | None = None
    address: Annotated[str, StringConstraints(min_length=4, max_length=200)] | None = None
    credit_code: CertificateNo | None = None
    registration_no: CertificateNo | None = None
    licence_valid_from: date | None = None
    licence_valid_to: date | None = None
    grade: Grade | None = None
    ownership: Ownership | None = None
    departments: list[Department] = Field(default_factory=list, max_length=200)
    physicians: dict[CategoryCode, Annotated[int, Field(ge=0, le=100_000)]] = Field(
        default_factory=dict, description="licensed physicians per exam category code"
    )

    @classmethod
    def kept(cls, profile: Profile) -> "ProfileBody":
        """As it was accepted then: rules for new input are not applied to what is read back."""
        values = {name: getattr(profile, name) for name in cls.model_fields}
        return cls.model_construct(**{**values, "departments": list(profile.departments)})

    def profile(self) -> Profile:
        """As the domain takes it, numbers tidied."""
        return Profile(
            legal_representative=self.legal_representative,
            probation_officer=self.probation_officer,
            probation_officer_phone=self.probation_officer_phone,
            address=self.address,
            credit_code=self.credit_code and tidy(self.credit_code),
            registration_no=self.registration_no and tidy(self.registration_no),
            licence_valid_from=self.licence_valid_from,
            licence_valid_to=self.licence_valid_to,
            grade=self.grade,
            ownership=self.ownership,
            departments=tuple(self.departments),
            physicians=dict(self.physicians),
        )


class MissingFieldView(View):
    """A required field that is still empty."""

    pointer: str
    detail: str

    @classmethod
    def of(cls, problem: FieldProblem, language: str) -> "MissingFieldView":
        """In the caller's language."""
        return cls(pointer=problem.pointer, detail=problem.message_zh if language == "zh" else problem.message_en)


class SavedProfileView(View):
    """The institution after saving; `missing` is empty once it is complete."""

    id: UUID
    version: int
    state: InstitutionState
    profile_complete: bool
    missing: list[MissingFieldView]

    @classmethod
    def of(cls, institution: Institution, missing: list[FieldProblem], language: str) -> "SavedProfileView":
        """From the entity."""
        return cls(
            id=institution.id,
            version=institution.version,
            state=institution.state,
            profile_complete=institution.profile_complete,
            missing=[MissingFieldView.of(problem, language) for problem in missing],
        )


class ProfileView(SavedProfileView):
    """The profile in clear, for the institution's own people."""

    profile: ProfileBody

    @classmethod
    def full(
        cls, institution: Institution, profile: Profile, missing: list[FieldProblem], language: str
    ) -> "ProfileView":
        """From the entity and its opened profile."""
        saved = SavedProfileView.of(institution, missing, language)
        return cls.model_construct(**dict(saved), profile=ProfileBody.kept(profile))


class RotationBody(Body):
    """A new code; without an end it is good until the next rotation."""

    expires_at: AwareDatetime | None = None


class ConfirmationCodeView(View):
    """The code to hand to one's own probationers (A21)."""

    institution_id: UUID
    code: str
    created_at: LocalTime
    expires_at: LocalTime | None

    @classmethod
    def of(cls, kept: ConfirmationCode) -> "ConfirmationCodeView":
        """From the opened row."""
        return cls(
            institution_id=kept.institution_id,
            code=kept.code,
            created_at=kept.created_at,
            expires_at=kept.terms.expires_at,
        )
