"""How long messages and the memory of them are kept: the latest possible replay is recognised (M5)."""

from types import SimpleNamespace
from typing import Any, cast

import aio_pika
import pytest

from shared.ids import new_id
from shared.messaging.parked import replay
from shared.messaging.publisher import OutgoingMessage, Publisher
from shared.messaging.topology import direct_exchange, parked_name
from shared.process.definition import Foundation
from shared.process.housekeeping import forget_messages
from shared.settings import MessageSettings
from tests.integration.shared.messaging.conftest import CONSUMER, QUEUE, Pair, Probed
from tests.support.waiting import wait_until

_DEFAULTS = MessageSettings()
# What start-up refuses: the inbox forgets while a copy may still be parked or sent again.
_FORGETFUL = MessageSettings.model_construct(inbox_days=40, parked_days=14, outbox_days=30)
_LATEST = _DEFAULTS.parked_days + _DEFAULTS.outbox_days

_AGE_INBOX = "UPDATE inbox SET received_at = now() - make_interval(days => $1)"
_COUNT_INBOX = "SELECT count(*) FROM inbox"


def _event() -> Probed:
    return Probed.model_validate(
        {"occurred_at": "2027-01-01T08:00:00+08:00", "aggregate_version": 1, "thing_id": new_id()}
    )


async def _publish(pair: Pair, event: Probed) -> None:
    await pair.publish_raw(event.model_dump_json().encode(), message_id=str(event.event_id))


async def _park_a_copy(pair: Pair, event: Probed) -> None:
    publisher = await Publisher.open(pair.consumer_broker, "test.park")
    copy = OutgoingMessage(
        direct_exchange(CONSUMER),
        parked_name(QUEUE),
        event.event_id,
        Probed.TYPE,
        event.model_dump_json().encode(),
        "x",
    )
    await publisher.publish([copy])
    await publisher.close()


@pytest.mark.requirement("M5")
@pytest.mark.parametrize(("kept", "effects"), [(_DEFAULTS, 1), (_FORGETFUL, 2)], ids=["defaults", "control: forgetful"])
async def test_the_latest_possible_replay_has_no_second_effect(pair: Pair, kept: MessageSettings, effects: int) -> None:
    """Handled, a copy parked, replayed at the end of both terms: known still. Forgotten earlier, it is done twice."""
    event, behind = _event(), _event()
    async with pair.running(pair.make_consumer()):
        await _publish(pair, event)
        await wait_until(lambda: len(pair.seen) == 1, what="the event handled")
    await _park_a_copy(pair, event)
    async with pair.consumer.transaction() as tx:
        assert await tx.execute(_AGE_INBOX, _LATEST) == 1
    await forget_messages(kept, cast("Foundation", SimpleNamespace(database=pair.consumer)))
    async with pair.running(pair.make_consumer()):
        assert await replay(pair.consumer_broker, pair.consumer, CONSUMER, [QUEUE]) == 1
        await _publish(pair, behind)
        await wait_until(lambda: behind in pair.seen, what="what stood behind the replayed message handled")
    assert pair.seen.count(event) == effects


@pytest.mark.requirement("M5")
async def test_the_inbox_is_forgotten_only_past_its_term(pair: Pair) -> None:
    """A day before its term a row stays, a day after it is gone."""
    foundation = cast("Foundation", SimpleNamespace(database=pair.consumer))
    async with pair.consumer.transaction() as tx:
        await tx.execute("INSERT INTO inbox (message_id, consumer, type) VALUES ($1, 'x', 'x')", new_id())
    for age, left in ((_DEFAULTS.inbox_days - 1, 1), (_DEFAULTS.inbox_days + 1, 0)):
        async with pair.consumer.transaction() as tx:
            await tx.execute(_AGE_INBOX, age)
        await forget_messages(_DEFAULTS, foundation)
        async with pair.consumer.read() as reader:
            assert await reader.fetchval(_COUNT_INBOX) == left


@pytest.mark.requirement("M5")
@pytest.mark.parametrize(("days", "accepted"), [(_DEFAULTS.parked_days, True), (_DEFAULTS.inbox_days, False)])
async def test_the_broker_itself_drops_what_is_parked_too_long(pair: Pair, days: int, accepted: bool) -> None:
    """The parked queue has the promised time to live: declared with another one, the broker refuses."""
    arguments: dict[str, Any] = {"x-queue-type": "quorum", "x-message-ttl": days * 86_400_000}
    connection = await aio_pika.connect(pair.engines.stack.around.broker_url(f"{CONSUMER}_migrator"))
    async with connection:
        channel = await connection.channel()
        declaring = channel.declare_queue(parked_name(QUEUE), durable=True, arguments=arguments)
        if accepted:
            await declaring
        else:
            with pytest.raises(aio_pika.exceptions.ChannelPreconditionFailed):
                await declaring
