"""Scheduled work all services need: the outbox gauges and throwing away what may be forgotten."""

from datetime import timedelta
from functools import partial

from shared.process.definition import Foundation, Job
from shared.settings import MessageSettings
from shared.telemetry.metrics import OUTBOX_LAG, OUTBOX_UNSENT

_BACKLOG = """
SELECT count(*) AS unsent, coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0)::float8 AS oldest
FROM outbox WHERE sent_at IS NULL
"""
_PURGE_OUTBOX = "DELETE FROM outbox WHERE sent_at < now() - make_interval(days => $1)"
_PURGE_INBOX = "DELETE FROM inbox WHERE received_at < now() - make_interval(days => $1)"
_PURGE_ATTEMPTS = "DELETE FROM inbox_attempt WHERE updated_at < now() - make_interval(days => $1)"
_PURGES = (
    "DELETE FROM idempotency_key WHERE created_at < now() - interval '7 days'",
    "DELETE FROM rate_limit WHERE arrival < now() - interval '2 days'",
    "DELETE FROM finding WHERE count = 0 AND seen_at < now() - interval '30 days'",
    "DELETE FROM ended_session WHERE heard_at < now() - interval '1 hour'",
    # Those after an end stay: what ended is looked at as long as it is kept.
    "DELETE FROM reminder WHERE step >= 0 AND ends_at < now() - interval '1 year'",
)


async def watch_outbox(foundation: Foundation) -> None:
    """Publish the backlog as metrics."""
    async with foundation.database.read() as reader:
        row = (await reader.fetch(_BACKLOG))[0]
    OUTBOX_UNSENT.set(row["unsent"])
    OUTBOX_LAG.set(row["oldest"])


async def purge(foundation: Foundation) -> None:
    """Delete rows past their retention."""
    for statement in _PURGES:
        async with foundation.database.transaction() as tx:
            await tx.execute(statement)


async def forget_messages(kept: MessageSettings, foundation: Foundation) -> None:
    """Forget sent events and handled messages past their terms; MessageSettings sees that they fit (M5)."""
    terms = (
        (_PURGE_OUTBOX, kept.outbox_days),
        (_PURGE_INBOX, kept.inbox_days),
        (_PURGE_ATTEMPTS, kept.inbox_days),
    )
    for statement, days in terms:
        async with foundation.database.transaction() as tx:
            await tx.execute(statement, days)


def housekeeping(kept: MessageSettings) -> tuple[Job, ...]:
    """The jobs of every worker, whatever its service."""
    return (
        Job("watch-outbox", timedelta(seconds=10), watch_outbox),
        Job("purge", timedelta(hours=6), purge),
        Job("forget-messages", timedelta(hours=6), partial(forget_messages, kept)),
    )
