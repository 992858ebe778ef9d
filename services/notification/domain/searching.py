"""What people who run the platform may ask for at once."""

from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from shared.clock import SHANGHAI
from shared.errors import Invalid

MOST_DAYS: Final = 92
_USUAL_DAYS: Final = 7


class RecipientOrEventNeeded(Invalid):
    """All messages of everybody are nobody's business."""

    code = "recipient_or_event_needed"
    message_zh = "请填写收件人编号或事件编号中的一项再查询；只知道手机号的，请使用按手机号查询。"
    message_en = "Give the id of a recipient or of an event, one of both; with a phone number use the search by number."


class SpanInvalid(Invalid):
    """The days are in the wrong order, or too many."""

    code = "span_invalid"
    message_zh = "统计时段须按先后填写，且不超过 {most} 天，请修改后重试。"
    message_en = "The last day must not be before the first, and at most {most} days are counted; correct the days."


def require_one(recipient_id: UUID | None, event_id: UUID | None) -> None:
    """Raises RecipientOrEventNeeded."""
    if (recipient_id is None) == (event_id is None):
        raise RecipientOrEventNeeded


def span_of(first: date | None, last: date | None, now: datetime) -> tuple[datetime, datetime]:
    """The moments from the beginning of the first day of Shanghai to the end of the last, by default the last seven
    days with today. Raises SpanInvalid."""
    end = last or now.astimezone(SHANGHAI).date()
    begin = first or end - timedelta(days=_USUAL_DAYS - 1)
    if not 0 <= (end - begin).days < MOST_DAYS:
        raise SpanInvalid(most=MOST_DAYS)
    return (
        datetime.combine(begin, time(), SHANGHAI),
        datetime.combine(end + timedelta(days=1), time(), SHANGHAI),
    )
