"""What becomes of a delivery after an attempt. Providers are not idempotent: a login code goes at most once; a
business notice whose fate is unknown is looked up by our own id before it may go again (M10)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Final

from shared.clock import SHANGHAI

NOT_REACHED: Final = "not_reached"
"""The code of what surely never left: no connection came about."""

_BACK_OFF = (timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=5), timedelta(minutes=30))
_OUTAGE = (*_BACK_OFF, *(timedelta(minutes=30),) * 46)
"""A day in all, from the first try: an account without money is filled up by people, who may be asleep."""

PHONE_DELAYS = (
    *(timedelta(seconds=1),) * 5,
    *(timedelta(seconds=5),) * 5,
    *(timedelta(seconds=30),) * 9,
    *(timedelta(minutes=5),) * 11,
    *(timedelta(hours=1),) * 23,
)
"""How long a text whose holder's phone is not known waits before each further look: a day in all. The event that brings
the phone travels in another queue and may be late; whoever logs in by WeChat alone never has one."""


class Verdict(Enum):
    """What a provider's answer means for us."""

    SENT = "sent"
    UNKNOWN = "unknown"
    RETRY = "retry"
    WAIT = "wait"
    GIVE_UP = "give_up"
    ALARM = "alarm"
    FALL_BACK = "fall_back"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One attempt: the verdict, the provider's code, and its message id when it took the message."""

    verdict: Verdict
    code: str
    provider_id: str | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """The delivery's next state; `next_at` only where something is still to do."""

    state: str
    next_at: datetime | None


def settle(
    outcome: Outcome,
    *,
    attempts: int,
    at_most_once: bool,
    now: datetime,
    reconcile_after: timedelta,
    outlasts_outages: bool = False,
) -> Settled:
    """The state after attempt number `attempts` (1 for the first). What `outlasts_outages` is tried on for a day."""
    if outcome.verdict is Verdict.SENT:
        return Settled("sent", None)
    if outcome.verdict is Verdict.UNKNOWN:
        return Settled("unknown", None if at_most_once else now + reconcile_after)
    if outcome.verdict in (Verdict.GIVE_UP, Verdict.FALL_BACK) or at_most_once:
        return Settled("failed", None)
    pauses: tuple[timedelta, ...] = _OUTAGE if outlasts_outages else _BACK_OFF
    if outcome.verdict is Verdict.WAIT:
        pauses = (timedelta(hours=1),) * (24 if outlasts_outages else len(_BACK_OFF))
    if attempts > len(pauses):
        return Settled("failed", None)
    return Settled("pending", now + pauses[attempts - 1])


def days_between(first: datetime, last: datetime) -> list[date]:
    """The provider's days, those of Shanghai, from one moment to another."""
    day, end = first.astimezone(SHANGHAI).date(), last.astimezone(SHANGHAI).date()
    return [day + timedelta(days=number) for number in range(max((end - day).days, 0) + 1)]
