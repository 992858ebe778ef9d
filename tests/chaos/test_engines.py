"""Broker and database taken away under load: commands wait or are told to retry, and all is made up for afterwards."""

import asyncio
import signal

import asyncpg
import pytest

from tests.chaos.invariants import check, queue_depths, settled
from tests.chaos.saga import History, Saga
from tests.support.waiting import wait_until


async def _steadily(saga: Saga, history: History, count: int, pace: float = 0.05) -> None:
    """Submit one after another, so that the fault falls into the middle."""
    tasks = []
    for draft in saga.take(count):
        tasks.append(asyncio.create_task(saga.submit([draft], history)))
        await asyncio.sleep(pace)
    await asyncio.gather(*tasks)


@pytest.mark.requirement("M2")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM], ids=["killed", "restarted"])
async def test_a_broker_restart_under_load(saga: Saga, how: signal.Signals) -> None:
    """Submissions go on without the broker; after its return everything is told once."""
    history = History()
    load = asyncio.create_task(_steadily(saga, history, 80))
    await asyncio.sleep(1)
    if how == signal.SIGKILL:
        saga.stack.kill("rabbitmq", how)
        await wait_until(lambda: saga.is_dead("rabbitmq"), what="the broker to be dead")
    await saga.stack.restart("rabbitmq")
    await load
    await settled(saga)
    assert len(history.acknowledged) == 80
    await check(saga, history, "submission")


@pytest.mark.requirement("M8")
async def test_a_database_restart_under_load(saga: Saga) -> None:
    """PostgreSQL is killed under load: clients repeat with their key, nothing acknowledged is lost, nothing doubled."""
    history = History()
    load = asyncio.create_task(_steadily(saga, history, 80))
    await asyncio.sleep(1)
    saga.stack.kill("postgres", signal.SIGKILL)
    await wait_until(lambda: saga.is_dead("postgres"), what="the database to be dead")
    await asyncio.sleep(0.5)
    await saga.stack.restart("postgres")
    await load
    await settled(saga)
    assert len(history.acknowledged) == 80
    await check(saga, history, "submission")


@pytest.mark.requirement("M2")
async def test_a_memory_alarm_holds_events_back_and_multiplies_nothing(saga: Saga) -> None:
    """Under the alarm commands go on and the relay claims nothing; when it clears, each event is delivered once."""
    await saga.stack.rabbitmqctl("set_vm_memory_high_watermark", "0.00001")
    history = History()
    try:
        await saga.submit(saga.take(30), history)
        assert len(history.acknowledged) == 30
        await asyncio.sleep(6)
        connection = await asyncpg.connect(saga.admin_dsn)
        held = await connection.fetchval("SELECT count(*) FROM declaration.outbox WHERE sent_at IS NULL")
        await connection.close()
        # Control: the alarm was real, it held the events back.
        assert held >= 29
    finally:
        await saga.stack.rabbitmqctl("set_vm_memory_high_watermark", "0.4")
    await settled(saga)
    await check(saga, history, "submission")


@pytest.mark.requirement("M6")
async def test_a_hung_worker_is_replaced_and_its_messages_go_to_another(saga: Saga) -> None:
    """SIGSTOP is harder than kill: the broker gives the messages of a silent consumer to its copy."""
    await saga.stack.start("notification", "worker", copy=1)
    saga.stack.kill("notification.worker", signal.SIGSTOP)
    history = History()
    try:
        await saga.submit(saga.take(30), history)
        await settled(saga, seconds=90)
    finally:
        saga.stack.kill("notification.worker", signal.SIGCONT)
        await saga.stack.stop("notification.worker.1")
    await wait_until(lambda: _empty(saga), seconds=60, what="the revived worker to settle")
    await check(saga, history, "submission")


async def _empty(saga: Saga) -> bool:
    return all(n == 0 for n in (await queue_depths(saga)).values())
