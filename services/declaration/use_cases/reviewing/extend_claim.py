"""Who holds a claim keeps it for another while; the time starts anew (4.4, P6)."""

from datetime import datetime, timedelta
from uuid import UUID

from services.declaration.domain.declaration import Action
from services.declaration.storage.declarations import Declaration
from services.declaration.use_cases.move_declaration import move_declaration
from services.declaration.use_cases.reviewing.reviewable import lock_reviewable, require_claim_held
from shared.actor import Actor
from shared.postgres.transaction import Transaction


async def extend_claim(
    tx: Transaction, declaration_id: UUID, *, expected_version: int, hold: timedelta, actor: Actor, now: datetime
) -> Declaration:
    """The claimed declaration. Raises what lock_reviewable raises, and ClaimNotHeld."""
    declaration = await lock_reviewable(tx, declaration_id, expected_version=expected_version, actor=actor, now=now)
    require_claim_held(declaration, actor)
    until = now + hold
    return await move_declaration(
        tx, declaration, Action.CLAIM, actor=actor, now=now, claimed_by=actor.id, claimed_until=until
    )
