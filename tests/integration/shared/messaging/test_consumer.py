"""The consumer on the real broker: duplicates absorbed, failures retried with our own counter, poison parked."""

import json
from typing import Any

import pytest

from shared import outbox
from shared.errors import Invalid
from shared.ids import new_id
from shared.messaging import inbox
from shared.messaging.parked import list_parked, replay
from shared.messaging.topology import parked_name
from tests.integration.shared.messaging.conftest import CONSUMER, QUEUE, Pair, Probed
from tests.support.waiting import wait_until


def _event() -> Probed:
    return Probed.model_validate(
        {"occurred_at": "2027-01-01T08:00:00+08:00", "aggregate_version": 1, "thing_id": new_id()}
    )


async def _publish(pair: Pair, event: Probed, times: int = 1) -> None:
    for _ in range(times):
        await pair.publish_raw(event.model_dump_json().encode(), message_id=str(event.event_id))


@pytest.mark.requirement("M4")
async def test_the_same_event_fifty_times_has_one_effect(pair: Pair) -> None:
    """Duplicates, in one window or over several, are acknowledged without effect."""
    event = _event()
    async with pair.running(pair.make_consumer(), pair.make_consumer()):
        await _publish(pair, event, 50)
        await wait_until(lambda: _empty(pair), what="the queue drained")
    assert [e.event_id for e in pair.seen] == [event.event_id]


@pytest.mark.requirement("M4")
async def test_control_without_the_inbox_the_effect_multiplies(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    """Protection off: every copy counts as fresh, and the effect happens more than once."""

    async def everything_is_fresh(_tx: Any, _consumer: str, ids: list[Any], _types: list[str]) -> set[Any]:
        return set(ids)

    monkeypatch.setattr(inbox, "insert", everything_is_fresh)
    event = _event()
    async with pair.running(pair.make_consumer()):
        for _ in range(3):
            await _publish(pair, event)
            await wait_until(lambda: _empty(pair), what="the queue drained")
    assert len(pair.seen) > 1


@pytest.mark.requirement("M6")
async def test_a_handler_that_fails_three_times_succeeds_at_last(pair: Pair) -> None:
    """Unknown errors go to the delay queue; the attempts are counted by us, and the effect happens once."""
    pair.failures = 3
    event = _event()
    async with pair.running(pair.make_consumer()):
        await _publish(pair, event)
        await wait_until(lambda: len(pair.seen) == 1, seconds=20, what="the event handled")
        await wait_until(lambda: _empty(pair), what="the queue drained")
    async with pair.consumer.read() as reader:
        attempts = await reader.fetchval("SELECT attempts FROM inbox_attempt WHERE message_id = $1", event.event_id)
    assert attempts == 3
    assert await pair.depth(parked_name(QUEUE)) == 0


@pytest.mark.requirement("M6")
async def test_attempts_are_bounded_and_the_message_is_parked_then_replayed(pair: Pair) -> None:
    """After the last delay the message is parked with its reason; replay brings it back with a fresh counter."""
    pair.failures = 4
    event = _event()
    async with pair.running(pair.make_consumer()):
        await _publish(pair, event)
        await wait_until(lambda: _parked(pair, 1), seconds=20, what="the message parked")
    broker = pair.consumer_broker
    (parked,) = await list_parked(broker, [QUEUE])
    assert (parked.reason, parked.attempts, parked.message_id) == ("RuntimeError", 4, str(event.event_id))
    async with pair.running(pair.make_consumer()):
        assert await replay(broker, pair.consumer, CONSUMER, [QUEUE]) == 1
        await wait_until(lambda: len(pair.seen) == 1, what="the replayed message handled")
    assert await pair.depth(parked_name(QUEUE)) == 0


@pytest.mark.requirement("M6")
@pytest.mark.parametrize(
    ("body", "message_id"),
    [
        (b"not json", str(new_id())),
        (b'{"thing_id": 5}', str(new_id())),
        (b"{}", "no uuid"),
        (json.dumps({"word": "x" * (2 << 20)}).encode(), str(new_id())),
    ],
    ids=["syntax", "schema", "message-id", "two-mebibytes"],
)
async def test_poison_is_parked_at_once_and_holds_up_nobody(pair: Pair, body: bytes, message_id: str) -> None:
    """A body that can not be read never reaches the handler; the messages around it do."""
    before, after = _event(), _event()
    async with pair.running(pair.make_consumer()):
        await _publish(pair, before)
        await pair.publish_raw(body, message_id=message_id)
        await _publish(pair, after)
        await wait_until(lambda: len(pair.seen) == 2, what="the good messages handled")
        await wait_until(lambda: _parked(pair, 1), what="the poison parked")
    assert await pair.depth(QUEUE) == 0


async def test_a_refusal_by_a_rule_is_not_retried(pair: Pair) -> None:
    """Invalid, NotFound, Conflict and Forbidden can not heal by waiting: parked after one attempt."""
    pair.failures, pair.error = 1, Invalid()
    event = _event()
    async with pair.running(pair.make_consumer()):
        await _publish(pair, event)
        await wait_until(lambda: _parked(pair, 1), what="the message parked")
    (parked,) = await list_parked(pair.consumer_broker, [QUEUE])
    assert (parked.reason, parked.attempts) == ("invalid", 1)


async def test_one_failing_message_does_not_undo_its_window(pair: Pair) -> None:
    """When a window fails its messages are handled one by one: the others take effect exactly once."""
    events = [_event() for _ in range(20)]
    async with pair.producer.transaction() as tx:
        for event in events:
            outbox.add(tx, event)
    pair.failures = 1
    async with pair.running(pair.relay(), pair.make_consumer()):
        await wait_until(lambda: len({e.event_id for e in pair.seen}) == 20, what="all handled")
    async with pair.consumer.read() as reader:
        assert await reader.fetchval("SELECT count(*) FROM inbox") == 20


async def _empty(pair: Pair) -> bool:
    return await pair.depth(QUEUE) == 0


async def _parked(pair: Pair, count: int) -> bool:
    return await pair.depth(parked_name(QUEUE)) == count
