"""The sending loop of the worker role: look for phones that were not known yet, claim (committed first, so that a crash
leaves "unknown" and never a second text), open, hand over, settle. Any number of copies may run."""

import asyncio
from datetime import timedelta

import structlog

from services.notification.channels.sms import Sms
from services.notification.dependencies import Dependencies
from services.notification.domain.delivery import PHONE_DELAYS, Outcome, Verdict, days_between
from services.notification.domain.provider_health import Try
from services.notification.handing_over import hand_over, look_up
from services.notification.holding import hold_back, hold_for_the_night, withheld_on_trial, withhold
from services.notification.opening import Opened, open_delivery
from services.notification.storage import deliveries, providers
from services.notification.storage.deliveries import Delivery
from services.notification.use_cases.allot_deliveries import allot_deliveries
from services.notification.use_cases.judge_providers import judge_providers
from services.notification.use_cases.settle_delivery import settle_delivery
from shared.errors import Unavailable
from shared.failpoints import failpoint
from shared.postgres.database import OUTAGE_ERRORS
from shared.process.waiting import sleep_unless
from shared.security.keyring import KeyMissing
from shared.security.sealing import SealBroken
from shared.security.subject_keys import SubjectErased
from shared.telemetry.metrics import SMS_PROVIDER_SHARE

log = structlog.get_logger()

_LEASE = timedelta(seconds=60)
_BATCH = 20
_POLL_SECONDS = 0.5
_ERASED = Outcome(Verdict.GIVE_UP, "erased")
_PUT_BACK = timedelta(seconds=2)
_PASSING: tuple[type[Exception], ...] = (*OUTAGE_ERRORS, Unavailable)


async def deliver_until_stopped(deps: Dependencies, stop: asyncio.Event) -> None:
    """Send what is due until `stop` is set."""
    while not stop.is_set():
        try:
            if await _deliver_batch(deps):
                continue
        except _PASSING as error:
            log.warning("delivering_interrupted", error=type(error).__name__)
        await sleep_unless(stop, _POLL_SECONDS)


async def _deliver_batch(deps: Dependencies) -> int:
    now, names = deps.clock.now(), list(deps.sms)
    reconcile = _reconcile_after(deps)
    # Notices that have no place yet are not claimed, lest all of them end up at the same moment of the morning.
    placed = await hold_for_the_night(deps)
    async with deps.database.transaction() as tx:
        await deliveries.abandon_lost(tx, now, reconcile)
        looked = await deliveries.update_waiting(tx, now, PHONE_DELAYS, _BATCH)
        claimed = await deliveries.claim_pending(tx, now, _LEASE, _BATCH, codes_only=not placed)
        withheld = await withheld_on_trial(tx, claimed)
        going = [delivery for delivery in claimed if delivery not in withheld]
        pending = await allot_deliveries(tx, deps.catalogue, names, going, now, reconcile)
        unknown = await deliveries.claim_unknown(tx, now, _LEASE, _BATCH)
    if without := looked.count("failed"):
        log.warning("delivery_without_phone", count=without)
    failpoint("delivery.after_claim")
    tries: list[Try] = []
    work = (
        *(_send(deps, d, tries) for d in pending),
        *(_withhold(deps, d) for d in withheld),
        *(_reconcile(deps, d) for d in unknown),
    )
    # Each is seen through before anything is raised: one that fails must not cut the others short.
    done = await asyncio.gather(*work, return_exceptions=True)
    await _remember(deps, tries)
    for failed in done:
        if failed is not None:
            raise failed
    return len(claimed) + len(unknown)


async def _remember(deps: Dependencies, tries: list[Try]) -> None:
    """How the providers did, and what that makes of their shares."""
    now, names = deps.clock.now(), list(deps.sms)
    async with deps.database.transaction() as tx:
        if tries:
            await providers.insert_tries(tx, tries, now)
        await judge_providers(tx, names, now)
        for name, share in await providers.select_shares(tx, names):
            SMS_PROVIDER_SHARE.labels(provider=name).set(share)


async def _send(deps: Dependencies, delivery: Delivery, tries: list[Try]) -> None:
    if delivery.expires_at is not None and delivery.expires_at <= deps.clock.now():
        await _settle(deps, delivery, Outcome(Verdict.GIVE_UP, "expired"))
        return
    try:
        opened = await _opened(deps, delivery, Verdict.WAIT)
        if isinstance(opened, Sms) and await hold_back(deps, delivery, opened):
            return
    except _PASSING:
        # Nothing was handed to the provider, so that what goes at most once may still go (M10).
        await _put_back(deps, delivery)
        raise
    if isinstance(opened, Outcome):
        await _settle(deps, delivery, opened)
        return
    outcome = await hand_over(deps, delivery, opened, tries)
    failpoint("delivery.after_send")
    await _settle(deps, delivery, outcome)


async def _withhold(deps: Dependencies, delivery: Delivery) -> None:
    try:
        await withhold(deps, delivery)
    except OUTAGE_ERRORS:
        await _put_back(deps, delivery)
        raise


async def _reconcile(deps: Dependencies, delivery: Delivery) -> None:
    """Look an unknown one up; only what the provider never saw goes again."""
    sms = await _opened(deps, delivery, Verdict.UNKNOWN)
    if isinstance(sms, Sms):
        days = days_between(delivery.created_at, deps.clock.now())
        sms = await look_up(deps, delivery, sms, days)
    if isinstance(sms, Outcome):
        await _settle(deps, delivery, sms)


async def _opened(deps: Dependencies, delivery: Delivery, unopened: Verdict) -> Opened | Outcome:
    """The text in clear, or what becomes of one that does not open: one person's lost key is nobody else's matter."""
    try:
        return await open_delivery(deps, delivery)
    except SubjectErased:
        # The account was closed, or the code is older than the key of its day: there is nobody to tell (V58).
        return _ERASED
    except (KeyMissing, SealBroken) as error:
        log.error("delivery_not_opened", delivery_id=str(delivery.id), error=type(error).__name__)
        return Outcome(unopened, "key_missing")


async def _put_back(deps: Dependencies, delivery: Delivery) -> None:
    async with deps.database.transaction() as tx:
        await deliveries.update_put_back(tx, delivery, deps.clock.now() + _PUT_BACK)


async def _settle(deps: Dependencies, delivery: Delivery, outcome: Outcome) -> None:
    now = deps.clock.now()
    async with deps.database.transaction() as tx:
        settled = await settle_delivery(tx, delivery, outcome, now, _reconcile_after(deps))
    log.info("delivery_settled", delivery_id=str(delivery.id), state=settled.state, outcome=outcome.code)


def _reconcile_after(deps: Dependencies) -> timedelta:
    return timedelta(seconds=deps.settings.sms.reconcile_after)
