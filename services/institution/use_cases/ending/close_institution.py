"""An exam body closes an institution for good: its people are told to change, later rows need evidence (4.2)."""

from datetime import datetime
from uuid import UUID

from services.institution.domain.binding import CycleEnd
from services.institution.domain.institution import Institution
from services.institution.use_cases.ending.require_none_unfinished import require_none_unfinished
from services.institution.use_cases.ending.suspend_institution import lock_for
from services.institution.use_cases.institutions.move_institution import move_institution
from shared.actor import Actor
from shared.postgres.transaction import Transaction


async def close_institution(
    tx: Transaction,
    institution_id: UUID,
    reason_code: str,
    note: str | None,
    *,
    expected_version: int,
    held_until: CycleEnd,
    actor: Actor,
    now: datetime,
) -> Institution:
    """Raises NotFound, StaleVersion, ReasonNotOffered, NoteMissing, InstitutionNotActive,
    DeclarationsUnfinished."""
    before = await lock_for(tx, "close", institution_id, reason_code, note, expected_version, actor)
    await require_none_unfinished(tx, before, held_until, now)
    return await move_institution(
        tx, before, "close", actor=actor, now=now, action="institution.close", reason=reason_code, note=note
    )
