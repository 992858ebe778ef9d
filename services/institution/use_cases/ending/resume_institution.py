"""An exam body lets a suspended institution act again; its people are bound as before (4.2)."""

from datetime import datetime
from uuid import UUID

from services.institution.domain.institution import Institution
from services.institution.domain.scope import scope_of
from services.institution.storage import institutions
from services.institution.use_cases.institutions.move_institution import move_institution
from shared.actor import Actor
from shared.errors import StaleVersion
from shared.postgres.transaction import Transaction


async def resume_institution(
    tx: Transaction, institution_id: UUID, *, expected_version: int, actor: Actor, now: datetime
) -> Institution:
    """Raises NotFound, StaleVersion, InstitutionNotSuspended."""
    before = await institutions.lock(tx, institution_id, scope_of(actor))
    if before.version != expected_version:
        raise StaleVersion(current=before.version, state=before.state)
    return await move_institution(tx, before, "resume", actor=actor, now=now, action="institution.resume")
