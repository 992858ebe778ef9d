"""Hand what was opened to its channel. A text that one provider certainly refused goes to the next at once; one whose
fate is unknown goes to nobody else (M10)."""

import time
from datetime import date

from services.notification.channels.letter import Letter
from services.notification.channels.sms import Sms
from services.notification.channels.wechat_notice import WechatNotice
from services.notification.dependencies import Dependencies
from services.notification.domain.delivery import Outcome, Verdict
from services.notification.domain.provider_health import Try, tried
from services.notification.opening import Opened
from services.notification.storage import allotments
from services.notification.storage.deliveries import Delivery
from shared.telemetry.metrics import SMS_SENDS

_REFUSED = (Verdict.RETRY, Verdict.ALARM)
_NO_CHANNEL = Outcome(Verdict.FALL_BACK, "no_channel")


async def hand_over(deps: Dependencies, delivery: Delivery, opened: Opened, tries: list[Try]) -> Outcome:
    """What the channel answered; how SMS providers did is added to `tries`."""
    match opened:
        case Sms():
            return await _by_sms(deps, delivery, opened, tries)
        case WechatNotice():
            return _NO_CHANNEL if deps.wechat is None else await deps.wechat.send(opened)
        case Letter():
            return _NO_CHANNEL if deps.letters is None else await deps.letters.send(opened)


async def look_up(deps: Dependencies, delivery: Delivery, sms: Sms, days: list[date]) -> Outcome:
    """What the provider that had it knows of it, on every day on which it may have gone. One day that can not tell
    leaves it unknown, unless it is found on another."""
    if (channel := deps.sms.get(delivery.provider or next(iter(deps.sms)))) is None:
        return Outcome(Verdict.UNKNOWN, "provider_gone")
    outcome = Outcome(Verdict.UNKNOWN, "not_looked_up")
    doubt = None
    for day in days:
        outcome = await channel.look_up(sms, day)
        if outcome.verdict is Verdict.UNKNOWN:
            doubt = outcome
        elif outcome.verdict is not Verdict.RETRY:
            return outcome
    return doubt or outcome


async def _by_sms(deps: Dependencies, delivery: Delivery, sms: Sms, tries: list[Try]) -> Outcome:
    first = delivery.provider or next(iter(deps.sms))
    outcome = await _try(deps, first, sms, tries)
    for name in deps.sms:
        if outcome.verdict not in _REFUSED:
            break
        if name == first:
            continue
        async with deps.database.transaction() as tx:
            # Committed first: a crash after it is looked up where the text may have gone.
            if not await allotments.update_provider(tx, delivery, name, deps.clock.now()):
                break
        outcome = await _try(deps, name, sms, tries)
    return outcome


async def _try(deps: Dependencies, name: str, sms: Sms, tries: list[Try]) -> Outcome:
    began = time.monotonic()
    outcome = await deps.sms[name].send(sms)
    tries.append(tried(name, outcome, time.monotonic() - began, deps.settings.sms.slow_after))
    SMS_SENDS.labels(provider=name, verdict=outcome.verdict.value).inc()
    return outcome
