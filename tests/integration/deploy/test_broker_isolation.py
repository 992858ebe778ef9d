"""Broker users on a real node (V66)."""

import asyncio

import aio_pika
import pytest
from aio_pika.abc import AbstractChannel
from aiormq.exceptions import ChannelAccessRefused

from deploy.local.stack import Stack

BODY = aio_pika.Message(b"{}")


async def _channel(stack: Stack, user: str) -> tuple[aio_pika.abc.AbstractConnection, AbstractChannel]:
    connection = await aio_pika.connect(stack.around.broker_url(user))
    return connection, await connection.channel()


@pytest.mark.requirement("V66")
async def test_own_event_reaches_a_bound_queue(engines: Stack) -> None:
    """The way that must work: a migrator declares and binds, one service publishes, the other consumes."""
    migrating, channel = await _channel(engines, "notification_migrator")
    queue = await channel.declare_queue(
        "notification.probe", durable=True, arguments={"x-queue-type": "quorum", "x-dead-letter-exchange": ""}
    )
    await queue.bind("events", "declaration.probe.v1")
    publishing, channel = await _channel(engines, "declaration")
    exchange = await channel.get_exchange("events", ensure=False)
    await exchange.publish(BODY, "declaration.probe.v1", timeout=10)
    consuming, channel = await _channel(engines, "notification")
    own = await channel.get_queue("notification.probe", ensure=False)
    async with asyncio.timeout(10):
        async with own.iterator() as messages:
            async for message in messages:
                await message.ack()
                assert message.routing_key == "declaration.probe.v1"
                break
    await queue.delete(if_unused=False, if_empty=False)
    for connection in (migrating, publishing, consuming):
        await connection.close()


@pytest.mark.requirement("V66")
async def test_publishing_under_another_name_is_refused(engines: Stack) -> None:
    """A service cannot say what only another may say, nor write to a queue past the exchange."""
    for exchange_name, key in (
        ("events", "identity.person_verified.v1"),
        ("events", "declarations.x.v1"),
        ("", "notification.probe"),
        ("amq.topic", "declaration.x.v1"),
    ):
        connection, channel = await _channel(engines, "declaration")
        exchange = (
            await channel.get_exchange(exchange_name, ensure=False) if exchange_name else channel.default_exchange
        )
        with pytest.raises(ChannelAccessRefused):
            await exchange.publish(BODY, key, timeout=10)
        await connection.close()


@pytest.mark.requirement("V66")
async def test_consuming_from_another_is_refused(engines: Stack) -> None:
    """A service reads no queue but its own."""
    migrating, channel = await _channel(engines, "notification_migrator")
    queue = await channel.declare_queue("notification.private", durable=True)
    for user, allowed in (("notification", True), ("identity", False), ("identity_migrator", False)):
        connection, channel = await _channel(engines, user)
        theirs = await channel.get_queue("notification.private", ensure=False)
        if allowed:
            assert await theirs.get(fail=False, timeout=10) is None
        else:
            with pytest.raises(ChannelAccessRefused):
                await theirs.get(fail=False, timeout=10)
        await connection.close()
    await queue.delete(if_unused=False, if_empty=False)
    await migrating.close()


@pytest.mark.requirement("V66")
async def test_declaring_is_for_the_own_migrator(engines: Stack) -> None:
    """A service declares nothing; a migrator declares under its service's name only and binds only its own queues."""
    migrating, own = await _channel(engines, "identity_migrator")
    queue = await own.declare_queue("identity.mine", durable=True)
    for user, name in (
        ("identity", "identity.more"),
        ("identity_migrator", "notification.more"),
        ("identity_migrator", "identitymore"),
        ("identity_migrator", ""),
    ):
        connection, channel = await _channel(engines, user)
        with pytest.raises(ChannelAccessRefused):
            await channel.declare_queue(name, durable=True)
        await connection.close()
    for user, exchange_name in (("identity", "events"), ("notification_migrator", "events")):
        connection, channel = await _channel(engines, user)
        theirs = await channel.get_queue("identity.mine", ensure=False)
        with pytest.raises(ChannelAccessRefused):
            await theirs.bind(exchange_name, "identity.x.v1")
        await connection.close()
    connection, channel = await _channel(engines, "identity_migrator")
    with pytest.raises(ChannelAccessRefused):
        await channel.declare_exchange("identity2", aio_pika.ExchangeType.TOPIC)
    await connection.close()
    await queue.delete(if_unused=False, if_empty=False)
    await migrating.close()


async def test_memory_alarm_can_be_raised_and_lifted(engines: Stack) -> None:
    """The control command works on the private node: an alarm set by a test is seen by the node, and goes again."""
    assert "memory" not in await engines.rabbitmqctl("eval", "rabbit_alarm:get_alarms().")
    await engines.rabbitmqctl("set_vm_memory_high_watermark", "absolute", "1MB")
    try:
        async with asyncio.timeout(20):
            while "memory" not in await engines.rabbitmqctl("eval", "rabbit_alarm:get_alarms()."):
                await asyncio.sleep(0.5)
    finally:
        await engines.rabbitmqctl("set_vm_memory_high_watermark", "0.4")
    async with asyncio.timeout(20):
        while "memory" in await engines.rabbitmqctl("eval", "rabbit_alarm:get_alarms()."):
            await asyncio.sleep(0.5)
