"""Applications for the library, as applicants and reviewers see them."""

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, StringConstraints

from services.institution.api.schemas.exam_bodies import InvitedPerson
from services.institution.api.schemas.profiles import MissingFieldView, ProfileBody
from services.institution.api.schemas.values import DivisionCode, LocalTime, Note, OrganisationName, SearchText
from services.institution.domain.application import OwnerToBe
from services.institution.domain.institution import Institution
from services.institution.domain.institution_kinds import InstitutionType
from services.institution.domain.institution_life import InstitutionState
from services.institution.domain.reasons import reason_text
from services.institution.storage.institution_applications import ApplicationLine
from services.institution.storage.institution_steps import InstitutionStep
from services.institution.use_cases.registering.approve_application import Approval
from services.institution.use_cases.registering.hint_duplicates import Hint
from services.institution.use_cases.registering.wanted_institution import WantedInstitution
from shared.web.schemas import Body, PageQuery, View

ReasonCode = Annotated[str, StringConstraints(pattern=r"^[a-z_]{3,40}$")]


class ApplicationBody(Body):
    """A unit as its head describes it; `owner` is invited to its main account once it is approved."""

    name: OrganisationName
    division_code: DivisionCode
    institution_type: InstitutionType
    parent_institution_id: UUID | None = None
    profile: ProfileBody = Field(default_factory=ProfileBody)
    owner: InvitedPerson

    def wanted(self) -> WantedInstitution:
        """As the use cases take it."""
        return WantedInstitution(
            name=self.name,
            division_code=self.division_code,
            institution_type=self.institution_type,
            parent_institution_id=self.parent_institution_id,
            profile=self.profile.profile(),
            owner=OwnerToBe(self.owner.name, self.owner.phone),
        )


class ApprovalBody(Body):
    """What may be settled with the approval."""

    filing_body_id: UUID | None = Field(None, description="the same-level exam body; the area's when left out")
    accept_unchecked_credit_code: bool = Field(
        False, description="the reviewer saw the certificate: keep the code although its check character fails"
    )
    credit_code_reason: Note | None = None

    def approval(self) -> Approval:
        """As the use case takes it."""
        return Approval(self.filing_body_id, self.accept_unchecked_credit_code, self.credit_code_reason)


class ReasonBody(Body):
    """A reason of the catalogue, with words for the institution; `other` needs them."""

    reason_code: ReasonCode
    note: Note | None = None


class ApplicationQuery(PageQuery):
    """Filters of the queue; `held`: free, mine or others'."""

    state: Literal["waiting", "submitted", "under_review", "returned", "rejected", "active"] = "waiting"
    division: DivisionCode | None = None
    q: SearchText | None = None
    held: Literal["free", "mine", "others"] | None = None


class MovedView(View):
    """The institution after a step."""

    id: UUID
    version: int
    state: InstitutionState

    @classmethod
    def of(cls, institution: Institution) -> Self:
        """From the entity."""
        return cls(id=institution.id, version=institution.version, state=institution.state)


class StepView(View):
    """One step of the way, with its reason in the reader's language."""

    step: str
    from_state: str | None
    to_state: str
    role: str
    reason_code: str | None
    reason: str | None
    note: str | None
    taken_at: LocalTime

    @classmethod
    def of(cls, step: InstitutionStep, language: str) -> "StepView":
        """From the row."""
        same = {name: getattr(step, name) for name in cls.model_fields if hasattr(step, name)}
        return cls.model_validate({**same, "reason": reason_text(step.step, step.reason_code, language)})


class OwnApplicationLineView(View):
    """One line of the applicant's own list: who reviews it is not named."""

    id: UUID
    version: int
    state: str
    name: str
    division_code: str
    division_name: str
    institution_type: str
    submitted_at: LocalTime | None

    @classmethod
    def of(cls, line: ApplicationLine) -> Self:
        """From the row."""
        return cls(**{name: getattr(line, name) for name in cls.model_fields})


class ApplicationLineView(OwnApplicationLineView):
    """One line of the reviewers' queue."""

    claimed_until: LocalTime | None
    claimed_by: UUID | None


class ApplicationView(View):
    """An application in full, as applicant and reviewer see it."""

    id: UUID
    version: int
    state: InstitutionState
    name: str
    division_code: str
    institution_type: InstitutionType
    parent_institution_id: UUID | None
    filing_body_id: UUID
    exam_body_name: str = Field(description="who reviews it, and whom one may turn to")
    exam_body_phone: str | None = Field(description="where one may ring: of that body, or of one above it")
    profile: ProfileBody
    licence_image_at: LocalTime | None
    steps: list[StepView]


class OwnApplicationView(ApplicationView):
    """With what is still missing before it can be submitted (P4)."""

    owner: InvitedPerson
    missing: list[MissingFieldView]


class HintView(View):
    """Another institution or application that could be the same (B7)."""

    id: UUID
    state: str
    name: str
    division_code: str
    same_credit_code: bool
    same_registration_no: bool
    name_likeness: float

    @classmethod
    def of(cls, hint: Hint) -> "HintView":
        """From the row."""
        other = hint.other
        return cls(
            id=other.id,
            state=other.state,
            name=other.name,
            division_code=other.division_code,
            same_credit_code=other.same_credit_code,
            same_registration_no=other.same_registration_no,
            name_likeness=hint.name_likeness,
        )


class ApplicationReviewView(ApplicationView):
    """With what a reviewer compares; opening it is recorded."""

    owner_name_masked: str
    credit_code_checks: bool = Field(description="false: the check character of the credit code fails (5.6)")
    claimed_by: UUID | None
    claimed_until: LocalTime | None
    possible_duplicates: list[HintView]


class ReasonQuery(Body):
    """For which step."""

    step: Literal["return", "reject", "suspend", "merge", "close"]


class ReasonView(View):
    """One choice of the catalogue."""

    code: str
    message: str


class ReasonsView(View):
    """Reasons for a step."""

    items: list[ReasonView]


class LicenceImageView(View):
    """A picture as it was received. `sha256` of the bytes as they came."""

    institution_id: UUID
    width: int
    height: int
    sha256: str
    uploaded_at: datetime
