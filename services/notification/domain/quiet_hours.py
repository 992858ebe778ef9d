"""When business notices do not go by SMS: from nine in the evening to eight in the morning, Asia/Shanghai."""

from datetime import datetime, time, timedelta
from typing import Final

from shared.clock import SHANGHAI

FROM: Final = time(21)
UNTIL: Final = time(8)


def is_quiet(now: datetime) -> bool:
    """Whether it is night in Shanghai."""
    there = now.astimezone(SHANGHAI).time()
    return there >= FROM or there < UNTIL


def morning_after(now: datetime) -> datetime:
    """Eight o'clock of the morning that comes next."""
    there = now.astimezone(SHANGHAI)
    day = there.date() if there.time() < UNTIL else there.date() + timedelta(days=1)
    return datetime.combine(day, UNTIL, SHANGHAI)
