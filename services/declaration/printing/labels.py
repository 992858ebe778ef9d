"""The Chinese words that stand on prints for the identifiers of the domain."""

from datetime import date, datetime
from typing import Final, Literal
from zoneinfo import ZoneInfo

ListKind = Literal["main", "supplementary", "cancellation"]
Sex = Literal["unknown", "male", "female", "unstated"]
ExamLevel = Literal["licensed_physician", "assistant_physician"]
ListedResult = Literal["qualified", "provisional"]
EvaluationResult = Literal["qualified", "unqualified", "provisional"]

SEX: Final[dict[Sex, str]] = {"unknown": "未知", "male": "男", "female": "女", "unstated": "未说明"}
LEVEL: Final[dict[ExamLevel, str]] = {"licensed_physician": "执业医师", "assistant_physician": "执业助理医师"}
RESULT: Final[dict[EvaluationResult, str]] = {"qualified": "合格", "unqualified": "不合格", "provisional": "试用证明"}
KIND: Final[dict[ListKind, str]] = {"main": "", "supplementary": "补充", "cancellation": "撤销"}

_SHANGHAI: Final = ZoneInfo("Asia/Shanghai")


def day(value: date) -> str:
    """2026-08-31."""
    return value.isoformat()


def month(value: date) -> str:
    """2026年8月."""
    return f"{value.year}年{value.month}月"


def moment(value: datetime) -> str:
    """Local time of Shanghai to the minute. Raises ValueError for a time without offset."""
    if value.tzinfo is None:
        raise ValueError("a printed time needs its offset")
    return value.astimezone(_SHANGHAI).strftime("%Y-%m-%d %H:%M")
