"""Senders are stopped and started anew while texts wait: none is lost, none goes twice, and none waits for the lease of
one that stopped in order (M10, G3)."""

import asyncio
import signal

import pytest

from tests.integration.notification.sending_processes import ended, senders
from tests.integration.notification.sms_providers import Provider, provider
from tests.integration.notification.test_lanes import count, notices
from tests.support.engines import Engines
from tests.support.service_under_test import Serve, ServiceUnderTest
from tests.support.waiting import wait_until

_TEXTS = 500
_STATES = "SELECT state, attempts, count(*)::int FROM delivery GROUP BY state, attempts"


async def states(service: ServiceUnderTest) -> dict[tuple[str, int], int]:
    """(state, attempts) -> how many."""
    async with service.database.read() as reader:
        return {(row["state"], row["attempts"]): row["count"] for row in await reader.fetch(_STATES)}


async def asked(sms: Provider, more: int) -> None:
    """So many more texts were handed over."""
    until = sms.asked + more
    await wait_until(lambda: sms.asked >= until, seconds=120, what=f"{more} more texts to be handed over")


@pytest.mark.requirement("M10", "G3")
async def test_a_rolling_restart_loses_doubles_and_delays_nothing(serve: Serve, engines: Engines) -> None:
    """Of four senders one is stopped after the other while five hundred texts wait, the last two at once: what they had
    claimed is settled or given back when they are gone. A new one sends the rest: each text went once, at its first
    attempt."""
    async with provider() as sms:
        sms.fault, sms.seconds = "slow", 0.5
        service = await serve("notification")
        await notices(service, _TEXTS)
        async with senders(engines, service, sms) as start:
            first, second, *last = await asyncio.gather(*(start() for _ in range(4)))
            for one in (first, second):
                await asked(sms, 20)
                assert await ended(one, signal.SIGTERM) == 0
            await asked(sms, 20)
            assert await asyncio.gather(*(ended(one, signal.SIGTERM) for one in last)) == [0, 0]
            assert await states(service) == {("sent", 1): sms.asked, ("pending", 0): _TEXTS - sms.asked}
            sms.seconds = 0.01
            await start()

            async def all_sent() -> bool:
                return await states(service) == {("sent", 1): _TEXTS}

            await wait_until(all_sent, seconds=45, what="all to be settled, sooner than a lease ends")
        assert len(await sms.texts()) == sms.asked == _TEXTS
        assert await count(service, "SELECT count(DISTINCT provider_id) FROM delivery") == _TEXTS


@pytest.mark.requirement("M10", "G3")
async def test_control_what_a_killed_sender_claimed_waits_for_its_lease(serve: Serve, engines: Engines) -> None:
    """Negative control: killed instead of stopped, a sender leaves texts behind that nobody may touch."""
    async with provider() as sms:
        sms.fault, sms.seconds = "slow", 0.5
        service = await serve("notification")
        await notices(service, 60)
        async with senders(engines, service, sms) as start:
            only = await start()
            await asked(sms, 10)
            assert await ended(only, signal.SIGKILL) == -signal.SIGKILL
        assert (await states(service)).get(("sending", 1), 0) > 0
