"""Messages that come too often, can not be read, can not be handled yet, or find no queue: with real processes."""

import asyncio
import sys
from datetime import timedelta

import aio_pika
import asyncpg
import pytest

from shared.ids import new_id
from tests.chaos.invariants import check, queue_depths, settled
from tests.chaos.saga import History, Saga
from tests.support.waiting import wait_until

QUEUE = "notification.declaration"
TYPE = "declaration.submitted.v1"


async def _publish(saga: Saga, body: bytes, message_id: str, times: int = 1) -> None:
    connection = await aio_pika.connect(saga.stack.around.broker_url("declaration"))
    async with connection:
        exchange = await (await connection.channel()).get_exchange("events", ensure=False)
        message = aio_pika.Message(body, message_id=message_id, type=TYPE, delivery_mode=2)
        for _ in range(times):
            await exchange.publish(message, TYPE)


async def _bound(saga: Saga, *, bound: bool) -> None:
    connection = await aio_pika.connect(saga.stack.around.broker_url("notification_migrator"))
    async with connection:
        queue = await (await connection.channel()).get_queue(QUEUE, ensure=False)
        await (queue.bind("events", TYPE) if bound else queue.unbind("events", TYPE))


async def _value(saga: Saga, query: str, *arguments: object) -> object:
    connection = await asyncpg.connect(saga.admin_dsn)
    try:
        return await connection.fetchval(query, *arguments)
    finally:
        await connection.close()


@pytest.mark.requirement("M4")
async def test_an_event_delivered_fifty_times_more_is_told_once(saga: Saga) -> None:
    """The broker hands the same event over again and again; the inbox absorbs it."""
    history = History()
    await saga.submit(saga.take(1), history)
    await settled(saga)
    connection = await asyncpg.connect(saga.admin_dsn)
    row = await connection.fetchrow(
        "SELECT event_id, body FROM declaration.outbox WHERE aggregate_id = $1", next(iter(history.acknowledged))
    )
    await connection.close()
    assert row is not None
    await _publish(saga, row["body"], str(row["event_id"]), times=50)
    await check(saga, history, "submission")


@pytest.mark.requirement("M6")
async def test_poison_is_parked_and_holds_up_nobody(saga: Saga) -> None:
    """Unreadable bodies among good ones: the good ones are told, parked is exactly the poison."""
    history = History()
    before = sum(n for name, n in (await queue_depths(saga)).items() if name.endswith(".parked"))
    await _publish(saga, b"{not json", str(new_id()))
    await saga.submit(saga.take(5), history)
    await _publish(saga, b'{"declaration_id": 7}', str(new_id()))
    await settled(saga)
    await wait_until(lambda: _parked(saga, before + 2), what="both poisons parked")
    await check(saga, history, "submission", parked=before + 2)
    await _purge(saga)
    # The broker counts its queues every few seconds: what it still shows would be taken for poison of the next test.
    await wait_until(lambda: _parked(saga, before), what="the purge in the broker's counts")


@pytest.mark.requirement("M6")
async def test_a_consumer_that_fails_at_first_succeeds_later(saga: Saga) -> None:
    """The handler's transaction fails: the message goes round the delay queue and takes effect once."""
    history = History()
    await saga.with_failpoint("notification", "worker", "consumer.before_commit:raise")
    await saga.submit(saga.take(1), history)
    await settled(saga)
    await saga.revive("notification", "worker")
    await check(saga, history, "submission")


@pytest.mark.requirement("M1", "M6")
async def test_a_consumer_that_keeps_failing_is_retried_with_our_own_count(saga: Saga) -> None:
    """Without the recipient's table nothing can be told; when it is back, the retries make up for it."""
    history = History()
    connection = await asyncpg.connect(saga.admin_dsn)
    await connection.execute("ALTER TABLE notification.message RENAME TO message_away")
    try:
        await saga.submit(saga.take(1), history)
        attempts = (
            "SELECT coalesce(max(attempts), 0) FROM notification.inbox_attempt WHERE updated_at > now() - $1::interval"
        )
        await wait_until(lambda: _more_than(saga, attempts, 1), seconds=30, what="two failed attempts counted")
    finally:
        await connection.execute("ALTER TABLE notification.message_away RENAME TO message")
        await connection.close()
    await settled(saga)
    await check(saga, history, "submission")


@pytest.mark.requirement("M1")
async def test_an_unroutable_event_waits_for_its_binding_and_the_replay_command(saga: Saga) -> None:
    """Without a binding the broker returns the event: it is kept with its reason, and goes after `replay`."""
    history = History()
    await _bound(saga, bound=False)
    try:
        await saga.submit(saga.take(3), history)
        parked = "SELECT count(*) FROM declaration.outbox WHERE parked_reason = 'unroutable'"
        await wait_until(lambda: _is(saga, parked, 3), what="three events kept as unroutable")
        # A worker lets them go by itself within a minute: here the command is what lets them go.
        await saga.halt("declaration", "worker")
    finally:
        await _bound(saga, bound=True)
    await _replay(saga)
    await saga.revive("declaration", "worker")
    await settled(saga)
    await check(saga, history, "submission")


async def _replay(saga: Saga) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "services.declaration",
        "replay",
        env={"PATH": "/usr/bin:/bin"} | saga.stack.environment("declaration"),
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate()
    assert b'"released_from_outbox": 3' in output, output


async def _purge(saga: Saga) -> None:
    connection = await aio_pika.connect(saga.stack.around.broker_url("notification_migrator"))
    async with connection:
        await (await (await connection.channel()).get_queue(f"{QUEUE}.parked", ensure=False)).purge()


async def _parked(saga: Saga, count: int) -> bool:
    return sum(n for name, n in (await queue_depths(saga)).items() if name.endswith(".parked")) == count


async def _is(saga: Saga, query: str, count: int) -> bool:
    return await _value(saga, query) == count


async def _more_than(saga: Saga, query: str, count: int) -> bool:
    found = await _value(saga, query, timedelta(minutes=1))
    return isinstance(found, int) and found > count
