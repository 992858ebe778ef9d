"""What the other services hear: entities as events. One event per transition, carrying the new version."""

from datetime import datetime
from uuid import UUID

from services.institution.domain.binding import Binding, BindingEvent
from services.institution.domain.exam_body import ExamBody
from services.institution.domain.institution import Institution
from services.institution.domain.institution_life import TOLD_STEPS, InstitutionEvent
from shared.contracts.institution import BindingChanged, ExamBodyChanged, InstitutionChanged, InstitutionMoved
from shared.ids import BindingId, ExamBodyId, InstitutionId, PersonId


def exam_body_changed(body: ExamBody, now: datetime) -> ExamBodyChanged:
    """The body as it is now."""
    return ExamBodyChanged(
        occurred_at=now,
        aggregate_version=body.version,
        exam_body_id=ExamBodyId(body.id),
        code=body.code,
        name=body.name,
        level=body.level,
        parent_id=None if body.parent_id is None else ExamBodyId(body.parent_id),
        path=[ExamBodyId(node) for node in body.path],
        state=body.state,
    )


def institution_changed(institution: Institution, now: datetime) -> InstitutionChanged:
    """The institution as it is now."""
    return InstitutionChanged(
        occurred_at=now,
        aggregate_version=institution.version,
        institution_id=InstitutionId(institution.id),
        state=institution.state,
        name=institution.name,
        credit_code=institution.credit_code,
        registration_no=institution.registration_no,
        institution_type=institution.institution_type,
        grade=institution.grade,
        division_code=institution.division_code,
        address=institution.address,
        filing_body_id=ExamBodyId(institution.filing_body_id),
        filing_body_path=[ExamBodyId(node) for node in institution.filing_body_path],
        licence_valid_from=institution.licence_valid_from,
        licence_valid_to=institution.licence_valid_to,
        profile_complete=institution.profile_complete,
        successor_id=None if institution.merged_into_id is None else InstitutionId(institution.merged_into_id),
        departments=list(institution.departments),
        physicians=dict(institution.physicians),
    )


def institution_moved(
    institution: Institution, step: InstitutionEvent, reason_code: str | None, applicant_id: UUID | None, now: datetime
) -> InstitutionMoved | None:
    """The step as people are told of it; None for one that nobody is told of."""
    if step not in TOLD_STEPS:
        return None
    return InstitutionMoved.model_validate(
        {
            "occurred_at": now,
            "aggregate_version": institution.version,
            "institution_id": institution.id,
            "institution_name": institution.name,
            "step": step,
            "reason_code": reason_code,
            "person_id": applicant_id,
            "filing_body_id": institution.filing_body_id,
        }
    )


def binding_changed(binding: Binding, now: datetime, move: BindingEvent | None = None) -> BindingChanged:
    """The binding as it is now; `move` is the step that led there, None when it is only told again."""
    if binding.state == "none":
        raise ValueError("a binding that does not exist is no news")
    return BindingChanged(
        occurred_at=now,
        aggregate_version=binding.version,
        binding_id=BindingId(binding.id),
        person_id=PersonId(binding.person_id),
        institution_id=InstitutionId(binding.institution_id),
        institution_name=binding.institution_name,
        state=binding.state,
        bound_at=binding.bound_at,
        ended_at=binding.ended_at,
        move=move,
        since=binding.since or binding.bound_at,
        probation_started_on=binding.probation_started_on,
        probation_recorded_at=binding.probation_recorded_at,
    )
