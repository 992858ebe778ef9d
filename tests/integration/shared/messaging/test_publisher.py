"""A batch of publishes is one write: what became of each is told apart, and a lost connection is told at once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import aio_pika
import pytest
from pydantic import SecretStr

from shared.ids import new_id
from shared.messaging.publisher import Outcome, OutgoingMessage, Publisher
from shared.messaging.topology import EVENTS
from tests.integration.shared.messaging.conftest import QUEUE, Pair, Probed
from tests.support.fault_proxy import FaultProxy
from tests.support.waiting import wait_until

PATIENCE = 60.0
LONGER_THAN_A_FRAME = b"a" * 300_000


def message(routing_key: str = Probed.TYPE, body: bytes = b"{}") -> OutgoingMessage:
    """A message of its own id."""
    return OutgoingMessage(EVENTS, routing_key, new_id(), routing_key, body, "test")


@asynccontextmanager
async def publisher(pair: Pair, proxy: FaultProxy | None = None) -> AsyncIterator[Publisher]:
    """One that waits a minute for confirms, straight or through the proxy."""
    settings = pair.producer_broker.model_copy(update={"publish_timeout": PATIENCE})
    if proxy is not None:
        address = urlsplit(settings.address())
        host = f"{address.username}:{address.password}@127.0.0.1:{proxy.listen_port}"
        settings = settings.model_copy(update={"url": SecretStr(address._replace(netloc=host).geturl())})
    opened = await Publisher.open(settings, "test.publisher")
    try:
        yield opened
    finally:
        await opened.close()


@pytest.mark.requirement("M1", "M2")
async def test_each_message_of_a_batch_has_its_own_outcome(pair: Pair) -> None:
    """Messages that nobody hears stand between others, one of them longer than a frame: in the order of the batch each
    is confirmed or returned, and those confirmed lie in the queue byte for byte."""
    heard, unheard = message(), message("declaration.nobody_hears.v1")
    batch = [heard, unheard, message(body=LONGER_THAN_A_FRAME), message("declaration.nobody_hears.v1"), message()]
    async with publisher(pair) as one:
        outcomes = await one.publish(batch)
        again = await one.publish([message()])
    gone, kept = Outcome.UNROUTABLE, Outcome.CONFIRMED
    assert outcomes == [kept, gone, kept, gone, kept]
    assert again == [kept], "the numbering goes on where the batch ended"
    connection = await aio_pika.connect(pair.consumer_broker.address())
    async with connection:
        queue = await (await connection.channel()).get_queue(QUEUE, ensure=False)
        found = [await queue.get(no_ack=True) for _ in range(4)]
    assert [one.message_id for one in found[:3]] == [str(batch[place].message_id) for place in (0, 2, 4)]
    assert found[1].body == LONGER_THAN_A_FRAME


@pytest.mark.requirement("M2")
async def test_a_lost_connection_is_told_at_once(pair: Pair) -> None:
    """The confirms stay away and the connection breaks: all are unknown long before the time-out. Until it breaks the
    batch waits (the control)."""
    url = urlsplit(pair.producer_broker.address())
    async with FaultProxy(url.hostname or "", url.port or 0) as proxy, publisher(pair, proxy) as one:
        assert await one.publish([message()]) == [Outcome.CONFIRMED]
        proxy.black_hole = True
        publishing = asyncio.create_task(one.publish([message(), message()]))
        done, _ = await asyncio.wait([publishing], timeout=1.5)
        assert not done
        proxy.cut()
        await wait_until(publishing.done, seconds=PATIENCE / 3, what="the batch to be given up")
        assert publishing.result() == [Outcome.UNKNOWN, Outcome.UNKNOWN]
        assert not one.is_open
