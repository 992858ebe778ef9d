"""What declaration tells the others: each transition that somebody must hear of is an event of its own."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from shared.contracts.audit import AuditAnchored
from shared.contracts.event import Event
from shared.contracts.reconciling import SetDiffers, SetsListed
from shared.ids import (
    BanId,
    CycleId,
    DeclarationId,
    ExamBodyId,
    InstitutionId,
    PersonId,
    QualifiedListId,
    StaffId,
)


class DeclarationEvent(Event):
    """What all events about one declaration carry; `aggregate_version` is the declaration's version."""

    AGGREGATE: ClassVar[str] = "declaration_id"
    declaration_id: DeclarationId
    person_id: PersonId
    institution_id: InstitutionId
    institution_name: str
    cycle_year: int
    number: str = Field(description="receipt number, e.g. D2027-000123")


class DeclarationEntered(DeclarationEvent):
    """An institution entered a record for a person bound to it, who has to confirm or decline it (B3)."""

    TYPE: ClassVar[str] = "declaration.entered.v1"


class EntryDeclined(DeclarationEvent):
    """A person does not take over what the institution entered; the words stay with declaration (B3)."""

    TYPE: ClassVar[str] = "declaration.entry_declined.v1"
    reason_code: str


class DeclarationSubmitted(DeclarationEvent):
    """A candidate handed a declaration over for review (A37)."""

    TYPE: ClassVar[str] = "declaration.submitted.v1"
    submission: int = Field(ge=1, description="1 for the first, then one more per resubmission")
    warnings: list[str] = Field([], description="rules that warn, such as no_early_registration (B17)")


class DeclarationWithdrawn(DeclarationEvent):
    """A candidate took a submission back before any decision (A41)."""

    TYPE: ClassVar[str] = "declaration.withdrawn.v1"
    released_claimer_id: StaffId | None = None


class DeclarationApproved(DeclarationEvent):
    """The institution confirmed that the data is true (A38)."""

    TYPE: ClassVar[str] = "declaration.approved.v1"


class DeclarationReturned(DeclarationEvent):
    """The institution sent it back for changes; reason codes only, the texts stay with declaration."""

    TYPE: ClassVar[str] = "declaration.returned.v1"
    reason_codes: list[str]


class DeclarationRejected(DeclarationEvent):
    """Not our probationer, or not eligible."""

    TYPE: ClassVar[str] = "declaration.rejected.v1"
    reason_codes: list[str]


class ModificationAllowed(DeclarationEvent):
    """The institution (or, once filed, the exam body) reopened it (A42)."""

    TYPE: ClassVar[str] = "declaration.modification_allowed.v1"
    reason_code: str
    was_filed: bool = Field(False, description="taken off an accepted list: the person may not register on it any more")
    tells_unit: bool = Field(False, description="an exam body did it without a list of the unit, who hears of it so")


class DeclarationFiled(DeclarationEvent):
    """It stands on an accepted list: the person may register (B11, B13)."""

    TYPE: ClassVar[str] = "declaration.filed.v1"
    list_id: QualifiedListId
    provisional: bool


class DeclarationLapsed(DeclarationEvent):
    """Its exam year closed and it was not filed (4.4); `number` is empty where it was never handed in."""

    TYPE: ClassVar[str] = "declaration.lapsed.v1"


class DeclarationRevoked(DeclarationEvent):
    """It does not count any more, whatever was decided (4.4): the person's verification was revoked, or an exam body
    decided so."""

    TYPE: ClassVar[str] = "declaration.revoked.v1"
    reason_code: str
    by: Literal["identity", "exam_body"] = "identity"


class ReviewAssigned(DeclarationEvent):
    """The owner handed a review to one of the unit's business administrators (P6)."""

    TYPE: ClassVar[str] = "declaration.review_assigned.v1"
    staff_id: StaffId


class FirstApprovalOpposed(DeclarationEvent):
    """The second reviewer of the unit disagrees with the first one's approval; `staff_id` is who approved."""

    TYPE: ClassVar[str] = "declaration.first_approval_opposed.v1"
    staff_id: StaffId


class PriorRowRequested(DeclarationEvent):
    """An earlier unit is asked to confirm its own row (4.5, Q5): `institution_id` is that unit, `institution_name` the
    unit that asks."""

    TYPE: ClassVar[str] = "declaration.prior_row_requested.v1"
    period_id: UUID


class PriorRowAnswered(DeclarationEvent):
    """An earlier unit confirmed or refused its own row; `institution_id` is the present unit, `institution_name` the
    earlier one (4.5, Q5)."""

    TYPE: ClassVar[str] = "declaration.prior_row_answered.v1"
    period_id: UUID
    answer: Literal["confirmed", "refused"]


class PriorRowUnanswered(DeclarationEvent):
    """An earlier unit has not answered for some days (4.5, P6): `institution_id` and `institution_name` are that
    unit's, `filing_body_id` is its exam body, which hears of it too once it is escalated."""

    TYPE: ClassVar[str] = "declaration.prior_row_unanswered.v1"
    period_id: UUID
    step: Literal["reminded", "escalated"]
    filing_body_id: ExamBodyId | None
    days: int = Field(ge=0, description="whole days since it was asked")
    ends_at: AwareDatetime = Field(description="exclusive end of the request")


