"""Handlers: suspend, resume, merge and close, and the steps an institution has taken (4.2)."""

from services.institution.api.schemas.applications import MovedView, ReasonBody, StepView
from services.institution.api.schemas.lives import CorrectionBody, LifeView, MergeBody
from services.institution.dependencies import Dependencies
from services.institution.domain.scope import scope_of
from services.institution.storage import institution_steps, institutions
from services.institution.use_cases.ending.close_institution import close_institution
from services.institution.use_cases.ending.merge_institution import merge_institution
from services.institution.use_cases.ending.resume_institution import resume_institution
from services.institution.use_cases.ending.suspend_institution import suspend_institution
from services.institution.use_cases.institutions.correct_registration import correct_registration
from shared.web.call import Call


async def get_institution_life(call: Call[Dependencies]) -> LifeView:
    """4.2; with the reasons, for the institution itself and the bodies above."""
    found = await institutions.select(call.reader, call.path_id("institution_id"), scope_of(call.actor))
    steps = await institution_steps.select_all(call.reader, found.id)
    return LifeView(
        institution_id=found.id,
        successor_id=found.merged_into_id,
        steps=[StepView.of(step, call.language) for step in steps],
    )


async def post_institution_suspension(call: Call[Dependencies], body: ReasonBody) -> MovedView:
    """4.2, B15."""
    suspended = await suspend_institution(
        call.tx,
        call.path_id("institution_id"),
        body.reason_code,
        body.note,
        expected_version=call.expected_version,
        actor=call.actor,
        now=call.now,
    )
    return MovedView.of(suspended)


async def post_institution_resumption(call: Call[Dependencies]) -> MovedView:
    """4.2."""
    resumed = await resume_institution(
        call.tx,
        call.path_id("institution_id"),
        expected_version=call.expected_version,
        actor=call.actor,
        now=call.now,
    )
    return MovedView.of(resumed)


async def post_institution_merger(call: Call[Dependencies], body: MergeBody) -> MovedView:
    """4.2."""
    merged = await merge_institution(
        call.tx,
        call.path_id("institution_id"),
        body.successor_id,
        body.reason_code,
        body.note,
        expected_version=call.expected_version,
        held_until=call.deps.binding_held_until,
        actor=call.actor,
        now=call.now,
    )
    return MovedView.of(merged)


async def post_institution_closure(call: Call[Dependencies], body: ReasonBody) -> MovedView:
    """4.2."""
    closed = await close_institution(
        call.tx,
        call.path_id("institution_id"),
        body.reason_code,
        body.note,
        expected_version=call.expected_version,
        held_until=call.deps.binding_held_until,
        actor=call.actor,
        now=call.now,
    )
    return MovedView.of(closed)


async def post_institution_correction(call: Call[Dependencies], body: CorrectionBody) -> MovedView:
    """P3, 5.6."""
    corrected = await correct_registration(
        call.tx,
        call.path_id("institution_id"),
        body.correction(),
        expected_version=call.expected_version,
        actor=call.actor,
        now=call.now,
    )
    return MovedView.of(corrected)
