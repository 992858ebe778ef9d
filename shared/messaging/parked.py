"""Parked messages of a service: list them, look at one, send them back. Nothing is ever thrown away by hand."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from shared.messaging import inbox
from shared.messaging.publisher import Outcome, OutgoingMessage, Publisher, close_quietly, connect
from shared.messaging.topology import direct_exchange, parked_name
from shared.postgres.database import Database
from shared.settings import BrokerSettings


@dataclass(frozen=True, slots=True)
class Parked:
    """A parked message as an operator sees it; the body of an event holds no clear personal data."""

    queue: str
    message_id: str
    type: str
    reason: str
    attempts: int
    body: str


async def list_parked(broker: BrokerSettings, queues: list[str], limit: int = 1000) -> list[Parked]:
    """The parked messages of these queues; they stay where they are."""
    found: list[Parked] = []
    async with _channel(broker) as channel:
        for name in queues:
            queue = await channel.get_queue(parked_name(name), ensure=False)
            # Unacknowledged messages return to the queue when the channel closes.
            while len(found) < limit and (message := await queue.get(no_ack=False, fail=False)) is not None:
                found.append(_describe(name, message))
    return found


async def replay(
    broker: BrokerSettings, database: Database, service: str, queues: list[str], only: UUID | None = None
) -> int:
    """Send parked messages (or one) back to their queue with a fresh attempt counter; how many went."""
    publisher = await Publisher.open(broker, f"{service}.replay")
    try:
        count = 0
        async with _channel(broker) as channel:
            for name in queues:
                count += await _replay_queue(channel, publisher, database, service, name, only)
        return count
    finally:
        await publisher.close()


async def _replay_queue(
    channel: Any, publisher: Publisher, database: Database, service: str, name: str, only: UUID | None
) -> int:
    queue = await channel.get_queue(parked_name(name), ensure=False)
    seen: set[str] = set()
    count = 0
    while (message := await queue.get(no_ack=False, fail=False)) is not None:
        key = message.message_id or ""
        if only is not None and key != str(only):
            if key in seen:
                break
            seen.add(key)
            continue
        message_id = _uuid(key)
        async with database.transaction() as tx:
            await inbox.forget_attempts(tx, name, message_id)
        outgoing = OutgoingMessage(
            direct_exchange(service), name, message_id, message.type or "", message.body, message.correlation_id or ""
        )
        if (await publisher.publish([outgoing]))[0] is not Outcome.CONFIRMED:
            raise ConnectionError("the broker did not confirm; the message stays parked")
        await message.ack()
        count += 1
    return count


def _describe(queue: str, message: Any) -> Parked:
    headers = message.headers or {}
    return Parked(
        queue=queue,
        message_id=message.message_id or "",
        type=message.type or "",
        reason=str(headers.get("x-reason", headers.get("x-first-death-reason", "unknown"))),
        attempts=int(headers.get("x-attempts", 0)),
        body=_preview(message.body),
    )


def _preview(body: bytes) -> str:
    try:
        return json.dumps(json.loads(body[:4096]), ensure_ascii=False)
    except ValueError:
        return repr(body[:200])


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


@asynccontextmanager
async def _channel(broker: BrokerSettings) -> AsyncIterator[Any]:
    connection = await connect(broker, "parked")
    try:
        yield await connection.channel()
    finally:
        await close_quietly(connection)
