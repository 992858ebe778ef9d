"""Consumes one queue: a window of messages is one transaction (inbox rows first, then effects), acknowledged after
COMMIT. When a window fails its messages are handled one by one, so that one bad message holds up no other."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog
from pydantic import ValidationError

from shared.contracts.event import Event
from shared.failpoints import failpoint
from shared.messaging import inbox
from shared.messaging.fate import UnknownEventType, may_succeed_later, reason_of
from shared.messaging.publisher import (
    BROKER_ERRORS,
    Outcome,
    OutgoingMessage,
    Publisher,
    close_quietly,
    connect,
)
from shared.messaging.subscription import Subscription
from shared.messaging.topology import direct_exchange, parked_name, retry_exchange
from shared.postgres.database import (
    CONNECTION_ERRORS,
    OUTAGE_ERRORS,
    CommitUnknown,
    Database,
    DatabaseUnavailable,
)
from shared.process.waiting import sleep_unless
from shared.settings import BrokerSettings
from shared.telemetry import metrics
from shared.telemetry.tracing import span

log = structlog.get_logger()

_OUTAGES: tuple[type[Exception], ...] = (*BROKER_ERRORS, *OUTAGE_ERRORS)
_WINDOW = 200
_GATHER_SECONDS = 0.005
"""Between windows: messages on their way share the next transaction. The first after a silence waits for none."""
_MAX_BODY = 1 << 20


@dataclass(frozen=True, slots=True)
class Received:
    """A message with its decoded event, or the error that decoding met."""

    message: Any
    message_id: UUID
    type: str
    event: Event | None
    error: Exception | None


class Consumer:
    """One copy of the consumer of one queue; any number may run."""

    def __init__(
        self,
        queue: str,
        subscriptions: Sequence[Subscription],
        database: Database,
        broker: BrokerSettings,
        deps: object,
    ) -> None:
        self.queue = queue
        self._service = queue.split(".", 1)[0]
        self._subscriptions: Mapping[str, Subscription] = {s.event.TYPE: s for s in subscriptions}
        self._database = database
        self._broker = broker
        self._deps = deps
        self._publisher: Publisher | None = None
        self.connected = False

    async def run(self, stop: asyncio.Event) -> None:
        """Consume until `stop` is set; reconnects by itself. Finishes the window in hand before it returns."""
        pause = 0.2
        while not stop.is_set():
            try:
                await self._consume(stop)
                pause = 0.2
            except _OUTAGES as error:
                log.warning("consumer_interrupted", queue=self.queue, error=type(error).__name__)
                pause = min(pause * 2, 5.0)
            except asyncio.CancelledError:
                if (task := asyncio.current_task()) is not None and task.cancelling():
                    raise
                log.warning("consumer_connection_stuck", queue=self.queue)
            finally:
                self.connected = False
                await self._drop_publisher()
            if not stop.is_set():
                await sleep_unless(stop, pause)

    async def _consume(self, stop: asyncio.Event) -> None:
        connection = await connect(self._broker, self.queue)
        try:
            opened = await connection.channel(publisher_confirms=False)
            await opened.set_qos(prefetch_count=self._broker.prefetch)
            # The library's own message objects cost a task and many attribute checks each; below them lies the same.
            channel = await opened.get_underlay_channel()
            arrived: asyncio.Queue[Any] = asyncio.Queue()
            await channel.basic_consume(self.queue, arrived.put)
            self.connected = True
            while not stop.is_set():
                if window := await self._next_window(arrived, channel):
                    await self._handle_window(window, channel, stop)
                    await asyncio.sleep(_GATHER_SECONDS)
        finally:
            await close_quietly(connection)

    async def _next_window(self, arrived: asyncio.Queue[Any], channel: Any) -> list[Received]:
        """Wait for a message, then take whatever else has arrived, up to the window size."""
        try:
            async with asyncio.timeout(0.5):
                first = await arrived.get()
        except TimeoutError:
            if channel.is_closed:
                raise ConnectionError("channel closed") from None
            return []
        window = [self._decode(first)]
        while len(window) < _WINDOW and not arrived.empty():
            window.append(self._decode(arrived.get_nowait()))
        return window

    def _decode(self, message: Any) -> Received:
        properties = message.header.properties
        event_type = properties.message_type or message.delivery.routing_key or ""
        try:
            message_id = UUID(properties.message_id)
        except (TypeError, ValueError) as error:
            return Received(message, UUID(int=0), event_type, None, error)
        try:
            if len(message.body) > _MAX_BODY:
                raise UnknownEventType("body over 1 MiB")
            if (subscription := self._subscriptions.get(event_type)) is None:
                raise UnknownEventType(event_type)
            event = subscription.event.model_validate_json(message.body)
            if event.event_id != message_id:
                raise UnknownEventType("message id differs from event id")
        except (ValidationError, UnknownEventType, ValueError) as error:
            return Received(message, message_id, event_type, None, error)
        return Received(message, message_id, event_type, event, None)

    async def _handle_window(self, window: list[Received], channel: Any, stop: asyncio.Event) -> None:
        good = [r for r in window if r.error is None]
        if good:
            await self._handle_good(good, stop)
        for received in window:
            if received.error is not None:
                await self._settle_failure(received, received.error)
        failpoint("consumer.before_ack")
        # One frame acknowledges the whole window: everything up to its last message has been settled.
        await channel.basic_ack(window[-1].message.delivery.delivery_tag, multiple=True)
        failpoint("consumer.after_ack")

    async def _handle_good(self, good: list[Received], stop: asyncio.Event) -> None:
        try:
            await self._commit(good)
        except Exception as error:
            if len(good) == 1 and not _outage(error):
                await self._settle_failure(good[0], error)
                return
            for received in good:
                await self._handle_alone(received, stop)

    async def _handle_alone(self, received: Received, stop: asyncio.Event) -> None:
        """Handle one message; while the database is away, wait with it in hand and count nothing against it."""
        pause = 0.2
        while True:
            try:
                await self._commit([received])
                return
            except Exception as error:
                if not _outage(error):
                    await self._settle_failure(received, error)
                    return
            if stop.is_set():
                raise ConnectionError("stopping while the database is away")
            pause = min(pause * 2, 5.0)
            await sleep_unless(stop, pause)

    async def _commit(self, batch: list[Received]) -> None:
        failpoint("consumer.before_transaction")
        first = batch[0].message.header.properties
        parent = (first.headers or {}).get("traceparent")
        tracing = span(f"consume {self.queue}", str(parent) if parent else None, kind="consumer", messages=len(batch))
        with (
            tracing,
            structlog.contextvars.bound_contextvars(
                request_id=first.correlation_id, message_id=str(batch[0].message_id), queue=self.queue
            ),
        ):
            async with self._database.transaction(first.correlation_id) as tx:
                fresh = await inbox.insert(tx, self.queue, [r.message_id for r in batch], [r.type for r in batch])
                await self._dispatch(tx, [r for r in _distinct(batch) if r.message_id in fresh])
                failpoint("consumer.before_commit")
            failpoint("consumer.after_commit")
        metrics.CONSUME_BATCH.observe(len(batch))
        fates = Counter((r.type, "done" if r.message_id in fresh else "duplicate") for r in batch)
        for (event_type, fate), count in fates.items():
            metrics.CONSUMED.labels(self.queue, event_type, fate).inc(count)

    async def _dispatch(self, tx: Any, fresh: list[Received]) -> None:
        """Call handlers in the order of arrival; runs of one type go to a many-handler together."""
        start = 0
        while start < len(fresh):
            subscription = self._subscriptions[fresh[start].type]
            end = start + 1
            if subscription.handle is not None:
                await subscription.handle(tx, fresh[start].event, self._deps)
            elif subscription.handle_many is not None:
                while end < len(fresh) and fresh[end].type == fresh[start].type:
                    end += 1
                await subscription.handle_many(tx, [r.event for r in fresh[start:end]], self._deps)
            start = end

    async def _settle_failure(self, received: Received, error: BaseException) -> None:
        """Send a failed message to a delay queue or park it; confirmed before the original is acknowledged."""
        reason = reason_of(error)
        async with self._database.transaction() as tx:
            attempts = await inbox.count_attempt(tx, self.queue, received.message_id, reason)
        subscription = self._subscriptions.get(received.type)
        delay = subscription.retry.delay_after(attempts) if subscription and may_succeed_later(error) else None
        log.warning(
            "message_failed",
            queue=self.queue,
            type=received.type,
            message_id=str(received.message_id),
            reason=reason,
            attempts=attempts,
            next="parked" if delay is None else f"retry in {delay} s",
            exc_info=error if may_succeed_later(error) else None,
        )
        exchange = direct_exchange(self._service) if delay is None else retry_exchange(self._service, delay)
        target = parked_name(self.queue) if delay is None else self.queue
        await self._forward(received, exchange, target, {"x-reason": reason, "x-attempts": attempts})
        metrics.CONSUMED.labels(self.queue, received.type, "parked" if delay is None else "retried").inc()

    async def _forward(self, received: Received, exchange: str, target: str, headers: dict[str, Any]) -> None:
        if self._publisher is None or not self._publisher.is_open:
            await self._drop_publisher()
            self._publisher = await Publisher.open(self._broker, f"{self.queue}.fate")
        original = received.message.header.properties
        kept = {k: v for k, v in (original.headers or {}).items() if not k.startswith("x-")}
        outgoing = OutgoingMessage(
            exchange=exchange,
            routing_key=target,
            message_id=received.message_id,
            type=received.type,
            body=received.message.body,
            correlation_id=original.correlation_id or "",
            headers={**kept, "x-origin": self.queue, **headers},
        )
        if (outcome := (await self._publisher.publish([outgoing]))[0]) is not Outcome.CONFIRMED:
            raise ConnectionError(f"could not hand on a failed message: {outcome.value}")

    async def _drop_publisher(self) -> None:
        publisher, self._publisher = self._publisher, None
        if publisher is not None:
            await publisher.close()


def _distinct(batch: list[Received]) -> list[Received]:
    """The first of each message id: one window may hold the same message twice."""
    return list({received.message_id: received for received in reversed(batch)}.values())[::-1]


def _outage(error: BaseException) -> bool:
    return isinstance(error, (DatabaseUnavailable, CommitUnknown, *CONNECTION_ERRORS))
