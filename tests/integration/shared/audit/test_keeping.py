"""The keeper of another service's anchors: append-only, without its keys, and not silent (V63)."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from services.declaration.app import SERVICE as DECLARATION
from services.notification.app import SERVICE as NOTIFICATION
from shared.audit import anchor_store
from shared.audit.anchoring import anchor_chain
from shared.audit.keeping import AnchorNotTheSenders, kept_services, watch_kept
from shared.contracts.institution import InstitutionAuditAnchored
from shared.messaging.consumer import Consumer
from shared.messaging.topology import declare_topology
from shared.outbox.relay import Relay
from shared.settings import BrokerSettings
from tests.integration.shared.audit.conftest import INTERVAL, Watched
from tests.support.waiting import wait_until

_QUEUE = "notification.institution"


def test_every_service_has_a_keeper_that_is_another() -> None:
    """Notification keeps the others' anchors, declaration keeps notification's."""
    assert kept_services(NOTIFICATION.subscriptions) == ["declaration", "identity", "institution"]
    assert kept_services(DECLARATION.subscriptions) == ["notification"]


@pytest.mark.requirement("V63")
async def test_an_anchor_travels_by_the_broker(watched: Watched) -> None:
    """Relay, exchange, queue and consumer as in production: the copy at the keeper is the anchor, byte for byte."""
    around = watched.engines.stack.around
    migrator = BrokerSettings(url=SecretStr(around.broker_url("notification_migrator")))
    await declare_topology(migrator, "notification", [InstitutionAuditAnchored.TYPE])
    await watched.record()
    assert await anchor_chain(watched.chain, watched.clock.now()) == []
    async with watched.chain.database.read() as reader:
        signed = await anchor_store.select_newest(reader, "institution")
    stop = asyncio.Event()
    brokers = {name: BrokerSettings(url=SecretStr(around.broker_url(name))) for name in ("institution", "notification")}
    parts = (
        Relay(watched.chain.database, brokers["institution"], "institution"),
        Consumer(
            _QUEUE,
            NOTIFICATION.queues[_QUEUE],
            watched.keeper.database,
            brokers["notification"],
            watched.keeper.deps,
        ),
    )
    tasks = [asyncio.create_task(part.run(stop)) for part in parts]

    async def arrived() -> bool:
        return [copy.signed for copy in await watched.kept()] == [signed]

    try:
        await wait_until(arrived, seconds=30, what="the copy is kept")
    finally:
        stop.set()
        await asyncio.wait_for(asyncio.gather(*tasks), 20)


@pytest.mark.requirement("V63")
async def test_the_keeper_itself_notices_a_history_that_was_continued_elsewhere(
    watched: Watched, tmp_path: Path
) -> None:
    """Database and bucket both taken back: the service goes on unsuspecting, its keeper raises the alarm."""
    await watched.history(2)
    dump = await watched.dump(tmp_path)
    await watched.history(2)
    async with watched.rolled_back_to(dump) as restored:
        for number in (3, 4):
            await watched.chain.bucket.delete(await watched.object_key(number))
        await restored.record()
        with capture_logs() as logs:
            assert await restored.anchor() == []
    alarms = [(line["service"], line["number"]) for line in logs if line["event"] == "audit_anchor_contradicts"]
    assert alarms == [("institution", 3)]
    assert [copy.number for copy in await watched.kept()] == [1, 2, 3, 3, 4]


@pytest.mark.requirement("V63")
async def test_an_honest_history_raises_no_alarm_in_any_order(watched: Watched) -> None:
    """Copies that come late, twice, and the wrong way round."""
    with capture_logs() as logs:
        for _ in range(4):
            await watched.record()
            await watched.anchor()
        for event in [*reversed(await watched.published()), *await watched.published()]:
            await watched.keeper.deliver(event)
    assert [line for line in logs if line["log_level"] in ("error", "warning")] == []
    assert [copy.number for copy in await watched.kept()] == [1, 2, 3, 4]


@pytest.mark.requirement("V63")
@pytest.mark.parametrize(
    "change",
    [{"aggregate_version": 7}, {"document": "{}"}, {"signature": "no hexadecimal"}],
    ids=lambda change: next(iter(change)),
)
async def test_what_is_no_anchor_of_the_sender_is_not_kept(watched: Watched, change: dict[str, object]) -> None:
    """Another number than it says, no anchor at all, no signature: parked by the consumer, and not in the table."""
    await watched.record()
    await anchor_chain(watched.chain, watched.clock.now())
    event = (await watched.published())[0].model_copy(update=change)
    with pytest.raises(AnchorNotTheSenders):
        await watched.keeper.deliver(event)
    assert await watched.kept() == []


@pytest.mark.requirement("V63")
async def test_silence_is_noticed_after_three_intervals(watched: Watched) -> None:
    """Whoever stops the anchoring is noticed by the keeper; a service that never sent one is not waited for."""
    await watched.history(1)
    services, heard = kept_services(NOTIFICATION.subscriptions), watched.clock.now() - INTERVAL
    database = watched.keeper.database
    assert await watch_kept(database, services, INTERVAL, heard + 3 * INTERVAL) == []
    assert await watch_kept(database, services, INTERVAL, heard + 3 * INTERVAL + timedelta(seconds=1)) == [
        "institution"
    ]
