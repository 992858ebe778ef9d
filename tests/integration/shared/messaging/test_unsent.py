"""Events that do not leave: found while they wait, mended by the relay when it can, and no finding afterwards."""

from collections.abc import AsyncIterator
from typing import ClassVar
from uuid import UUID

import aio_pika
import pytest
import pytest_asyncio

from shared import outbox
from shared.contracts.event import Event
from shared.ids import new_id
from shared.messaging.topology import EVENTS
from shared.reconciling.findings import select_counts
from shared.reconciling.unsent import look_at_unsent
from tests.integration.shared.messaging.conftest import CONSUMER, QUEUE, Pair, Probed
from tests.support.waiting import wait_until


class Unheard(Event):
    """An event for which no queue is bound at first."""

    TYPE: ClassVar[str] = "declaration.unheard.v1"
    AGGREGATE: ClassVar[str] = "thing_id"
    thing_id: UUID


async def _commit(pair: Pair, event: type[Event]) -> None:
    made = event.model_validate(
        {"occurred_at": "2027-01-01T08:00:00+08:00", "aggregate_version": 1, "thing_id": new_id()}
    )
    async with pair.producer.transaction() as tx:
        outbox.add(tx, made)


async def _look(pair: Pair, stuck_after: float = 0.0) -> dict[str, int]:
    async with pair.producer.transaction() as tx:
        await look_at_unsent(tx, stuck_after)
    async with pair.producer.read() as reader:
        return {kind: count for kind, count in (await select_counts(reader)).items() if count}


async def _unsent(pair: Pair) -> int:
    async with pair.producer.read() as reader:
        return int(await reader.fetchval("SELECT count(*) FROM outbox WHERE sent_at IS NULL"))


async def _all_sent(pair: Pair) -> bool:
    return await _unsent(pair) == 0


async def _parked(pair: Pair) -> bool:
    async with pair.producer.read() as reader:
        return bool(await reader.fetchval("SELECT count(*) FROM outbox WHERE parked_reason IS NOT NULL"))


@pytest_asyncio.fixture(loop_scope="session")
async def unbound(pair: Pair) -> AsyncIterator[aio_pika.abc.AbstractQueue]:
    """The consumer's queue, on which nothing of the kind is bound before or after the test."""
    connection = await aio_pika.connect(pair.engines.stack.around.broker_url(f"{CONSUMER}_migrator"))
    async with connection:
        queue = await (await connection.channel()).get_queue(QUEUE, ensure=False)
        await queue.unbind(EVENTS, Unheard.TYPE)
        yield queue
        await queue.unbind(EVENTS, Unheard.TYPE)
        await queue.purge()


@pytest.mark.requirement("M11")
async def test_an_event_that_waits_too_long_is_found_until_it_leaves(pair: Pair) -> None:
    """No relay runs: found when older than the threshold, not before; once a relay ran the finding ends."""
    await _commit(pair, Probed)
    assert await _look(pair, stuck_after=60) == {}
    assert await _look(pair) == {"stuck_outbox": 1}
    async with pair.running(pair.relay()):
        await wait_until(lambda: _all_sent(pair), what="the outbox empty")
    assert await _look(pair) == {}


@pytest.mark.requirement("M11")
async def test_an_unroutable_event_goes_once_somebody_is_bound(pair: Pair, unbound: aio_pika.abc.AbstractQueue) -> None:
    """Parked and found; when the binding is mended the next look lets it go. Control: without a look it stays."""
    await _commit(pair, Unheard)
    async with pair.running(pair.relay()):
        await wait_until(lambda: _parked(pair), what="the event parked")
        assert await _look(pair) == {"unroutable_event": 1}
        await wait_until(lambda: _parked(pair), what="still unroutable, parked again")
        await unbound.bind(EVENTS, Unheard.TYPE)
        await _commit(pair, Probed)
        await wait_until(lambda: _only_one_unsent(pair), what="a later event sent")
        assert await _parked(pair), "nobody looked: the mended binding alone changes nothing"
        await _look(pair)
        await wait_until(lambda: _all_sent(pair), what="the outbox empty")
    assert await _look(pair) == {}


async def _only_one_unsent(pair: Pair) -> bool:
    return await _unsent(pair) == 1
