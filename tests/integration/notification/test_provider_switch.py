"""Two SMS providers: who does badly is left within minutes and gets its share back by steps; no text goes twice."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

import pytest
import pytest_asyncio

from services.notification.delivering import deliver_due
from services.notification.lanes import LEASE
from services.notification.storage import allotments, deliveries, providers
from services.notification.use_cases import judge_providers as judging
from services.notification.use_cases.judge_providers import judge_providers
from tests.integration.notification.sms_providers import Provider, Sender, provider, sender
from tests.support.service_under_test import Serve

_RECONCILE = timedelta(minutes=10)
_NAMES = ["first", "second"]


@pytest_asyncio.fixture(loop_scope="session")
async def first() -> AsyncIterator[Provider]:
    """The one that is preferred."""
    async with provider() as one:
        yield one


@pytest_asyncio.fixture(loop_scope="session")
async def second() -> AsyncIterator[Provider]:
    """The other one."""
    async with provider() as one:
        yield one


def _phones(start: int, number: int = 6) -> list[str]:
    return [f"1990000{start + place:04d}" for place in range(number)]


async def _texts_per_phone(*both: Provider) -> dict[str, int]:
    counts: dict[str, int] = {}
    for one in both:
        for text in await one.texts():
            counts[text["to"]] = counts.get(text["to"], 0) + 1
    return counts


async def _deliver_for(box: Sender, minutes: int) -> None:
    for _ in range(minutes):
        await deliver_due(box.deps)
        box.clock.advance(timedelta(minutes=1))


@pytest.mark.requirement("G3", "M10")
async def test_a_provider_that_does_not_answer_is_left_and_every_text_arrives_once(
    serve: Serve, first: Provider, second: Provider
) -> None:
    """The first accepts and never says so: the next notices go to the second at once, the earlier ones are found where
    they went, and each number has one text."""
    async with sender(serve, first, second) as box:
        first.fault = "hangs_up"
        await box.notices(_phones(2000))
        await deliver_due(box.deps)
        assert await box.shares() == {"first": 0, "second": 100}
        await box.notices(_phones(2100))
        await deliver_due(box.deps)
        assert await box.rows("SELECT provider, state, count(*) FROM delivery GROUP BY 1, 2 ORDER BY 1") == [
            ("first", "unknown", 6),
            ("second", "sent", 6),
        ]
        box.clock.advance(_RECONCILE)
        await deliver_due(box.deps)
        assert await box.rows("SELECT DISTINCT state FROM delivery") == [("sent",)]
        assert await _texts_per_phone(first, second) == dict.fromkeys(_phones(2000) + _phones(2100), 1)


@pytest.mark.requirement("G3")
async def test_control_without_judging_the_bad_provider_is_kept(
    serve: Serve, first: Provider, second: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: where nobody draws a conclusion, the next notices go to the same provider."""
    monkeypatch.setattr(judging, "judged", lambda _healths, _now: {})
    async with sender(serve, first, second) as box:
        first.fault = "hangs_up"
        for start in (2200, 2300):
            await box.notices(_phones(start))
            await deliver_due(box.deps)
        assert await box.rows("SELECT provider, count(*) FROM delivery GROUP BY 1") == [("first", 12)]


@pytest.mark.requirement("M10")
async def test_control_a_look_up_at_the_wrong_provider_sends_twice(
    serve: Serve, first: Provider, second: Provider
) -> None:
    """Negative control: asked about what the other one took, a provider knows nothing, and the text goes again."""
    async with sender(serve, first, second) as box:
        first.fault = "hangs_up"
        await box.notices(_phones(2400, 1))
        await deliver_due(box.deps)
        async with box.service.database.transaction() as tx:
            await tx.execute("UPDATE delivery SET provider = 'second'")
            await tx.execute("UPDATE sms_provider SET share = 0 WHERE name = 'first'")
        first.fault = None
        box.clock.advance(_RECONCILE)
        await deliver_due(box.deps)
        box.clock.advance(timedelta(minutes=1))
        await deliver_due(box.deps)
        assert await _texts_per_phone(first, second) == {_phones(2400, 1)[0]: 2}


@pytest.mark.requirement("G3")
async def test_a_slow_provider_is_left_though_it_takes_everything(
    serve: Serve, first: Provider, second: Provider
) -> None:
    """Nothing fails, but every send takes longer than it may."""
    async with sender(serve, first, second, SMS__SLOW_AFTER="0.05") as box:
        first.fault = "slow"
        await box.notices(_phones(2500))
        await deliver_due(box.deps)
        assert await box.rows("SELECT DISTINCT state FROM delivery") == [("sent",)]
        assert (await box.shares())["first"] == 0


@pytest.mark.requirement("G3")
@pytest.mark.parametrize(("minutes", "share"), [(4, 0), (0, 100)], ids=["fails now", "control"])
async def test_a_provider_that_fails_after_a_burst_is_left_within_minutes(
    serve: Serve, first: Provider, second: Provider, minutes: int, share: int
) -> None:
    """What it took well in a burst excuses nothing: four minutes of failures switch, though they are few among all
    sends of the quarter of an hour."""
    async with sender(serve, first, second) as box:
        now = box.clock.now()
        async with box.service.database.transaction() as tx:
            await providers.lock_health(tx, _NAMES, now - timedelta(minutes=1))
            for ago in range(minutes + 15):
                wrong = 20 if ago < minutes else 0
                await tx.execute(
                    """INSERT INTO sms_provider_minute (provider, minute, sends, errors, slow)
                    VALUES ('first', date_trunc('minute', $1::timestamptz), $2, $3, 0)""",
                    now - timedelta(minutes=ago),
                    wrong or 600,
                    wrong,
                )
        async with box.service.database.transaction() as tx:
            await judge_providers(tx, _NAMES, now)
        assert await box.shares() == {"first": share, "second": 100}


