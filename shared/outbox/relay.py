"""Ships committed events: claims unsent rows with SKIP LOCKED (never "id > last seen", M3), publishes a batch with
pipelined confirms, marks what was confirmed. At most one event of an aggregate is under way, over all copies."""

import asyncio
from typing import Any
from uuid import UUID

import structlog

from shared.failpoints import failpoint
from shared.messaging.publisher import BROKER_ERRORS, Outcome, OutgoingMessage, Publisher
from shared.messaging.topology import EVENTS, again_key
from shared.postgres.database import OUTAGE_ERRORS, Database
from shared.postgres.listening import listen
from shared.postgres.transaction import Row, Transaction
from shared.process.waiting import sleep_unless
from shared.settings import BrokerSettings
from shared.telemetry import metrics

log = structlog.get_logger()

_OUTAGES: tuple[type[Exception], ...] = (*BROKER_ERRORS, *OUTAGE_ERRORS)
_BATCH = 400
_POLL_SECONDS = 1.0
_GATHER_SECONDS = 0.005
"""Between batches: a few milliseconds let more events gather, and save transactions for the same work. The first
event after a silence does not wait."""

_CLAIM = """
SELECT o.position, o.event_id, o.type, o.aggregate_id, o.aggregate_version, o.body, o.correlation_id, o.trace_parent,
       o.only_for
FROM outbox o
WHERE o.sent_at IS NULL AND o.parked_reason IS NULL AND NOT EXISTS (
    SELECT FROM outbox earlier
    WHERE earlier.aggregate_id = o.aggregate_id AND earlier.position < o.position
      AND earlier.sent_at IS NULL AND earlier.parked_reason IS NULL
)
ORDER BY o.position LIMIT $1 FOR UPDATE OF o SKIP LOCKED
"""
_MARK_SENT = "UPDATE outbox SET sent_at = clock_timestamp() WHERE position = ANY($1::bigint[])"
_PARK = "UPDATE outbox SET parked_reason = $2 WHERE position = ANY($1::bigint[])"
_UNPARK = "UPDATE outbox SET parked_reason = NULL WHERE parked_reason IS NOT NULL"


class Relay:
    """One copy of the relay; any number may run."""

    def __init__(self, database: Database, broker: BrokerSettings, service: str) -> None:
        self._database = database
        self._broker = broker
        self._service = service
        self._publisher: Publisher | None = None
        self.wake = asyncio.Event()
        self.connected = False

    async def run(self, stop: asyncio.Event) -> None:
        """Ship until `stop` is set; survives broker and database restarts."""
        listener = asyncio.create_task(self._listen(stop), name="outbox-listener")
        pause = 0.2
        try:
            while not stop.is_set():
                self.wake.clear()
                try:
                    shipped = await self.ship()
                    pause = 0.2
                except _OUTAGES as error:
                    log.warning("relay_interrupted", error=type(error).__name__)
                    await self._drop_publisher()
                    pause = min(pause * 2, 5.0)
                    shipped = 0
                    await sleep_unless(stop, pause)
                    continue
                if not shipped:
                    await self._wait(stop)
                elif shipped < _BATCH:
                    await asyncio.sleep(_GATHER_SECONDS)
        finally:
            listener.cancel()
            await asyncio.gather(listener, return_exceptions=True)
            await self._drop_publisher()

    async def ship(self) -> int:
        """One batch: claim, publish, mark. Returns how many were confirmed."""
        publisher = await self._open_publisher()
        if not await publisher.wait_unblocked(1.0):
            metrics.RELAY_FAILED.labels("blocked").inc()
            log.warning("relay_blocked_by_broker_alarm")
            return 0
        failpoint("relay.before_claim")
        async with self._database.transaction() as tx:
            rows = await tx.fetch(_CLAIM, _BATCH)
            if not rows:
                return 0
            failpoint("relay.after_claim")
            outcomes = await publisher.publish([_message(row) for row in rows])
            failpoint("relay.after_publish")
            confirmed = await self._settle(tx, rows, outcomes)
            failpoint("relay.before_mark")
        failpoint("relay.after_mark")
        if any(outcome in (Outcome.UNKNOWN, Outcome.NACKED) for outcome in outcomes):
            # A nacking channel may point at a dead queue leader, a timed-out one may still deliver: use neither again.
            raise ConnectionError("publishes without confirm")
        return confirmed

    async def _settle(self, tx: Transaction, rows: list[Row], outcomes: list[Outcome]) -> int:
        by_outcome: dict[Outcome, list[int]] = {}
        for row, outcome in zip(rows, outcomes, strict=True):
            by_outcome.setdefault(outcome, []).append(row["position"])
        sent = by_outcome.pop(Outcome.CONFIRMED, [])
        if sent:
            await tx.execute(_MARK_SENT, sent)
            metrics.RELAY_PUBLISHED.inc(len(sent))
        for outcome, positions in by_outcome.items():
            metrics.RELAY_FAILED.labels(outcome.value).inc(len(positions))
            log.error("events_not_published", outcome=outcome.value, count=len(positions))
        if unroutable := by_outcome.get(Outcome.UNROUTABLE):
            await tx.execute(_PARK, unroutable, Outcome.UNROUTABLE.value)
        return len(sent) + len(by_outcome.get(Outcome.UNROUTABLE, []))

    async def _open_publisher(self) -> Publisher:
        if self._publisher is None or not self._publisher.is_open:
            await self._drop_publisher()
            self._publisher = await Publisher.open(self._broker, f"{self._service}.relay")
            self.connected = True
        return self._publisher

    async def _drop_publisher(self) -> None:
        self.connected = False
        publisher, self._publisher = self._publisher, None
        if publisher is not None:
            await publisher.close()

    async def _wait(self, stop: asyncio.Event) -> None:
        waiting = [asyncio.create_task(self.wake.wait()), asyncio.create_task(stop.wait())]
        await asyncio.wait(waiting, timeout=_POLL_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        for task in waiting:
            task.cancel()

    async def _listen(self, stop: asyncio.Event) -> None:
        """Hear commits of other processes; polling covers the time while this is down."""
        await listen(self._database, wake_channel(self._service), self.wake.set, stop)


def wake_channel(service: str) -> str:
    """The NOTIFY channel of a service's outbox (channels are shared by a whole database)."""
    return f"{service}_outbox"


async def release_parked(database: Database) -> int:
    """Let events that were unroutable go again, after the missing binding was mended; the number released."""
    async with database.transaction() as tx:
        return await tx.execute(_UNPARK)


def _message(row: Any) -> OutgoingMessage:
    event_id: UUID = row["event_id"]
    headers = {"aggregate_id": str(row["aggregate_id"]), "aggregate_version": row["aggregate_version"]}
    if row["trace_parent"]:
        headers["traceparent"] = row["trace_parent"]
    return OutgoingMessage(
        exchange=EVENTS,
        routing_key=again_key(row["type"], row["only_for"]) if row["only_for"] else row["type"],
        message_id=event_id,
        type=row["type"],
        body=row["body"],
        correlation_id=row["correlation_id"],
        headers=headers,
    )
