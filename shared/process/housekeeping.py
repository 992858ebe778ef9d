"""Scheduled work all services need: the outbox gauges (M11) and throwing away what may be forgotten."""

from datetime import timedelta
from functools import partial
from typing import Any

import structlog

from shared.process.definition import Job
from shared.settings import MessageSettings
from shared.telemetry.metrics import OUTBOX_LAG, OUTBOX_UNSENT

log = structlog.get_logger()

_STUCK_SECONDS = 60

_BACKLOG = """
SELECT count(*) AS unsent, coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0)::float8 AS oldest,
       count(*) FILTER (WHERE parked_reason IS NOT NULL) AS parked
FROM outbox WHERE sent_at IS NULL
"""
_PURGE_OUTBOX = "DELETE FROM outbox WHERE sent_at < now() - make_interval(days => $1)"
_PURGE_INBOX = "DELETE FROM inbox WHERE received_at < now() - make_interval(days => $1)"
_PURGE_ATTEMPTS = "DELETE FROM inbox_attempt WHERE updated_at < now() - make_interval(days => $1)"
_PURGES = (
    "DELETE FROM idempotency_key WHERE created_at < now() - interval '7 days'",
    "DELETE FROM rate_limit WHERE arrival < now() - interval '2 days'",
    "DELETE FROM ended_session WHERE heard_at < now() - interval '1 hour'",
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


async def forget_messages(kept: MessageSettings, deps: Any) -> None:
    """Forget sent events and handled messages past their terms; MessageSettings sees that they fit (M5)."""
    terms = (
        (_PURGE_OUTBOX, kept.outbox_days),
        (_PURGE_INBOX, kept.inbox_days),
        (_PURGE_ATTEMPTS, kept.inbox_days),
    )
    for statement, days in terms:
        async with deps.database.transaction() as tx:
            await tx.execute(statement, days)


def housekeeping(kept: MessageSettings) -> tuple[Job, ...]:
    """The jobs of every worker, whatever its service."""
    return (
        Job("watch-outbox", timedelta(seconds=10), watch_outbox),
        Job("purge", timedelta(hours=6), purge),
        Job("forget-messages", timedelta(hours=6), partial(forget_messages, kept)),
    )
