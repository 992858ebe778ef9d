"""A reviewer of the area takes an application on (4.2)."""

from datetime import datetime, timedelta
from uuid import UUID

from services.institution.domain.application import require_decidable
from services.institution.domain.institution import Institution
from services.institution.domain.scope import scope_of
from services.institution.storage import institution_applications
from services.institution.use_cases.institutions.move_institution import move_institution
from shared.actor import Actor
from shared.errors import StaleVersion
from shared.postgres.transaction import Transaction


async def claim_application(
    tx: Transaction, institution_id: UUID, *, expected_version: int, held_for: timedelta, actor: Actor, now: datetime
) -> Institution:
    """It is the reviewer's for a time; afterwards any reviewer of the area may decide. Raises NotFound, StaleVersion,
    OwnApplication, InstitutionNotSubmitted."""
    before = await lock_application(tx, institution_id, expected_version, actor, now)
    after = await move_institution(tx, before, "claim", actor=actor, now=now, action="institution.claim")
    await institution_applications.update_claimed(tx, before.id, actor.id, now + held_for)
    return after


async def lock_application(
    tx: Transaction, institution_id: UUID, expected_version: int, actor: Actor, now: datetime
) -> Institution:
    """An application of the area, locked, in the version that was seen, that this reviewer may work on. Raises
    NotFound, StaleVersion, OwnApplication, ApplicationHeldByAnother."""
    before = await institution_applications.lock_in_area(tx, institution_id, scope_of(actor))
    if before.version != expected_version:
        raise StaleVersion(current=before.version, state=before.state)
    require_decidable(await institution_applications.select(tx, before.id), actor, now)
    return before