class PriorRowRequestExpired(DeclarationEvent):
    """An earlier unit did not answer in time and may be asked again (4.5); `institution_id` is the present unit,
    `institution_name` the earlier one."""

    TYPE: ClassVar[str] = "declaration.prior_row_request_expired.v1"
    period_id: UUID


class PriorEvidenceRequired(DeclarationEvent):
    """The unit asks the candidate for evidence of an earlier row (4.5)."""

    TYPE: ClassVar[str] = "declaration.prior_evidence_required.v1"
    period_id: UUID
    reason_code: str


class DraftReminded(DeclarationEvent):
    """What a candidate has begun is not submitted and its window closes soon; once per end and step. `number` is empty
    before the first submission."""

    TYPE: ClassVar[str] = "declaration.draft_reminded.v1"
    again: bool = Field(description="it was submitted before, and waits to be corrected and submitted again")
    ends_at: AwareDatetime = Field(description="exclusive end of the window that holds for this person")
    step: int = Field(ge=0, description="the reminder it is, in days before the last day")
    days: int = Field(ge=0, description="whole days that are left")
    sections: list[str] = Field(
        [], description="sections of the form with something missing; choice and reasons stand beside the form"
    )
    blocked_by: str | None = Field(None, description="code of what stands before any judgement, as binding_required")


class ReviewEscalated(DeclarationEvent):
    """The unit has not decided for so long that its exam body was told; for the candidate (P6)."""

    TYPE: ClassVar[str] = "declaration.review_escalated.v1"
    days: int = Field(ge=1, description="since the submission")


class ReviewsWaiting(Event):
    """Reviews wait at a unit: one event per unit, day and step (P6). `waiting` counts all that wait, not only those
    that made somebody hear today."""

    TYPE: ClassVar[str] = "declaration.reviews_waiting.v1"
    AGGREGATE: ClassVar[str] = "digest_id"
    digest_id: UUID
    step: Literal["reminded", "escalated", "deadline"]
    institution_id: InstitutionId
    institution_name: str
    filing_body_id: ExamBodyId
    cycle_year: int
    waiting: int = Field(ge=1)
    days: int = Field(ge=1, description="since the submission, for `deadline` before the end of reviews")


class CycleMoments(BaseModel):
    """The dates of an exam year as they hold for whom is told; each deadline is exclusive."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    declaration_opens_at: AwareDatetime
    declaration_closes_at: AwareDatetime
    review_deadline: AwareDatetime
    filing_deadline: AwareDatetime
    completion_deadline: AwareDatetime
    registration_opens_at: AwareDatetime | None
    registration_closes_at: AwareDatetime | None


class CycleDatesAnnounced(Event):
    """Dates of an exam year moved, told to one of those whom it concerns (P16): a candidate, a unit or an exam body,
    which `recipient_id` repeats. `aggregate_version` is of the cycle, or of what the site `exam_body_id` has set."""

    TYPE: ClassVar[str] = "declaration.cycle_dates_announced.v1"
    AGGREGATE: ClassVar[str] = "recipient_id"
    recipient_id: UUID
    announcement_id: UUID
    cycle_id: CycleId
    cycle_year: int
    exam_body_id: ExamBodyId | None
    person_id: PersonId | None
    institution_id: InstitutionId | None
    filing_body_id: ExamBodyId | None
    before: CycleMoments
    after: CycleMoments


class BanChanged(Event):
    """Somebody is barred from declaring until a last day, for life without one, or no longer (R29)."""

    TYPE: ClassVar[str] = "declaration.ban_changed.v1"
    AGGREGATE: ClassVar[str] = "ban_id"
    ban_id: BanId
    person_id: PersonId
    state: Literal["imposed", "lifted"]
    reason_code: str
    until: date | None = Field(None, description="the last day; null for life")


class PacketNoticesAsked(Event):
    """A decision packet is made: which notices were told about a declaration and what became of them (C6).
    `own_only`: only those to the person, who asked for the packet himself."""

    TYPE: ClassVar[str] = "declaration.packet_notices_asked.v1"
    AGGREGATE: ClassVar[str] = "packet_id"
    packet_id: UUID
    person_id: PersonId
    declaration_id: DeclarationId
    cycle_id: CycleId = Field(description="of its moved dates only what was told to the person")
    evaluations: list[UUID]
    lists: list[UUID]
    own_only: bool


class DeclarationAuditAnchored(AuditAnchored):
    """The heads of declaration's audit chain, kept by notification (V63)."""

    TYPE: ClassVar[str] = "declaration.audit_anchored.v1"


class DeclarationSetsListed(SetsListed):
    """What declaration has told, as digests of ids, every minute (M11)."""

    TYPE: ClassVar[str] = "declaration.sets_listed.v1"


class DeclarationSetDiffers(SetDiffers):
    """Declaration missed events of another service; that one sends them again, to it alone (M11)."""

    TYPE: ClassVar[str] = "declaration.set_differs.v1"
