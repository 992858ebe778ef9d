"""Deliveries that are done, or that nobody can bring to an end: given up, counted, forgotten."""

from datetime import datetime, timedelta
from typing import Final

from shared.postgres.transaction import Reader, Transaction

# A provider that still can not say is asked no longer: a human looks, nothing goes again. Rows older than the column
# count from when they were made.
_GIVE_UP: Final = """
UPDATE delivery SET state = 'failed', outcome_code = 'fate_unknown', settled_at = $1
WHERE state = 'unknown' AND NOT at_most_once AND coalesce(unknown_since, created_at) <= $1::timestamptz - $2::interval
"""
_COUNT_UNKNOWN: Final = """
SELECT count(*) FILTER (WHERE NOT at_most_once AND (
           state = 'unknown' AND channel = 'sms' AND next_at <= $1::timestamptz - $2::interval
           OR outcome_code = 'fate_unknown' AND settled_at > $1::timestamptz - interval '1 day')) AS notices,
       count(*) FILTER (
           WHERE at_most_once AND state = 'unknown' AND created_at > $1::timestamptz - interval '1 hour') AS codes
FROM delivery
WHERE state = 'unknown' OR outcome_code = 'fate_unknown' AND settled_at > $1::timestamptz - interval '1 day'
"""
# A code of unknown fate is never sent again; a notice of unknown fate is looked up.
_FORGET_PHONES: Final = """
UPDATE delivery SET phone_event = '', number_index = NULL, secret_event = NULL
WHERE id IN (
    SELECT id FROM delivery
    WHERE created_at < $1 AND phone_event <> ''
      AND (state NOT IN ('reserve', 'waiting', 'pending', 'sending', 'unknown') OR state = 'unknown' AND at_most_once)
    ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED
)
"""
_STATISTICS: Final = """
SELECT channel, state, count(*) AS count FROM delivery WHERE created_at >= $1 GROUP BY channel, state
UNION ALL
SELECT 'in_app', 'sent', count(*) FROM message WHERE created_at >= $1
ORDER BY 1, 2
"""


async def give_up_unknown(tx: Transaction, now: datetime, after: timedelta) -> int:
    """Notices whose fate was unknown, and could not be told by the provider, for so long fail for good; how many."""
    return await tx.execute(_GIVE_UP, now, after)


async def count_unknown(reader: Reader, now: datetime, overdue: timedelta) -> tuple[int, int]:
    """(notices that nobody looks up although due, or that were given up in the last day; codes of the last hour)."""
    (row,) = await reader.fetch(_COUNT_UNKNOWN, now, overdue)
    return row["notices"], row["codes"]


async def update_phones_forgotten(tx: Transaction, before: datetime, limit: int) -> int:
    """Forget phone and code of deliveries made before a moment that will not be sent or looked up again; how many."""
    return await tx.execute(_FORGET_PHONES, before, limit)


async def select_statistics(reader: Reader, since: datetime) -> list[tuple[str, str, int]]:
    """(channel, state, count) since a moment."""
    return [(row["channel"], row["state"], row["count"]) for row in await reader.fetch(_STATISTICS, since)]
