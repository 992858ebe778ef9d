"""How long an earlier unit may take to answer: after how many days it is reminded, its exam body is told, and the
request ends (4.5, P6)."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Final

from shared.clock import SHANGHAI

_AFTER_THE_END: Final = -1


class RequestStep(StrEnum):
    """`reminded`: the earlier unit hears again. `escalated`: it and its exam body hear. `expired`: nobody waits for it
    any more; candidate and present unit hear."""

    REMINDED = "reminded"
    ESCALATED = "escalated"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class PriorRowPace:
    """Whole days after the day of the request, each more than the one before."""

    remind_after_days: int
    escalate_after_days: int
    expire_after_days: int

    @property
    def ordered(self) -> bool:
        """Whether the unit hears before its exam body does, and that before the end."""
        return self.remind_after_days < self.escalate_after_days < self.expire_after_days

    def ends_at(self, asked_at: datetime) -> datetime:
        """The exclusive end of a request: the end of its last day in Shanghai."""
        last_day = asked_at.astimezone(SHANGHAI).date() + timedelta(days=self.expire_after_days)
        return datetime.combine(last_day + timedelta(days=1), time(), tzinfo=SHANGHAI)

    @property
    def steps(self) -> tuple[int, int, int]:
        """As the scheduler counts: days before the last day, negative after it."""
        before = self.expire_after_days
        return before - self.remind_after_days, before - self.escalate_after_days, _AFTER_THE_END

    def step_of(self, days: int) -> RequestStep:
        """What a step of the scheduler is."""
        if days < 0:
            return RequestStep.EXPIRED
        before_escalation = self.expire_after_days - self.escalate_after_days
        return RequestStep.ESCALATED if days <= before_escalation else RequestStep.REMINDED
