"""Between claiming a text and handing it over: whether it goes at all, now, or later. What does not go is no
attempt."""

from datetime import timedelta
from typing import Final

import structlog

from services.notification.channels.sms import Sms
from services.notification.dependencies import Dependencies
from services.notification.domain.holding import Held, held_by_quota, held_by_standing, scopes_of
from services.notification.domain.quiet_hours import is_quiet, morning_after
from services.notification.storage import holds, quotas
from services.notification.storage.deliveries import Delivery
from services.notification.storage.number_index import number_index
from services.notification.storage.quotas import QuotaUsedUp
from shared.postgres.transaction import Transaction
from shared.telemetry.metrics import SMS_CODES_REFUSED

log = structlog.get_logger()

_MANY: Final = 5_000
# Written nowhere: only what is in its sender's hands is put aside.
_OVER: Final = Held("delivered", "settled_meanwhile")


async def hold_for_the_night(deps: Dependencies) -> bool:
    """In quiet hours give business notices that are due their places in the morning, a batch in a transaction of its
    own; whether none was left. While another sender gives out places this one does not wait for it."""
    now, sending = deps.clock.now(), deps.settings.sending
    if not (sending.quiet_hours and is_quiet(now)):
        return True
    apart = timedelta(minutes=1) / sending.morning_per_minute
    async with deps.database.transaction() as tx:
        if not await holds.lock_places(tx):
            return False
        return await holds.update_due_held(tx, now, morning_after(now), apart, _MANY) < _MANY


async def hold_back(deps: Dependencies, delivery: Delivery, sms: Sms) -> bool:
    """Whether a claimed text does not go, after having put it aside. Raises what the database raises: nothing was
    handed over."""
    async with deps.database.transaction() as tx:
        held = await _held(deps, tx, delivery, sms)
        if held is not None:
            await holds.update_held(tx, delivery, held, deps.clock.now())
    if held is None:
        return False
    log.info("delivery_held", delivery_id=str(delivery.id), state=held.state, why=held.code)
    return True


async def _held(deps: Dependencies, tx: Transaction, delivery: Delivery, sms: Sms) -> Held | None:
    if sms.phone.startswith(deps.settings.sending.simulated_prefixes):
        return Held("delivered", "simulated")
    now, is_code = deps.clock.now(), delivery.at_most_once
    standing = await holds.select_standing(tx, delivery, number_index(deps.keyring, sms.phone))
    if standing is None:
        return _OVER
    quiet = deps.settings.sending.quiet_hours and is_quiet(now)
    held = held_by_standing(standing, is_code=is_code, quiet=quiet, now=now)
    # Quotas count texts, not tries.
    if held is not None or delivery.attempts > 1:
        return held
    try:
        async with tx.attempt():
            await quotas.update_taken(tx, scopes_of(delivery.event_type, is_code=is_code), is_code=is_code, now=now)
    except QuotaUsedUp as used_up:
        if is_code:
            SMS_CODES_REFUSED.labels(used_up.per).inc()
            log.error("sms_code_refused", scope=used_up.scope, per=used_up.per)
        else:
            log.warning("sms_quota_used_up", scope=used_up.scope, per=used_up.per)
        per_minute = used_up.most if used_up.per == "minute" else deps.settings.sending.morning_per_minute
        return held_by_quota(used_up.scope, used_up.per, per_minute, is_code=is_code, now=now)
    return None
