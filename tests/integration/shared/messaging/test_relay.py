"""Outbox and relay on the real broker: what commits is published, once claimed by one copy, in order per aggregate."""

import asyncio

import aio_pika
import pytest

from shared import outbox
from shared.ids import new_id
from shared.messaging.topology import EVENTS
from shared.outbox.relay import release_parked
from tests.integration.shared.messaging.conftest import CONSUMER, QUEUE, Pair, Probed
from tests.support.waiting import wait_until


def _event(pair: Pair, version: int = 1, **more: object) -> Probed:
    return Probed.model_validate(
        {"occurred_at": "2027-01-01T08:00:00+08:00", "aggregate_version": version, "thing_id": new_id(), **more}
    )


async def _commit(pair: Pair, *events: Probed) -> None:
    async with pair.producer.transaction() as tx:
        for event in events:
            outbox.add(tx, event)


async def _unsent(pair: Pair) -> int:
    async with pair.producer.read() as reader:
        return int(await reader.fetchval("SELECT count(*) FROM outbox WHERE sent_at IS NULL"))


@pytest.mark.requirement("M3")
async def test_committed_events_arrive_once_with_two_relays(pair: Pair) -> None:
    """Two relays share the work by SKIP LOCKED; nothing is published twice and nothing is left."""
    events = [_event(pair) for _ in range(500)]
    for start in range(0, 500, 50):
        await _commit(pair, *events[start : start + 50])
    async with pair.running(pair.relay(), pair.relay(), pair.make_consumer()):
        await wait_until(lambda: len(pair.seen) >= 500, seconds=30, what="500 events handled")
    assert sorted(e.event_id for e in pair.seen) == sorted(e.event_id for e in events)
    assert await _unsent(pair) == 0


async def test_a_rolled_back_event_is_never_published(pair: Pair) -> None:
    """State and event are one commit: no commit, no event."""

    async def fail() -> None:
        async with pair.producer.transaction() as tx:
            outbox.add(tx, _event(pair))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert await _unsent(pair) == 0


@pytest.mark.requirement("M3")
async def test_events_of_one_aggregate_keep_their_order(pair: Pair) -> None:
    """A hundred versions of one thing arrive in order although two relays work."""
    thing = new_id()
    await _commit(pair, *(_event(pair, version, thing_id=thing) for version in range(1, 101)))
    async with pair.running(pair.relay(), pair.relay(), pair.make_consumer()):
        await wait_until(lambda: len(pair.seen) >= 100, seconds=60, what="100 versions handled")
    assert [e.aggregate_version for e in pair.seen] == list(range(1, 101))


@pytest.mark.requirement("M3")
async def test_a_late_committer_is_not_skipped(pair: Pair) -> None:
    """A transaction that took its position early and commits late is still sent: rows are claimed, not ids passed."""
    relay = pair.relay()
    early = _event(pair)
    async with pair.running(relay, pair.make_consumer()):
        async with pair.producer.transaction() as tx:
            outbox.add(tx, early)
            await tx.flush()
            await _commit(pair, _event(pair))
            await wait_until(lambda: len(pair.seen) == 1, what="the later event handled")
        await wait_until(lambda: len(pair.seen) == 2, what="the late committer handled")
    assert pair.seen[1].event_id == early.event_id


@pytest.mark.requirement("M1")
async def test_an_unroutable_event_is_kept_and_goes_after_the_binding_is_mended(pair: Pair) -> None:
    """Without a binding the broker confirms and returns: the row is parked with its reason, not marked sent."""
    await _unbind(pair)
    try:
        await _commit(pair, _event(pair))
        async with pair.running(pair.relay()):
            await wait_until(lambda: _parked(pair, 1), what="the event parked in the outbox")
    finally:
        await _bind(pair)
    assert await release_parked(pair.producer) == 1
    async with pair.running(pair.relay(), pair.make_consumer()):
        await wait_until(lambda: len(pair.seen) == 1, what="the event handled")


@pytest.mark.requirement("M1")
async def test_control_without_mandatory_the_loss_would_look_like_success(pair: Pair) -> None:
    """The trap itself: a plain publish without a binding is confirmed although nobody will ever get it."""
    await _unbind(pair)
    try:
        connection = await aio_pika.connect(pair.producer_broker.url.get_secret_value())
        async with connection:
            channel = await connection.channel()
            exchange = await channel.get_exchange(EVENTS, ensure=False)
            confirmed = await exchange.publish(aio_pika.Message(b"{}"), Probed.TYPE, mandatory=False)
        assert confirmed is not None
        assert await pair.depth(QUEUE) == 0
    finally:
        await _bind(pair)


async def _parked(pair: Pair, count: int) -> bool:
    async with pair.producer.read() as reader:
        found = await reader.fetchval("SELECT count(*) FROM outbox WHERE parked_reason = 'unroutable'")
    return bool(found == count)


async def _unbind(pair: Pair) -> None:
    await _with_queue(pair, bind=False)


async def _bind(pair: Pair) -> None:
    await _with_queue(pair, bind=True)


async def _with_queue(pair: Pair, *, bind: bool) -> None:
    connection = await aio_pika.connect(pair.engines.stack.around.broker_url(f"{CONSUMER}_migrator"))
    async with connection:
        queue = await (await connection.channel()).get_queue(QUEUE, ensure=False)
        await (queue.bind(EVENTS, Probed.TYPE) if bind else queue.unbind(EVENTS, Probed.TYPE))
    await asyncio.sleep(0.1)
