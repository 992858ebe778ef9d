"""Scheduled work all services need: the outbox gauges (M11) and throwing away what may be forgotten."""

from datetime import timedelta
from typing import Any

import structlog

from shared.messaging.topology import PARKED_DAYS
from shared.process.definition import Job
from shared.telemetry.metrics import OUTBOX_LAG, OUTBOX_UNSENT

log = structlog.get_logger()

INBOX_DAYS = 90
_LONGEST_REPLAY_DAYS = 30
_STUCK_SECONDS = 60

# M5: a duplicate must still be recognised after the longest stay in a parked queue plus the longest replay.
if INBOX_DAYS <= PARKED_DAYS + _LONGEST_REPLAY_DAYS:
    raise RuntimeError("the inbox must remember longer than messages can be parked and replayed")

_BACKLOG = """
SELECT count(*) AS unsent, coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0)::float8 AS oldest,
       count(*) FILTER (WHERE parked_reason IS NOT NULL) AS parked
FROM outbox WHERE sent_at IS NULL
"""
_PURGES = (
    "DELETE FROM outbox WHERE sent_at < now() - interval '30 days'",
    "DELETE FROM inbox WHERE received_at < now() - interval '90 days'",
    "DELETE FROM inbox_attempt WHERE updated_at < now() - interval '90 days'",
    "DELETE FROM idempotency_key WHERE created_at < now() - interval '7 days'",
    "DELETE FROM rate_limit WHERE arrival < now() - interval '2 days'",
)


async def watch_outbox(deps: Any) -> None:
    """Publish the backlog as metrics; say so loudly when events are stuck or unroutable."""
    async with deps.database.read() as reader:
        row = await reader.fetchrow(_BACKLOG)
    OUTBOX_UNSENT.set(row["unsent"])
    OUTBOX_LAG.set(row["oldest"])
    if row["parked"] or row["oldest"] > _STUCK_SECONDS:
        log.error("outbox_stuck", unsent=row["unsent"], oldest_seconds=int(row["oldest"]), unroutable=row["parked"])


async def purge(deps: Any) -> None:
    """Delete rows past their retention."""
    for statement in _PURGES:
        async with deps.database.transaction() as tx:
            await tx.execute(statement)


HOUSEKEEPING = (
    Job("watch-outbox", timedelta(seconds=10), watch_outbox),
    Job("purge", timedelta(hours=6), purge),
)
