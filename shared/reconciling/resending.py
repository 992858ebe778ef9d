"""The producer's answer: a lost event goes again as it was, with the id by which everybody who had it knows it; a lost
projection gets the thing as it is now. Both to the one consumer that asked, so that nobody else hears twice (M11)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import structlog

from shared.contracts.event import Event
from shared.contracts.reconciling import SetDiffers
from shared.outbox.again import insert_again
from shared.postgres.transaction import Transaction
from shared.reconciling.findings import note
from shared.reconciling.listing import EARLIER, made_at
from shared.reconciling.sets import Snapshot, select_within
from shared.security.keyring import Keyring
from shared.telemetry.metrics import REPAIRED

log = structlog.get_logger()

# An event lies in the outbox at its id's moment or shortly after; a copy that has not gone yet is enough.
_COPY_EVENTS: Final = """
INSERT INTO outbox (event_id, type, aggregate_id, aggregate_version, body, correlation_id, trace_parent, only_for)
SELECT o.event_id, o.type, o.aggregate_id, o.aggregate_version, o.body, o.correlation_id, o.trace_parent, $1
FROM outbox o
WHERE o.type = $2 AND o.event_id >= $3 AND o.event_id < $4 AND o.created_at >= $5 AND o.sent_at IS NOT NULL
  AND o.only_for IS NULL AND o.event_id <> ALL($6::uuid[])
  AND NOT EXISTS (
      SELECT FROM outbox again WHERE again.aggregate_id = o.aggregate_id AND again.sent_at IS NULL
          AND again.event_id = o.event_id AND again.only_for = $1)
ORDER BY o.event_id LIMIT 500
"""
# What was told since the list was made, or waits to be, is on its way: to everybody, or to this consumer.
_ON_THEIR_WAY: Final = """
SELECT aggregate_id AS id FROM outbox
WHERE aggregate_id = ANY($1::uuid[]) AND sent_at IS NULL AND (only_for IS NULL OR only_for = $3)
UNION SELECT aggregate_id FROM outbox
WHERE created_at > $2 AND aggregate_id = ANY($1::uuid[]) AND (only_for IS NULL OR only_for = $3)
"""
_THINGS_AT_ONCE: Final = 200


async def send_events_again(tx: Transaction, consumer: str, asked: SetDiffers) -> int:
    """Queue the events of the range that the consumer does not know; how many, at most 500."""
    since, known = made_at(asked.lower) - EARLIER, asked.known or []
    count = await tx.execute(_COPY_EVENTS, consumer, asked.event_type, asked.lower, asked.upper, since, known)
    _say("lost_event", consumer, asked.event_type, count)
    return count


async def tell_things_again(
    tx: Transaction, consumer: str, asked: SetDiffers, snapshot: Snapshot, keyring: Keyring, now: datetime
) -> int:
    """Tell the consumer how the things of the range are that it does not know; how many, at most 200."""
    told, known = await select_within(tx, snapshot.ids, asked.lower, asked.upper), set(asked.known or [])
    await note(tx, "unknown_to_producer", f"{consumer} of {asked.event_type}", len(known.difference(told)))
    missing = [one for one in told if one not in known]
    waiting = {row["id"] for row in await tx.fetch(_ON_THEIR_WAY, missing, asked.settled_at, consumer)}
    events: Sequence[Event] = []
    if wanted := [one for one in missing if one not in waiting][:_THINGS_AT_ONCE]:
        events = await snapshot.retell(tx, wanted, keyring, now)
        await insert_again(tx, events, consumer)
    _say("missing_projection", consumer, asked.event_type, len(events))
    return len(events)


def snapshot_of(snapshots: Sequence[Snapshot], event_type: str) -> Snapshot | None:
    """The kind of thing that is listed under a type."""
    return next((one for one in snapshots if event_type == one.event.TYPE), None)


def _say(kind: str, consumer: str, event_type: str, count: int) -> None:
    if count:
        REPAIRED.labels(kind).inc(count)
        log.warning("sent_again", kind=kind, consumer=consumer, type=event_type, count=count)


def asked_by(asked: SetDiffers) -> str:
    """The service that asks: the first word of its event's type."""
    return asked.TYPE.split(".", 1)[0]
