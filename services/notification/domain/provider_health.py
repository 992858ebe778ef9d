"""How much of the texts an SMS provider gets: nothing while it does badly, then more again by steps (G3).

A provider's share is the part of what reaches it, in the configured order, that it keeps; the rest goes to the next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from services.notification.domain.delivery import Outcome, Verdict

WINDOW: Final = timedelta(minutes=15)
RECENT: Final = timedelta(minutes=4)
"""A share is taken away by what happened in either span: a burst that went well must not excuse what fails now."""
JUDGED_EVERY: Final = timedelta(seconds=15)
_BAD_PART: Final = 0.15
_BAD_AT_LEAST: Final = 3
_STEP: Final = 20
_STEP_AFTER: Final = timedelta(minutes=5)
_PROVIDER_IS_TO_BLAME: Final = frozenset((Verdict.UNKNOWN, Verdict.RETRY, Verdict.ALARM))


@dataclass(frozen=True, slots=True)
class Try:
    """One call of a provider: whether it failed by the provider's fault, and whether it took too long."""

    provider: str
    error: bool
    slow: bool


@dataclass(frozen=True, slots=True)
class Health:
    """A provider's share (percent) since a moment, and its sends of the last WINDOW, and of these the RECENT ones."""

    name: str
    share: int
    changed_at: datetime
    sends: int
    errors: int
    slow: int
    recent_sends: int = 0
    recent_errors: int = 0
    recent_slow: int = 0

    @property
    def bad(self) -> bool:
        """Whether one of six sends or so went wrong in either span; a few alone prove nothing."""
        return _bad(self.sends, self.errors, self.slow) or _bad(self.recent_sends, self.recent_errors, self.recent_slow)


def _bad(sends: int, errors: int, slow: int) -> bool:
    wrong = max(errors, slow)
    return wrong >= _BAD_AT_LEAST and wrong >= _BAD_PART * sends


def tried(provider: str, outcome: Outcome, seconds: float, slow_after: float) -> Try:
    """What a call says of its provider: a wrong number or a full phone is not its fault."""
    return Try(provider, outcome.verdict in _PROVIDER_IS_TO_BLAME, seconds > slow_after)


def judged(all_healths: Sequence[Health], now: datetime) -> dict[str, int]:
    """The shares that change. Who does badly gets nothing, as long as somebody else does well; who had less
    than all for some minutes without doing badly gets a step more."""
    changed = {}
    for health in all_healths:
        others = [other for other in all_healths if other.name != health.name]
        if health.bad:
            if health.share and any(not other.bad for other in others):
                changed[health.name] = 0
        elif health.share < 100 and now - health.changed_at >= _STEP_AFTER:
            changed[health.name] = min(health.share + _STEP, 100)
    return changed


def provider_for(delivery_id: UUID, shares: Sequence[tuple[str, int]]) -> str:
    """Who a delivery goes to, by its own id: the first in order whose share it falls into. Where nobody is to get
    anything, the first of those that get most."""
    place = delivery_id.int % 100
    for name, share in shares:
        if place < share:
            return name
    return max(shares, key=lambda one: one[1])[0]
