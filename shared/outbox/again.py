"""Events that go to one consumer alone, because it lost what everybody else has (M11)."""

from collections.abc import Sequence
from typing import Final

from shared.contracts.event import Event
from shared.ids import timeless_id
from shared.postgres.transaction import Transaction

_INSERT: Final = """
INSERT INTO outbox (event_id, type, aggregate_id, aggregate_version, body, correlation_id, only_for)
SELECT e.*, $6, $7 FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::bigint[], $5::bytea[])
    AS e (event_id, type, aggregate_id, aggregate_version, body)
"""


async def insert_again(tx: Transaction, events: Sequence[Event], consumer: str) -> None:
    """Publish `events` to the queue of `consumer` if and only if `tx` commits; within a second, by the relay's poll.
    Their ids lie outside of time: the consumer has them, and is not expected to."""
    events = [event.model_copy(update={"event_id": timeless_id()}) for event in events]
    await tx.execute(
        _INSERT,
        [event.event_id for event in events],
        [event.TYPE for event in events],
        [event.aggregate_id for event in events],
        [event.aggregate_version for event in events],
        [event.model_dump_json().encode() for event in events],
        tx.correlation_id,
        consumer,
    )
