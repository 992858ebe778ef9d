"""An exam body suspends an institution, with a reason: no binding, review or filing until it is resumed (4.2, B15)."""

from datetime import datetime
from uuid import UUID

from services.institution.domain.institution import Institution
from services.institution.domain.reasons import ReasonedStep, require_reason
from services.institution.domain.scope import scope_of
from services.institution.storage import institutions
from services.institution.use_cases.institutions.move_institution import move_institution
from shared.actor import Actor
from shared.errors import StaleVersion
from shared.postgres.transaction import Transaction


async def suspend_institution(
    tx: Transaction,
    institution_id: UUID,
    reason_code: str,
    note: str | None,
    *,
    expected_version: int,
    actor: Actor,
    now: datetime,
) -> Institution:
    """Raises NotFound, StaleVersion, ReasonNotOffered, NoteMissing, InstitutionNotActive."""
    before = await lock_for(tx, "suspend", institution_id, reason_code, note, expected_version, actor)
    return await move_institution(
        tx, before, "suspend", actor=actor, now=now, action="institution.suspend", reason=reason_code, note=note
    )


async def lock_for(
    tx: Transaction,
    step: ReasonedStep,
    institution_id: UUID,
    reason_code: str,
    note: str | None,
    expected_version: int,
    actor: Actor,
) -> Institution:
    """The institution of the caller's jurisdiction, locked, in the version that was seen, for a step with a reason.
    Raises NotFound, StaleVersion, ReasonNotOffered, NoteMissing."""
    before = await institutions.lock(tx, institution_id, scope_of(actor))
    if before.version != expected_version:
        raise StaleVersion(current=before.version, state=before.state)
    require_reason(step, reason_code, note)
    return before
