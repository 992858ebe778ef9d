"""Reviews that wait too long: after how many days who is told, and at what hours (P6)."""

from dataclasses import dataclass
from enum import StrEnum

from shared.errors import Invalid


class Step(StrEnum):
    """`reminded`: the unit hears of what waits. `escalated`: the exam body hears, and the candidate that it did.
    `deadline`: the review deadline is near and the unit has not answered."""

    REMINDED = "reminded"
    ESCALATED = "escalated"
    DEADLINE = "deadline"


class ReviewPaceDisordered(Invalid):
    """The exam body would be told before the unit was reminded."""

    code = "review_pace_disordered"
    message_zh = "上报天数应大于提醒天数，请调整后保存。"
    message_en = "The days until escalation must exceed those until the reminder; adjust them and save again."


@dataclass(frozen=True, slots=True)
class ReviewPace:
    """Whole days: since the submission until the unit is reminded and until the exam body is told, and before the
    review deadline until both are warned."""

    remind_after_days: int
    escalate_after_days: int
    warn_before_days: int

    def check(self) -> None:
        """Raises ReviewPaceDisordered."""
        if self.escalate_after_days <= self.remind_after_days:
            raise ReviewPaceDisordered

    def days(self, step: Step) -> int:
        """The days of a step."""
        return {
            Step.REMINDED: self.remind_after_days,
            Step.ESCALATED: self.escalate_after_days,
            Step.DEADLINE: self.warn_before_days,
        }[step]


@dataclass(frozen=True, slots=True)
class ReviewPolicy:
    """What the zone set for an exam year; None follows the settings. `prior_units_confirm`: an earlier unit of the
    library may confirm its own row electronically (4.5, Q5). `second_reviewer`: every unit's approvals need a second
    person."""

    remind_after_days: int | None = None
    escalate_after_days: int | None = None
    warn_before_days: int | None = None
    prior_units_confirm: bool = False
    second_reviewer: bool = False

    def pace(self, default: ReviewPace) -> ReviewPace:
        """The days that hold."""
        return ReviewPace(
            self.remind_after_days or default.remind_after_days,
            self.escalate_after_days or default.escalate_after_days,
            self.warn_before_days or default.warn_before_days,
        )
