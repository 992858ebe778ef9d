"""Rate limits as one upsert per check, exact in every window, under race and over all copies (V4, V31)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from shared.errors import LimitReached
from shared.postgres.transaction import Transaction

# A unit taken exactly `per` ago is outside. One taken after `now` (a clock that stepped back) counts until it is.
# `arrival` says when the row may be forgotten.
_TAKE: Final = """
INSERT INTO rate_limit AS r (name, subject, arrival, taken)
VALUES ($1, $2, $5::timestamptz + $4::interval, ARRAY[$5::timestamptz])
ON CONFLICT (name, subject) DO UPDATE
SET arrival = greatest(r.arrival, excluded.arrival),
    taken = ARRAY(SELECT t FROM unnest(r.taken) t WHERE t > $5::timestamptz - $4::interval ORDER BY t) || excluded.taken
WHERE (SELECT count(*) FROM unnest(r.taken) t WHERE t > $5::timestamptz - $4::interval) < $3
RETURNING 1
"""
_WAIT: Final = """
SELECT ceil(extract(epoch FROM t + $4::interval - $5::timestamptz))::int
FROM rate_limit r, unnest(r.taken) t
WHERE r.name = $1 AND r.subject = $2 ORDER BY t DESC OFFSET $3 - 1 LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `count` in any `per`; a burst of `count` is allowed at once. The times of `count` units are kept for
    each subject: meant for hundreds, not for millions."""

    name: str
    count: int
    per: timedelta


async def take(tx: Transaction, rate: Rate, subject: bytes, now: datetime) -> None:
    """Use one unit of `rate` for `subject` (a keyed hash, never a clear number). Raises LimitReached with seconds.

    The unit is given back if the transaction rolls back: use a transaction of its own to count failures."""
    if await tx.fetchval(_TAKE, rate.name, subject, rate.count, rate.per, now) is None:
        wait = await tx.fetchval(_WAIT, rate.name, subject, rate.count, rate.per, now)
        raise LimitReached(retry_after=max(1, wait or 1))
