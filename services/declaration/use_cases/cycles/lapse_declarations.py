"""Let everything lapse that was not filed when its exam year closed (4.4)."""

from datetime import datetime

from services.declaration.domain.declaration import Action, transition
from services.declaration.storage import lapsing
from shared import audit
from shared.actor import SYSTEM
from shared.postgres.transaction import Transaction

BATCH = 500


async def lapse_declarations(tx: Transaction, *, now: datetime) -> int:
    """How many lapsed, at most BATCH."""
    lapsed = await lapsing.update_lapsed(tx, now, BATCH)
    for one in lapsed:
        audit.record(
            tx,
            "declaration.lapse",
            actor=SYSTEM,
            subject_kind="declaration",
            subject_id=one.id,
            at=now,
            before=one.from_state.value,
            after=transition(one.from_state, Action.LAPSE).value,
        )
    return len(lapsed)
