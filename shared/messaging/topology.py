"""Names of exchanges and queues, and their declaration. One queue per consuming service and producing service, so
that a producer's order survives; `.parked` beside it; four delay queues per service. Application users configure
nothing (V66): the migrate role declares, with a user of its own."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import aio_pika
from aio_pika.abc import AbstractChannel

from shared.messaging.publisher import connect
from shared.settings import BrokerSettings, MessageSettings

EVENTS = "events"
RETRY_DELAYS = (1, 5, 30, 300)
"""Seconds of the delay queues; a queue per delay, because a quorum queue expires only at its head."""

# Explicit, so that 3.10 and 4.x behave alike (M6): a message that keeps killing its consumer is parked by the broker.
_DELIVERY_LIMIT = 20
PARKED_DAYS: Final = MessageSettings().parked_days


def queue_name(consumer: str, producer: str) -> str:
    """The queue by which `consumer` hears `producer`, e.g. `notification.declaration`."""
    return f"{consumer}.{producer}"


def parked_name(queue: str) -> str:
    """Where messages of `queue` rest that can not be handled."""
    return f"{queue}.parked"


def again_key(event_type: str, consumer: str) -> str:
    """The routing key under which an event goes once more to one consumer alone, e.g. `identity.again.declaration`."""
    return f"{event_type.split('.', 1)[0]}.again.{consumer}"


def direct_exchange(service: str) -> str:
    """Routes by queue name inside one service (replay, parking)."""
    return f"{service}.direct"


def retry_exchange(service: str, delay: int) -> str:
    """A message published here with a queue's name as routing key comes back to that queue after `delay` seconds."""
    return f"{service}.retry.{delay}s"


@dataclass(frozen=True, slots=True)
class QueuePlan:
    """One queue and the event types bound to it."""

    name: str
    types: tuple[str, ...]


def plan_queues(service: str, types: Iterable[str]) -> tuple[QueuePlan, ...]:
    """Group event types by producing service (their first word) into queues of `service`."""
    grouped: dict[str, list[str]] = {}
    for event_type in sorted(types):
        grouped.setdefault(event_type.split(".", 1)[0], []).append(event_type)
    return tuple(QueuePlan(queue_name(service, producer), tuple(found)) for producer, found in grouped.items())


def _quorum(extra: Mapping[str, Any]) -> dict[str, Any]:
    return {"x-queue-type": "quorum", **extra}


async def declare_topology(
    broker: BrokerSettings, service: str, types: Iterable[str], parked_days: int = PARKED_DAYS
) -> list[str]:
    """Declare the exchanges, queues and bindings of `service`; idempotent. Returns the queue names. The binding of an
    event that is not subscribed to any more stays: somebody has to unbind it by hand."""
    async with await connect(broker, f"{service}.migrate") as connection:
        channel = await connection.channel()
        await channel.declare_exchange(direct_exchange(service), aio_pika.ExchangeType.DIRECT, durable=True)
        for delay in RETRY_DELAYS:
            await _declare_delay(channel, service, delay)
        plans = plan_queues(service, types)
        for plan in plans:
            await _declare_queue(channel, service, plan, parked_days)
    return [plan.name for plan in plans]


async def _declare_delay(channel: AbstractChannel, service: str, delay: int) -> None:
    name = retry_exchange(service, delay)
    await channel.declare_exchange(name, aio_pika.ExchangeType.FANOUT, durable=True)
    arguments = _quorum(
        {
            "x-message-ttl": delay * 1000,
            # No dead-letter routing key: the message keeps the one it came with, the name of its queue.
            "x-dead-letter-exchange": direct_exchange(service),
            "x-dead-letter-strategy": "at-least-once",
            "x-overflow": "reject-publish",
        }
    )
    queue = await channel.declare_queue(name, durable=True, arguments=arguments)
    await queue.bind(name)


async def _declare_queue(channel: AbstractChannel, service: str, plan: QueuePlan, parked_days: int) -> None:
    parked = parked_name(plan.name)
    await channel.declare_queue(parked, durable=True, arguments=_quorum({"x-message-ttl": parked_days * 86_400_000}))
    await (await channel.get_queue(parked)).bind(direct_exchange(service), parked)
    arguments = _quorum(
        {
            "x-delivery-limit": _DELIVERY_LIMIT,
            "x-dead-letter-exchange": direct_exchange(service),
            "x-dead-letter-routing-key": parked,
            "x-dead-letter-strategy": "at-least-once",
            "x-overflow": "reject-publish",
        }
    )
    queue = await channel.declare_queue(plan.name, durable=True, arguments=arguments)
    await queue.bind(direct_exchange(service), plan.name)
    for event_type in (*plan.types, again_key(plan.types[0], service)):
        await queue.bind(EVENTS, event_type)
