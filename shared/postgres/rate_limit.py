"""Rate limits as one GCRA upsert per check, exact under race and shared by all copies of a service (V4, V31)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.errors import LimitReached
from shared.postgres.transaction import Transaction

_TAKE = """
INSERT INTO rate_limit AS r (name, subject, arrival) VALUES ($1, $2, $5::timestamptz + $3::interval)
ON CONFLICT (name, subject) DO UPDATE SET arrival = greatest(r.arrival, $5) + $3::interval
WHERE greatest(r.arrival, $5) + $3::interval <= $5 + $4::interval
RETURNING 1
"""
_WAIT = """
SELECT ceil(extract(epoch FROM arrival + $3::interval - $4::interval - $5::timestamptz))::int
FROM rate_limit WHERE name = $1 AND subject = $2
"""


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `count` in any `per`; a burst of `count` is allowed at once."""

    name: str
    count: int
    per: timedelta


async def take(tx: Transaction, rate: Rate, subject: bytes, now: datetime) -> None:
    """Use one unit of `rate` for `subject` (a keyed hash, never a clear number). Raises LimitReached with seconds.

    The unit is given back if the transaction rolls back: use a transaction of its own to count failures."""
    step = rate.per / rate.count
    if await tx.fetchval(_TAKE, rate.name, subject, step, rate.per, now) is None:
        wait = await tx.fetchval(_WAIT, rate.name, subject, step, rate.per, now)
        raise LimitReached(retry_after=max(1, wait or 1))
