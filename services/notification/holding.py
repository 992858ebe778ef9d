"""Between claiming a delivery and handing it over: whether it goes at all, now, or later. What does not go is no
attempt."""

from datetime import timedelta
from typing import Final

import structlog

from services.notification.channels.sms import Sms
from services.notification.dependencies import Dependencies
from services.notification.domain.holding import Held, held_by_quota, held_by_standing, scopes_of
from services.notification.domain.quiet_hours import is_quiet, morning_after
from services.notification.storage import allotments, holds, quotas, sending_limits
from services.notification.storage.deliveries import Delivery
from services.notification.storage.number_index import number_index
from services.notification.storage.quotas import QuotaUsedUp
from shared.postgres.transaction import Transaction
from shared.security.keyring import KeyMissing
from shared.security.sealing import SealBroken
from shared.security.subject_keys import SubjectErased
from shared.security.subject_sealing import open_from_event
from shared.telemetry.metrics import SMS_CODES_REFUSED

log = structlog.get_logger()

_MANY: Final = 5_000
_ON_TRIAL: Final = Held("withheld", "trial")


class _NoLongerClaimed(Exception):
    """The lease ran out, or somebody settled it meanwhile."""


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


async def is_on_trial(tx: Transaction) -> bool:
    """Whether the zone is on trial, so that nothing but texts to listed numbers goes, whoever it is for."""
    return (await sending_limits.select_trial(tx))[0]


async def withhold(deps: Dependencies, delivery: Delivery) -> None:
    """Put a claimed notice or letter, one with a code too, aside for good. The text in reserve for it goes to a listed
    number only; where the number does not open it goes its own way, which says why not. Raises what the database
    raises."""
    async with deps.database.read() as reader:
        reserve = await holds.select_reserve(reader, delivery)
    listed = reserve is not None and await _may_be_listed(deps, delivery, *reserve)
    now = deps.clock.now()
    async with deps.database.transaction() as tx:
        if not await holds.update_held(tx, delivery, _ON_TRIAL, now):
            return
        if delivery.channel == "wechat" and listed:
            await allotments.release_reserve(tx, delivery, now)
        elif delivery.channel == "wechat":
            await holds.update_reserve_held(tx, delivery, _ON_TRIAL, now)
    log.info("delivery_held", delivery_id=str(delivery.id), state=_ON_TRIAL.state, why=_ON_TRIAL.code)


async def _may_be_listed(deps: Dependencies, delivery: Delivery, place: str, sealed: str) -> bool:
    try:
        number = number_index(deps.keyring, await open_from_event(deps.keyring, "contact", place, sealed))
    except (KeyMissing, SealBroken, SubjectErased):
        return True
    async with deps.database.read() as reader:
        standing = await holds.select_standing(reader, delivery, number)
    return standing is not None and standing.on_list


async def hold_back(deps: Dependencies, delivery: Delivery, sms: Sms) -> bool:
    """Whether a claimed text does not go, after having put it aside where it is claimed still. Raises what the database
    raises: nothing was handed over."""
    try:
        async with deps.database.transaction() as tx:
            held = await _held(deps, tx, delivery, sms)
            if held is not None and not await holds.update_held(tx, delivery, held, deps.clock.now()):
                raise _NoLongerClaimed
    except _NoLongerClaimed:
        log.info("delivery_no_longer_claimed", delivery_id=str(delivery.id))
        return True
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
        raise _NoLongerClaimed
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
