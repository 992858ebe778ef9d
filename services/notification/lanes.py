"""Lanes of the sending loop: what hangs in one holds up no other. Each has slots of its own, and a slot takes the next
delivery as soon as it is free. Claims are committed first, and skip what another copy has in hand."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

import structlog

from services.notification.dependencies import Dependencies
from services.notification.domain.provider_health import Try
from services.notification.holding import hold_for_the_night, is_on_trial
from services.notification.sending import PASSING, put_aside, reconcile, reconcile_after, send
from services.notification.storage import deliveries
from services.notification.storage.deliveries import Delivery
from services.notification.use_cases.allot_deliveries import allot_deliveries
from shared.failpoints import failpoint
from shared.postgres.transaction import Transaction
from shared.process.waiting import sleep_unless

log = structlog.get_logger()

LEASE: Final = timedelta(seconds=60)
POLL_SECONDS: Final = 0.5
"""How long a lane that found less than it could take waits before it looks again."""
_GATHER_SECONDS: Final = 0.005
"""Slots that come free together are filled by one claim."""

Claim = Callable[[Transaction, datetime, timedelta, int], Awaitable[list[Delivery]]]
Carry = Callable[[Dependencies, Delivery], Coroutine[Any, Any, None]]


@dataclass(frozen=True, slots=True)
class Lane:
    """`slots`: deliveries in hand at a time, per copy. `heeds_night`: what is due is given its place in the morning
    first. `rests_on_trial`: what is due ends as withheld while the zone is on trial. `allots`: who takes it is decided
    in the claim; what is looked up stays with who had it."""

    name: str
    slots: int
    claim: Claim
    carry: Carry
    heeds_night: bool = False
    rests_on_trial: bool = False
    allots: bool = True


@dataclass(frozen=True, slots=True)
class Claimed:
    """How many were claimed, and which of them are to be carried, and how: the others had no consent, and are
    settled."""

    count: int
    deliveries: list[Delivery]
    carry: Carry


def lanes_of(deps: Dependencies, tries: list[Try]) -> tuple[Lane, ...]:
    """Codes by SMS and by e-mail, business texts, WeChat, letters, look-ups. How SMS providers did is added to
    `tries`."""
    slots, codes, notices = deps.settings.sending.slots, deliveries.claim_codes, deliveries.claim_notices

    async def carry(deps: Dependencies, delivery: Delivery) -> None:
        await send(deps, delivery, tries)

    return (
        Lane("codes", slots.codes, partial(codes, "sms"), carry),
        Lane("mail_codes", slots.mail_codes, partial(codes, "email"), carry, rests_on_trial=True),
        Lane("texts", slots.texts, partial(notices, "sms"), carry, heeds_night=True),
        Lane("wechat", slots.wechat, partial(notices, "wechat"), carry, rests_on_trial=True),
        Lane("letters", slots.letters, partial(notices, "email"), carry, rests_on_trial=True),
        Lane("look_ups", slots.look_ups, deliveries.claim_unknown, reconcile, allots=False),
    )


async def run_lane(deps: Dependencies, lane: Lane, stop: asyncio.Event) -> None:
    """Keep the slots full until `stop`, and see through what is in hand. Raises what is no outage, after that too."""
    in_hand: set[asyncio.Task[None]] = set()
    try:
        while not stop.is_set():
            free = lane.slots - len(in_hand)
            claimed = await _claimed_unless_away(deps, lane, free)
            in_hand |= {asyncio.create_task(claimed.carry(deps, one), name=lane.name) for one in claimed.deliveries}
            if claimed.count < free:
                await sleep_unless(stop, POLL_SECONDS)
            elif len(in_hand) == lane.slots:
                await asyncio.wait(in_hand, return_when=asyncio.FIRST_COMPLETED)
                await asyncio.sleep(_GATHER_SECONDS)
            _drop_done(lane, in_hand)
    finally:
        if in_hand:
            await asyncio.wait(in_hand)
    _drop_done(lane, in_hand)


async def claim(deps: Dependencies, lane: Lane, limit: int) -> Claimed:
    """Take what is due in a lane. Notices that have no place yet are not claimed by night, lest all of them end up at
    the same moment of the morning."""
    if lane.heeds_night and not await hold_for_the_night(deps):
        return Claimed(0, [], lane.carry)
    now = deps.clock.now()
    async with deps.database.transaction() as tx:
        taken = carried = await lane.claim(tx, now, LEASE, limit)
        withheld = lane.rests_on_trial and await is_on_trial(tx)
        if lane.allots and not withheld:
            carried = await allot_deliveries(tx, deps.catalogue, list(deps.sms), taken, now, reconcile_after(deps))
    if taken:
        failpoint("delivery.after_claim")
    return Claimed(len(taken), carried, put_aside if withheld else lane.carry)


async def _claimed_unless_away(deps: Dependencies, lane: Lane, limit: int) -> Claimed:
    try:
        return await claim(deps, lane, limit)
    except PASSING as error:
        log.warning("delivering_interrupted", lane=lane.name, error=type(error).__name__)
        return Claimed(0, [], lane.carry)


def _drop_done(lane: Lane, in_hand: set[asyncio.Task[None]]) -> None:
    for task in [one for one in in_hand if one.done()]:
        in_hand.discard(task)
        if (error := task.exception()) is None:
            continue
        if not isinstance(error, PASSING):
            raise error
        log.warning("delivering_interrupted", lane=lane.name, error=type(error).__name__)
