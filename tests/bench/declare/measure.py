"""What happened on the server side: when each submission and its notification row were committed, and how long events
waited in the outbox. Commit times come from the server (track_commit_timestamp)."""

from dataclasses import dataclass
from datetime import datetime

import asyncpg

from tests.bench.declare.load import percentile

# In one database: the snapshot of a submission, its event, and the message that tells the unit.
_END_TO_END = """
SELECT extract(epoch FROM pg_xact_commit_timestamp(m.xmin) - s.submitted_at)::float8 AS seconds
FROM declaration.declaration_snapshot s
JOIN declaration.outbox o ON o.aggregate_id = s.declaration_id AND o.type = 'declaration.submitted.v1'
JOIN notification.message m ON m.event_id = o.event_id
WHERE s.submitted_at >= $1
"""
_LAG = """
SELECT extract(epoch FROM sent_at - created_at)::float8 AS seconds FROM declaration.outbox
WHERE created_at >= $1 AND sent_at IS NOT NULL
"""
_COUNTS = """
SELECT (SELECT count(*) FROM declaration.declaration_snapshot) AS submitted,
       (SELECT count(*) FROM notification.message) AS told,
       (SELECT count(DISTINCT event_id) FROM notification.message) AS told_distinct,
       (SELECT count(*) FROM declaration.outbox WHERE sent_at IS NULL) AS unsent
"""


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows so far."""

    submitted: int
    told: int
    told_distinct: int
    unsent: int


async def count(connection: asyncpg.Connection) -> Counts:
    """Submissions, notification rows, distinct events told, unsent events."""
    (row,) = await connection.fetch(_COUNTS)
    return Counts(**row)


async def end_to_end(connection: asyncpg.Connection, since: datetime) -> tuple[float, float]:
    """p50 and p99 in seconds from the moment the service took a submission up to the commit of its message row."""
    seconds = [row["seconds"] for row in await connection.fetch(_END_TO_END, since, timeout=120)]
    return percentile(seconds, 0.5), percentile(seconds, 0.99)


async def outbox_lag(connection: asyncpg.Connection, since: datetime) -> tuple[float, float]:
    """p50 and p99 in seconds that events waited to be confirmed by the broker."""
    seconds = [row["seconds"] for row in await connection.fetch(_LAG, since, timeout=120)]
    return percentile(seconds, 0.5), percentile(seconds, 0.99)
