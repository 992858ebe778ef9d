"""Events that were committed and do not leave: too old although a relay lives, or unroutable (M11)."""

from typing import Final

from shared.postgres.transaction import Transaction
from shared.reconciling.findings import note
from shared.telemetry.metrics import REPAIRED

_COUNT: Final = """
SELECT count(*) FILTER (
           WHERE parked_reason IS NULL AND created_at < clock_timestamp() - make_interval(secs => $1)) AS stuck,
       count(*) FILTER (WHERE parked_reason IS NOT NULL) AS unroutable
FROM outbox WHERE sent_at IS NULL
"""
# The binding may have been mended: an event that is still unroutable is parked again at once.
_TRY_AGAIN: Final = """
UPDATE outbox SET parked_reason = NULL WHERE position IN (
    SELECT position FROM outbox WHERE sent_at IS NULL AND parked_reason IS NOT NULL ORDER BY position LIMIT $1
    FOR UPDATE SKIP LOCKED)
"""
_AT_ONCE: Final = 100


async def look_at_unsent(tx: Transaction, stuck_after: float) -> None:
    """Say how many are stuck for longer than `stuck_after` seconds or unroutable, and let the relay try the latter
    again, at most a hundred."""
    row = await tx.fetchrow(_COUNT, stuck_after)
    if row is None:
        return
    await note(tx, "stuck_outbox", "outbox", row["stuck"])
    await note(tx, "unroutable_event", "outbox", row["unroutable"])
    if row["unroutable"]:
        REPAIRED.labels("unroutable_event").inc(await tx.execute(_TRY_AGAIN, _AT_ONCE))
