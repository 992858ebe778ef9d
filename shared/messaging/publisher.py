"""A publishing connection with confirms. Every publish is mandatory and persistent, has a time-out, and a time-out
means "unknown", never "not sent" (M1, M2): the caller closes the connection and keeps its row."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import partial
from typing import Any
from uuid import UUID

import aio_pika
import aiormq
import pamqp.frame
from aio_pika.exceptions import DeliveryError, PublishError
from aiormq.abc import ChannelFrame
from pamqp import commands as spec
from pamqp.body import ContentBody
from pamqp.header import ContentHeader

from shared.settings import BrokerSettings
from shared.tls import client_context


class Outcome(Enum):
    """What became of one publish."""

    CONFIRMED = "confirmed"
    UNROUTABLE = "unroutable"
    NACKED = "nacked"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """What goes out: `message_id` stays the same for ever, however often it is sent."""

    exchange: str
    routing_key: str
    message_id: UUID
    type: str
    body: bytes
    correlation_id: str
    headers: Mapping[str, Any] = field(default_factory=dict)


class Publisher:
    """One connection, one channel. Not reopened: after a failure throw it away and open another."""

    def __init__(self, connection: Any, channel: Any, timeout: float) -> None:
        self._connection = connection
        self._channel = channel
        self._timeout = timeout

    @classmethod
    async def open(cls, settings: BrokerSettings, name: str) -> "Publisher":
        """Connect; raises one of BROKER_ERRORS while the broker does not answer."""
        async with asyncio.timeout(15):
            connection = await connect(settings, name)
            channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
            return cls(connection, await channel.get_underlay_channel(), settings.publish_timeout)

    async def wait_unblocked(self, timeout: float) -> bool:
        """False when the broker still blocks publishers (memory or disk alarm) after `timeout` seconds."""
        try:
            async with asyncio.timeout(timeout):
                await self._channel.connection.ready()
        except TimeoutError:
            return False
        return True

    @property
    def is_open(self) -> bool:
        """Whether the connection can still be used."""
        return not (self._connection.is_closed or self._channel.is_closed)

    async def publish(self, messages: Sequence[OutgoingMessage]) -> list[Outcome]:
        """Send all in one write, and wait for every confirm; one outcome per message, in order."""
        lost = self._channel.create_future()  # the library fails it when the connection or the channel ends
        try:
            async with asyncio.timeout(self._timeout):
                confirms = await self._send(messages)
                confirmed = asyncio.gather(*confirms, return_exceptions=True)
                await asyncio.wait((confirmed, lost), return_when=asyncio.FIRST_COMPLETED)
                confirmed.cancel()
        except BROKER_ERRORS:
            return [Outcome.UNKNOWN] * len(messages)
        finally:
            lost.cancel()
        return [_outcome(confirm) for confirm in confirms]

    async def _send(self, messages: Sequence[OutgoingMessage]) -> list[asyncio.Future[Any]]:
        """The library writes, wakes and locks once per message; here once per batch, with its own frames, numbering
        and confirms."""
        channel, loop = self._channel, asyncio.get_running_loop()
        frames = (frame for message in messages for frame in _frames(message, channel.max_content_size))
        payload = b"".join(pamqp.frame.marshal(frame, channel.number) for frame in frames)
        confirms = [loop.create_future() for _ in messages]
        async with channel.lock:
            for message, confirm in zip(messages, confirms, strict=True):
                channel.delivery_tag += 1
                channel.confirmations[channel.delivery_tag] = confirm
                name = str(message.message_id)
                channel.message_id_delivery_tag[name] = channel.delivery_tag
                confirm.add_done_callback(partial(_forget, channel.message_id_delivery_tag, name))
            await channel.write_queue.put(ChannelFrame(payload, should_close=False))
        return confirms

    async def close(self) -> None:
        """Close, waiting at most 3 s: a stuck connection must not hold the caller."""
        await close_quietly(self._connection)


BROKER_ERRORS: tuple[type[Exception], ...] = (
    aio_pika.exceptions.AMQPError,
    aiormq.exceptions.AMQPError,
    ConnectionError,
    OSError,
    TimeoutError,
    RuntimeError,  # aiormq: "writer is closed"
)


async def connect(settings: BrokerSettings, name: str) -> Any:
    """A plain connection (no hidden reconnecting: the loops that own it reopen it). The password is read anew (V53)."""
    address = settings.address()
    return await aio_pika.connect(
        address,
        # The scheme alone decides: with amqps nothing but a verified connection is opened (V52).
        ssl_context=client_context(settings.tls) if address.startswith("amqps:") else None,
        timeout=10,
        heartbeat=settings.heartbeat,
        client_properties={"connection_name": name},
    )


async def close_quietly(connection: Any) -> None:
    """Close a connection that may be half dead."""
    try:
        async with asyncio.timeout(3):
            await connection.close()
    except BROKER_ERRORS:
        pass
    except asyncio.CancelledError:
        if (task := asyncio.current_task()) is not None and task.cancelling():
            raise


def _forget(tags: dict[str, int], name: str, _confirm: object) -> None:
    tags.pop(name, None)


def _frames(message: OutgoingMessage, largest: int) -> Iterator[Any]:
    body = message.body
    yield spec.Basic.Publish(exchange=message.exchange, routing_key=message.routing_key, mandatory=True)
    yield ContentHeader(
        body_size=len(body),
        properties=spec.Basic.Properties(
            message_id=str(message.message_id),
            message_type=message.type,
            correlation_id=message.correlation_id,
            content_type="application/json",
            delivery_mode=2,
            headers=dict(message.headers),
        ),
    )
    for start in range(0, len(body), largest):
        yield ContentBody(body[start : start + largest])


def _outcome(confirm: asyncio.Future[Any]) -> Outcome:
    if not confirm.done() or confirm.cancelled():
        # The connection ended, or was stuck, first: the broker may have it or not.
        return Outcome.UNKNOWN
    if isinstance(error := confirm.exception(), PublishError):
        return Outcome.UNROUTABLE
    if isinstance(error, DeliveryError):
        return Outcome.NACKED
    return Outcome.CONFIRMED if error is None else Outcome.UNKNOWN
