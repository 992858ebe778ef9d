"""Put submissions whose claim timed out back into the queue (4.4, P6); runs every minute in the worker."""

from datetime import datetime

from services.declaration.domain.declaration import Action
from services.declaration.storage import reviews
from services.declaration.use_cases.move_declaration import move_declaration
from shared.actor import SYSTEM
from shared.postgres.transaction import Transaction

BATCH = 200


async def release_claims(tx: Transaction, *, now: datetime) -> int:
    """How many were released, at most BATCH."""
    expired = await reviews.lock_expired_claims(tx, now, BATCH)
    for declaration in expired:
        await move_declaration(tx, declaration, Action.RELEASE, actor=SYSTEM, now=now)
    return len(expired)