@pytest.mark.requirement("G3")
async def test_a_provider_gets_its_share_back_by_steps(serve: Serve, first: Provider, second: Provider) -> None:
    """A quarter of an hour after its last fault it gets a fifth, then a fifth more every five minutes; and nothing once
    more when it fails again."""
    async with sender(serve, first, second) as box:
        first.fault = "hangs_up"
        await box.notices(_phones(2600))
        await deliver_due(box.deps)
        first.fault = None
        await _deliver_for(box, 14)
        assert (await box.shares())["first"] == 0
        seen = []
        for _ in range(6):
            await _deliver_for(box, 5)
            seen.append((await box.shares())["first"])
        assert seen == [20, 40, 60, 80, 100, 100]
        first.fault = "hangs_up"
        await box.notices(_phones(2700))
        await deliver_due(box.deps)
        assert (await box.shares())["first"] == 0


@pytest.mark.requirement("G3")
async def test_copies_of_the_sender_agree(serve: Serve, first: Provider, second: Provider) -> None:
    """Eight copies judge at once: one of them does, one alarm, and all read the same shares afterwards."""
    async with sender(serve, first, second) as box:
        first.fault = "hangs_up"
        await box.notices(_phones(2800))
        async with box.service.database.transaction() as tx:
            await providers.lock_health(tx, _NAMES, box.clock.now() - timedelta(minutes=1))
        await deliver_due(box.deps)

        async def judge() -> list[tuple[str, int]]:
            async with box.service.database.transaction() as tx:
                await judge_providers(tx, _NAMES, box.clock.now() + timedelta(seconds=20))
                return await providers.select_shares(tx, _NAMES)

        await asyncio.gather(*(judge() for _ in range(8)))
        assert await judge() == [("first", 0), ("second", 100)]
        assert len(await box.rows("SELECT DISTINCT judged_at FROM sms_provider")) == 1


@pytest.mark.requirement("M10", "G3")
async def test_what_one_provider_refuses_goes_to_the_other_at_once(
    serve: Serve, first: Provider, second: Provider
) -> None:
    """A documented refusal is no doubt: notices and login codes go to the second without waiting, once."""
    async with sender(serve, first, second) as box:
        first.fault = "busy"
        await box.notices(_phones(2900, 1))
        await box.code("19900002950")
        await deliver_due(box.deps)
        assert await box.rows("SELECT DISTINCT state, provider, attempts FROM delivery") == [("sent", "second", 1)]
        assert await _texts_per_phone(first, second) == {_phones(2900, 1)[0]: 1, "19900002950": 1}


@pytest.mark.requirement("M10", "G3")
async def test_a_code_goes_to_the_second_where_the_first_is_not_there(serve: Serve, second: Provider) -> None:
    """Nothing left for the first, so that nothing can be doubled: one text by the second, at once."""
    async with sender(serve, Provider("http://127.0.0.1:9"), second) as box:
        await box.code("19900002955")
        await deliver_due(box.deps)
        assert await box.rows("SELECT state, provider, attempts FROM delivery") == [("sent", "second", 1)]
        assert await _texts_per_phone(second) == {"19900002955": 1}


@pytest.mark.requirement("M10")
async def test_a_notice_outlives_a_night_without_any_provider(serve: Serve) -> None:
    """Nobody is reached: a notice is tried on for most of a day, then given up; a code, which is worth nothing by then,
    at once."""
    nowhere = Provider("http://127.0.0.1:9")
    async with sender(serve, nowhere, nowhere) as box:
        await box.notices(_phones(2980, 1))
        await box.code("19900002985")
        await deliver_due(box.deps)
        await deliver_due(box.deps)
        states = "SELECT state, outcome_code FROM delivery ORDER BY at_most_once"
        assert await box.rows(states) == [("pending", "not_reached"), ("failed", "not_reached")]
        for _ in range(40):
            box.clock.advance(timedelta(minutes=30))
            await deliver_due(box.deps)
        assert await box.rows(states) == [("pending", "not_reached"), ("failed", "not_reached")]
        for _ in range(12):
            box.clock.advance(timedelta(minutes=30))
            await deliver_due(box.deps)
        assert await box.rows(states) == [("failed", "not_reached")] * 2


@pytest.mark.requirement("M10")
async def test_a_code_of_unknown_fate_goes_to_no_other_provider(
    serve: Serve, first: Provider, second: Provider
) -> None:
    """At most once over all providers: the first may have sent it, so that nobody else gets it, now or later."""
    async with sender(serve, first, second) as box:
        first.fault = "hangs_up"
        await box.code("19900002960")
        for _ in range(4):
            await deliver_due(box.deps)
            box.clock.advance(_RECONCILE)
        assert await box.rows("SELECT state, provider FROM delivery") == [("unknown", "first")]
        assert second.asked == 0
        assert await _texts_per_phone(first, second) == {"19900002960": 1}


@pytest.mark.requirement("M10")
async def test_a_lost_claim_turns_to_nobody(serve: Serve, first: Provider, second: Provider) -> None:
    """A sender that was held up beyond its lease may not turn to the other provider: somebody else may have taken the
    delivery over. One within its lease may."""
    async with sender(serve, first, second) as box:
        await box.notices(_phones(2970, 1))
        async with box.service.database.transaction() as tx:
            (claimed,) = await deliveries.claim_notices("sms", tx, box.clock.now(), LEASE, 1)
            assert await allotments.update_provider(tx, claimed, "second", box.clock.now())
            assert not await allotments.update_provider(tx, claimed, "first", box.clock.now() + LEASE)
        assert isinstance(claimed.id, UUID)
        assert await box.rows("SELECT provider FROM delivery") == [("second",)]
