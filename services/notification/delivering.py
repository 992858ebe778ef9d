"""The sending loop of the worker role: a loop per lane, and one that sweeps for them. Any number of copies may run."""

import asyncio
from collections.abc import Awaitable
from typing import Final

import structlog

from services.notification.dependencies import Dependencies
from services.notification.domain.delivery import PHONE_DELAYS
from services.notification.domain.provider_health import Try
from services.notification.lanes import POLL_SECONDS, claim, lanes_of, run_lane
from services.notification.sending import PASSING, reconcile_after
from services.notification.storage import deliveries, providers
from services.notification.use_cases.judge_providers import judge_providers
from shared.process.waiting import sleep_unless
from shared.telemetry.metrics import SMS_PROVIDER_SHARE

log = structlog.get_logger()

_LOOKED_FOR: Final = 200


async def deliver_until_stopped(deps: Dependencies, stop: asyncio.Event) -> None:
    """Send what is due until `stop` is set; what is in hand then is seen through. A fault in one lane sets it."""
    tries: list[Try] = []
    loops = [run_lane(deps, lane, stop) for lane in lanes_of(deps, tries)]
    ended = await asyncio.gather(
        *(_stopping_all(one, stop) for one in (*loops, _keep_swept(deps, tries, stop))), return_exceptions=True
    )
    _raise_first(ended)


async def deliver_due(deps: Dependencies) -> int:
    """One round of all lanes, as many as there are slots; how many were claimed. Raises, when all have been seen
    through, what the first that failed raised."""
    tries: list[Try] = []
    await _sweep(deps)
    claimed = [await claim(deps, lane, lane.slots) for lane in lanes_of(deps, tries)]
    work = (taken.carry(deps, one) for taken in claimed for one in taken.deliveries)
    ended = await asyncio.gather(*work, return_exceptions=True)
    await _remember(deps, tries)
    _raise_first(ended)
    return sum(taken.count for taken in claimed)


async def _stopping_all(loop: Awaitable[None], stop: asyncio.Event) -> None:
    try:
        await loop
    finally:
        stop.set()


def _raise_first(ended: list[BaseException | None]) -> None:
    for failed in ended:
        if failed is not None:
            raise failed


async def _keep_swept(deps: Dependencies, tries: list[Try], stop: asyncio.Event) -> None:
    while not stop.is_set():
        looked = 0
        try:
            looked = await _sweep(deps)
            await _remember(deps, tries)
        except PASSING as error:
            log.warning("delivering_interrupted", lane="sweep", error=type(error).__name__)
        if looked < _LOOKED_FOR:
            await sleep_unless(stop, POLL_SECONDS)


async def _sweep(deps: Dependencies) -> int:
    """Give up what lost senders had in hand, and look for phones that were not known yet; how many were looked for."""
    now = deps.clock.now()
    async with deps.database.transaction() as tx:
        await deliveries.abandon_lost(tx, now, reconcile_after(deps))
        looked = await deliveries.update_waiting(tx, now, PHONE_DELAYS, _LOOKED_FOR)
    if without := looked.count("failed"):
        log.warning("delivery_without_phone", count=without)
    return len(looked)


async def _remember(deps: Dependencies, tries: list[Try]) -> None:
    """How the providers did, and what that makes of their shares."""
    now, names, counted = deps.clock.now(), list(deps.sms), list(tries)
    async with deps.database.transaction() as tx:
        if counted:
            await providers.insert_tries(tx, counted, now)
        await judge_providers(tx, names, now)
        for name, share in await providers.select_shares(tx, names):
            SMS_PROVIDER_SHARE.labels(provider=name).set(share)
    # Only now: what an outage kept from being counted is counted after it.
    del tries[: len(counted)]
