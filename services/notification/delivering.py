"""The sending loop of the worker role: look for phones that were not known yet, claim (committed first, so that a crash
leaves "unknown" and never a second text), open, call the provider, settle. Any number of copies may run."""

import asyncio
from datetime import timedelta

import structlog

from services.notification.channels.sms import Sms
from services.notification.dependencies import Dependencies
from services.notification.domain.delivery import PHONE_DELAYS, Outcome, Settled, Verdict, days_between, settle
from services.notification.holding import hold_back, hold_for_the_night
from services.notification.storage import deliveries
from services.notification.storage.deliveries import Delivery
from shared.failpoints import failpoint
from shared.postgres.database import OUTAGE_ERRORS
from shared.process.waiting import sleep_unless
from shared.security.keyring import KeyMissing
from shared.security.sealing import SealBroken
from shared.security.subject_keys import SubjectErased
from shared.security.subject_sealing import open_from_event

log = structlog.get_logger()

_LEASE = timedelta(seconds=60)
_BATCH = 20
_POLL_SECONDS = 0.5
_ERASED = Outcome(Verdict.GIVE_UP, "erased")
_PUT_BACK = timedelta(seconds=2)


async def deliver_until_stopped(deps: Dependencies, stop: asyncio.Event) -> None:
    """Send what is due until `stop` is set."""
    while not stop.is_set():
        try:
            if await _deliver_batch(deps):
                continue
        except OUTAGE_ERRORS as error:
            log.warning("delivering_interrupted", error=type(error).__name__)
        await sleep_unless(stop, _POLL_SECONDS)


async def _deliver_batch(deps: Dependencies) -> int:
    now = deps.clock.now()
    reconcile = timedelta(seconds=deps.settings.sms.reconcile_after)
    async with deps.database.transaction() as tx:
        await deliveries.abandon_lost(tx, now, reconcile)
        await hold_for_the_night(deps, tx)
        looked = await deliveries.update_waiting(tx, now, PHONE_DELAYS, _BATCH)
        pending = await deliveries.claim_pending(tx, now, _LEASE, _BATCH)
        unknown = await deliveries.claim_unknown(tx, now, _LEASE, _BATCH)
    if without := looked.count("failed"):
        log.warning("delivery_without_phone", count=without)
    failpoint("delivery.after_claim")
    work = (*(_send(deps, d) for d in pending), *(_reconcile(deps, d) for d in unknown))
    # Each is seen through before anything is raised: one that fails must not cut the others short.
    for failed in await asyncio.gather(*work, return_exceptions=True):
        if failed is not None:
            raise failed
    return len(pending) + len(unknown)


async def _send(deps: Dependencies, delivery: Delivery) -> None:
    if delivery.expires_at is not None and delivery.expires_at <= deps.clock.now():
        await _settle(deps, delivery, Outcome(Verdict.GIVE_UP, "expired"))
        return
    try:
        sms = await _opened(deps, delivery, Verdict.WAIT)
        if isinstance(sms, Sms) and await hold_back(deps, delivery, sms):
            return
    except OUTAGE_ERRORS:
        # Nothing was handed to the provider, so that what goes at most once may still go (M10).
        await _put_back(deps, delivery)
        raise
    if isinstance(sms, Outcome):
        await _settle(deps, delivery, sms)
        return
    outcome = await deps.sms.send(sms)
    failpoint("delivery.after_send")
    await _settle(deps, delivery, outcome)


async def _reconcile(deps: Dependencies, delivery: Delivery) -> None:
    """Look an unknown one up, on every day on which it may have gone; only what the provider never saw goes again."""
    sms = await _opened(deps, delivery, Verdict.UNKNOWN)
    if isinstance(sms, Outcome):
        await _settle(deps, delivery, sms)
        return
    outcome = Outcome(Verdict.UNKNOWN, "not_looked_up")
    for day in days_between(delivery.created_at, deps.clock.now()):
        outcome = await deps.sms.look_up(sms, day)
        if outcome.verdict is not Verdict.RETRY:
            break
    await _settle(deps, delivery, outcome)


async def _opened(deps: Dependencies, delivery: Delivery, unopened: Verdict) -> Sms | Outcome:
    """The text in clear, or what becomes of one that does not open: one person's lost key is nobody else's matter."""
    try:
        return await _sms(deps, delivery)
    except SubjectErased:
        # The account was closed, or the code is older than the key of its day: there is nobody to tell (V58).
        return _ERASED
    except (KeyMissing, SealBroken) as error:
        log.error("delivery_not_opened", delivery_id=str(delivery.id), error=type(error).__name__)
        return Outcome(unopened, "key_missing")


async def _put_back(deps: Dependencies, delivery: Delivery) -> None:
    async with deps.database.transaction() as tx:
        await deliveries.update_put_back(tx, delivery, deps.clock.now() + _PUT_BACK)


async def _sms(deps: Dependencies, delivery: Delivery) -> Sms:
    template = await deps.catalogue.template(delivery.template_key, "zh", delivery.template_version)
    phone = await open_from_event(deps.keyring, "contact", delivery.phone_place, delivery.phone_event)
    parameters = {}
    if delivery.secret_place and delivery.secret_event:
        code = await open_from_event(deps.keyring, "login_code", delivery.secret_place, delivery.secret_event)
        parameters["code"] = code
    return Sms(delivery.id, phone, template.sms_code or "", parameters)


async def _settle(deps: Dependencies, delivery: Delivery, outcome: Outcome) -> None:
    now = deps.clock.now()
    settled: Settled = settle(
        outcome,
        attempts=delivery.attempts,
        at_most_once=delivery.at_most_once,
        now=now,
        reconcile_after=timedelta(seconds=deps.settings.sms.reconcile_after),
    )
    if outcome.code == "expired":
        settled = Settled("expired", None)
    async with deps.database.transaction() as tx:
        await deliveries.update_settled(tx, delivery.id, settled, outcome, now)
    log.info("delivery_settled", delivery_id=str(delivery.id), state=settled.state, outcome=outcome.code)
