"""The start of the probation, recorded when it starts and not at the end of the year (B17)."""

from datetime import date, timedelta
from typing import Final

from services.institution.domain.binding import Binding, RecordedBy
from shared.errors import Conflict, Invalid

_AHEAD: Final = timedelta(days=31)
_BACK: Final = timedelta(days=3653)


class StartNotPlausible(Invalid):
    """A start lies neither far ahead nor longer ago than ten years."""

    code = "start_not_plausible"
    message_zh = "试用期开始日期不合理：不得晚于一个月之后，也不得早于十年之前，请核对。"
    message_en = "The start of the probation can not be right: at most a month ahead, at most ten years ago."


class RecordedByInstitution(Conflict):
    """What the institution wrote is not overwritten by the person."""

    code = "recorded_by_institution"
    message_zh = "单位已登记您的试用期开始日期；如有误，请联系单位更正。"
    message_en = "Your unit recorded the start of your probation; ask it to correct what is wrong."


def require_may_record(binding: Binding, started_on: date, by: RecordedBy, today: date) -> None:
    """Raises StartNotPlausible, RecordedByInstitution (B17)."""
    if not today - _BACK <= started_on <= today + _AHEAD:
        raise StartNotPlausible
    if by == "candidate" and binding.probation_recorded_by == "institution":
        raise RecordedByInstitution
