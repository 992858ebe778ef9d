"""Copies of one's own data: how often making one is tried, and what its owner reads when none can be made (V59)."""

from datetime import datetime, timedelta
from typing import Final

_PAUSES: Final = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1))
"""Long enough for a key that was forgotten at a roll-out to come after."""
_OUTAGE: Final = timedelta(minutes=1)
_LONGEST: Final = timedelta(days=1)

ASK_AGAIN: Final = {
    "zh": "本次未能生成信息副本，请重新申请；如再次失败，请联系考区处理。",
    "en": "This copy could not be made. Please ask for a new one; if that fails too, contact your exam zone.",
}
"""What to do about a copy that failed."""


def next_try(tries: int, asked_at: datetime, now: datetime) -> datetime | None:
    """When to try again after `tries` tries in vain; None: it is given up."""
    if tries > len(_PAUSES) or now - asked_at > _LONGEST:
        return None
    return now + _PAUSES[tries - 1]


def after_outage(asked_at: datetime, now: datetime) -> datetime | None:
    """The same where the store did not answer, which is no fault of the copy and not counted as a try."""
    return None if now - asked_at > _LONGEST else now + _OUTAGE
