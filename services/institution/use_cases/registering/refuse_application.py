"""A reviewer sends an application back for changes, or refuses it for good; both with a reason (4.2)."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from services.institution.domain.institution import Institution
from services.institution.domain.reasons import require_reason
from services.institution.storage import institution_applications
from services.institution.use_cases.institutions.move_institution import move_institution
from services.institution.use_cases.registering.claim_application import lock_application
from shared.actor import Actor
from shared.postgres.transaction import Transaction


async def refuse_application(
    tx: Transaction,
    institution_id: UUID,
    step: Literal["return", "reject"],
    reason_code: str,
    note: str | None,
    *,
    expected_version: int,
    actor: Actor,
    now: datetime,
) -> Institution:
    """Raises NotFound, StaleVersion, OwnApplication, ApplicationHeldByAnother, ReasonNotOffered, NoteMissing,
    InstitutionNotUnderReview."""
    before = await lock_application(tx, institution_id, expected_version, actor, now)
    require_reason(step, reason_code, note)
    application = await institution_applications.select(tx, before.id)
    after = await move_institution(
        tx,
        before,
        step,
        actor=actor,
        now=now,
        action=f"institution.{step}",
        reason=reason_code,
        note=note,
        applicant_id=application.applicant_id,
    )
    await institution_applications.update_claimed(tx, before.id, None, None)
    return after
