"""Steps in the life of an institution that an exam body takes (4.2)."""

from uuid import UUID

from pydantic import Field

from services.institution.api.schemas.applications import ReasonBody, StepView
from services.institution.api.schemas.values import CertificateNo, Note, OrganisationName
from services.institution.domain.certificate_numbers import tidy
from services.institution.domain.institution_kinds import InstitutionType
from services.institution.use_cases.institutions.correct_registration import Correction
from shared.web.schemas import Body, View


class MergeBody(ReasonBody):
    """What it is merged into, and why."""

    successor_id: UUID


class CorrectionBody(Body):
    """What changes; what is left out stays. An old name is kept as a former name, aliases are added."""

    name: OrganisationName | None = None
    institution_type: InstitutionType | None = None
    credit_code: CertificateNo | None = None
    accept_unchecked_credit_code: bool = Field(
        False, description="the exam body saw the certificate: keep the code although its check character fails"
    )
    credit_code_reason: Note | None = None
    registration_no: CertificateNo | None = None
    parent_institution_id: UUID | None = None
    aliases: list[OrganisationName] = Field(default_factory=list, max_length=20)
    reason: Note

    def correction(self) -> Correction:
        """As the use case takes it, numbers tidied."""
        return Correction(
            name=self.name,
            institution_type=self.institution_type,
            credit_code=self.credit_code and tidy(self.credit_code),
            accept_unchecked_credit_code=self.accept_unchecked_credit_code,
            credit_code_reason=self.credit_code_reason,
            registration_no=self.registration_no and tidy(self.registration_no),
            parent_institution_id=self.parent_institution_id,
            aliases=tuple(self.aliases),
            reason=self.reason,
        )


class LifeView(View):
    """The way an institution came, and what it was merged into."""

    institution_id: UUID
    successor_id: UUID | None = Field(description="whose former name its name is now")
    steps: list[StepView]
