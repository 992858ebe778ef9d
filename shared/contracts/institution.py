"""What institution tells the others. Sealed fields open with the class in their comment, at the place
"<TYPE>.<field>:<aggregate id>"."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from shared.contracts.audit import AuditAnchored
from shared.contracts.event import Event, Sealed
from shared.contracts.reconciling import SetDiffers, SetsListed
from shared.ids import BindingId, ExamBodyId, InstitutionId, PersonId, StaffId, SupervisorId


class ExamBodyChanged(Event):
    """An exam body as it is now; a snapshot. `path` runs from the zone down to the body itself."""

    TYPE: ClassVar[str] = "institution.exam_body_changed.v1"
    AGGREGATE: ClassVar[str] = "exam_body_id"
    exam_body_id: ExamBodyId
    code: str
    name: str
    level: Literal["zone", "site", "point"]
    parent_id: ExamBodyId | None
    path: list[ExamBodyId]
    state: Literal["active", "merged", "closed"]


class StaffRequested(Event):
    """Somebody with the right to do so asks identity to invite a staff account (B4, B5, C1)."""

    TYPE: ClassVar[str] = "institution.staff_requested.v1"
    AGGREGATE: ClassVar[str] = "request_id"
    request_id: UUID
    role: Literal["zone_admin", "site_admin", "point_admin", "institution_owner"]
    scope_kind: Literal["exam_body", "institution"]
    scope_id: UUID
    scope_name: str
    name: Sealed  # contact
    phone: Sealed  # contact
    requested_by: StaffId | None


class InstitutionChanged(Event):
    """An institution as it is now; a snapshot (4.2)."""

    TYPE: ClassVar[str] = "institution.institution_changed.v1"
    AGGREGATE: ClassVar[str] = "institution_id"
    institution_id: InstitutionId
    state: str
    name: str
    credit_code: str | None
    registration_no: str | None
    institution_type: str
    grade: str | None
    division_code: str
    address: str | None
    filing_body_id: ExamBodyId
    filing_body_path: list[ExamBodyId]
    licence_valid_from: date | None
    licence_valid_to: date | None
    profile_complete: bool
    successor_id: InstitutionId | None = None
    """What it was merged into."""
    departments: list[str] | None = Field(None, description="licensed departments; null when told by older code")
    physicians: dict[str, int] | None = Field(None, description="licensed physicians per exam category code")


class InstitutionMoved(Event):
    """An institution, or an application for one, took a step that people are told of (4.2). `person_id` is who applied;
    reasons in words stay where they were written."""

    TYPE: ClassVar[str] = "institution.institution_moved.v1"
    AGGREGATE: ClassVar[str] = "institution_id"
    institution_id: InstitutionId
    institution_name: str
    step: Literal["submit", "approve", "return", "reject", "complete", "suspend", "resume", "merge", "close"]
    reason_code: str | None
    person_id: PersonId | None
    filing_body_id: ExamBodyId


class LicenceEnding(Event):
    """The licence of an institution runs out soon, or has run out; told once per last day and stage (B15)."""

    TYPE: ClassVar[str] = "institution.licence_ending.v1"
    AGGREGATE: ClassVar[str] = "institution_id"
    institution_id: InstitutionId
    institution_name: str
    filing_body_id: ExamBodyId
    stage: Literal["ending", "ended"]
    valid_to: date


class ConfirmationCodeGuessed(Event):
    """Many wrong codes were typed at an institution; told once per window of so many minutes (A20, F13)."""

    TYPE: ClassVar[str] = "institution.confirmation_code_guessed.v1"
    AGGREGATE: ClassVar[str] = "institution_id"
    institution_id: InstitutionId
    institution_name: str
    filing_body_id: ExamBodyId
    wrong: int
    minutes: int


class BindingChanged(Event):
    """A binding as it is now; a snapshot (4.3)."""

    TYPE: ClassVar[str] = "institution.binding_changed.v1"
    AGGREGATE: ClassVar[str] = "binding_id"
    binding_id: BindingId
    person_id: PersonId
    institution_id: InstitutionId
    institution_name: str
    state: Literal["pending", "active", "frozen", "ended"]
    bound_at: AwareDatetime | None
    ended_at: AwareDatetime | None
    move: str | None = Field(
        None, description="the step that led here, such as unbind or restore; null when told again"
    )
    since: AwareDatetime | None = Field(None, description="earlier than bound_at where it continues another binding")
    probation_started_on: date | None = Field(None, description="as recorded with the binding (B17)")
    probation_recorded_at: AwareDatetime | None = None


class SupervisorChanged(Event):
    """A supervisor on an institution's roster as he or she is now; a snapshot (C2, P2)."""

    TYPE: ClassVar[str] = "institution.supervisor_changed.v1"
    AGGREGATE: ClassVar[str] = "supervisor_id"
    supervisor_id: SupervisorId
    institution_id: InstitutionId
    name: Sealed  # person
    practising_certificate_no: Sealed  # person
    category_code: str
    multi_site: bool
    trainee_limit: int | None = None
    active: bool


class InstitutionAuditAnchored(AuditAnchored):
    """The heads of institution's audit chain, kept by notification (V63)."""

    TYPE: ClassVar[str] = "institution.audit_anchored.v1"


class InstitutionSetsListed(SetsListed):
    """What institution has told, as digests of ids, every minute (M11)."""

    TYPE: ClassVar[str] = "institution.sets_listed.v1"


class InstitutionSetDiffers(SetDiffers):
    """Institution missed events of another service; that one sends them again, to it alone (M11)."""

    TYPE: ClassVar[str] = "institution.set_differs.v1"
