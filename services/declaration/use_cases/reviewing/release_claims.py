"""Put submissions back into the queue: those whose claim timed out (4.4, P6), and those of a reviewer whose account was
disabled (4.8)."""

from datetime import datetime
from uuid import UUID

from services.declaration.domain.declaration import Action
from services.declaration.storage import reviews
from services.declaration.storage.declarations import Declaration
from services.declaration.use_cases.move_declaration import move_declaration
from shared.actor import SYSTEM
from shared.postgres.transaction import Transaction

BATCH = 200


async def release_claims(tx: Transaction, *, now: datetime, of: UUID | None = None) -> int:
    """How many were released: of one reviewer all, else what timed out, at most BATCH."""
    held: list[Declaration]
    if of is None:
        held = await reviews.lock_expired_claims(tx, now, BATCH)
    else:
        held = await reviews.lock_claimed_by(tx, of)
    for declaration in held:
        await move_declaration(tx, declaration, Action.RELEASE, actor=SYSTEM, now=now)
    return len(held)
