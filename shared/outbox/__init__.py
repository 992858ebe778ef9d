"""Events leave through the outbox: written in the transaction of the state, published by the relay."""

from shared.contracts.event import Event
from shared.postgres.transaction import PendingEvent, Transaction


def add(tx: Transaction, event: Event) -> None:
    """Publish `event` if and only if `tx` commits (M1-M3)."""
    tx.work.events.append(
        PendingEvent(
            event_id=event.event_id,
            type=event.TYPE,
            aggregate_id=event.aggregate_id,
            aggregate_version=event.aggregate_version,
            body=event.model_dump_json().encode(),
            correlation_id=tx.correlation_id,
            trace_parent=tx.trace_parent,
        )
    )
