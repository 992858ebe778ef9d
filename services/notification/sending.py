"""One claimed delivery from opening to settling. A crash on the way leaves "unknown", and never a second text."""

from datetime import timedelta
from typing import Final

import structlog

from services.notification.channels.sms import Sms
from services.notification.dependencies import Dependencies
from services.notification.domain.delivery import Outcome, Verdict, days_between
from services.notification.domain.provider_health import Try
from services.notification.handing_over import hand_over, look_up
from services.notification.holding import hold_back, withhold
from services.notification.opening import Opened, open_delivery
from services.notification.storage import deliveries
from services.notification.storage.deliveries import Delivery
from services.notification.use_cases.settle_delivery import settle_delivery
from shared.errors import Unavailable
from shared.failpoints import failpoint
from shared.postgres.database import OUTAGE_ERRORS
from shared.security.keyring import KeyMissing
from shared.security.sealing import SealBroken
from shared.security.subject_keys import SubjectErased

log = structlog.get_logger()

PASSING: Final[tuple[type[Exception], ...]] = (*OUTAGE_ERRORS, Unavailable)
"""What an outage raises: it passes by itself."""
_ERASED: Final = Outcome(Verdict.GIVE_UP, "erased")
_PUT_BACK: Final = timedelta(seconds=2)


async def send(deps: Dependencies, delivery: Delivery, tries: list[Try]) -> None:
    """Hand over, and write what became of it. Raises one of PASSING where it was put back or could not be written."""
    if delivery.expires_at is not None and delivery.expires_at <= deps.clock.now():
        await settle(deps, delivery, Outcome(Verdict.GIVE_UP, "expired"))
        return
    try:
        opened = await _opened(deps, delivery, Verdict.WAIT)
        if isinstance(opened, Sms) and await hold_back(deps, delivery, opened):
            return
    except PASSING:
        # Nothing was handed to the provider, so that what goes at most once may still go (M10).
        await _put_back(deps, delivery)
        raise
    if isinstance(opened, Outcome):
        await settle(deps, delivery, opened)
        return
    outcome = await hand_over(deps, delivery, opened, tries)
    failpoint("delivery.after_send")
    await settle(deps, delivery, outcome)


async def put_aside(deps: Dependencies, delivery: Delivery) -> None:
    """End a notice, letter or code by e-mail that does not go on trial. Raises one of PASSING where it was put back."""
    try:
        await withhold(deps, delivery)
    except PASSING:
        await _put_back(deps, delivery)
        raise


async def reconcile(deps: Dependencies, delivery: Delivery) -> None:
    """Look an unknown one up; only what the provider never saw goes again."""
    sms = await _opened(deps, delivery, Verdict.UNKNOWN)
    if isinstance(sms, Sms):
        days = days_between(delivery.created_at, deps.clock.now())
        sms = await look_up(deps, delivery, sms, days)
    if isinstance(sms, Outcome):
        await settle(deps, delivery, sms)


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


async def settle(deps: Dependencies, delivery: Delivery, outcome: Outcome) -> None:
    """Write what became of an attempt."""
    now = deps.clock.now()
    async with deps.database.transaction() as tx:
        settled = await settle_delivery(tx, delivery, outcome, now, reconcile_after(deps))
    log.info("delivery_settled", delivery_id=str(delivery.id), state=settled.state, outcome=outcome.code)


def reconcile_after(deps: Dependencies) -> timedelta:
    """How long a text of unknown fate rests before it is looked up."""
    return timedelta(seconds=deps.settings.sms.reconcile_after)
