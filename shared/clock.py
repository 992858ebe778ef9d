"""The one source of "now": injected, so that deadlines can be tested by travelling in time."""

from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    """Tells the time, always aware."""

    def now(self) -> datetime:
        """The current moment, in Asia/Shanghai."""
        ...


class SystemClock:
    """The machine's clock, moved by a fixed offset in development and tests only."""

    def __init__(self, offset: timedelta = timedelta()) -> None:
        self._offset = offset

    def now(self) -> datetime:
        """The current moment plus the offset, in Asia/Shanghai."""
        return datetime.now(SHANGHAI) + self._offset


class FrozenClock:
    """A clock that moves only when told to."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        """The moment it was last set to, in Asia/Shanghai."""
        return self._at.astimezone(SHANGHAI)

    def advance(self, by: timedelta) -> None:
        """Move forward (or back, with a negative delta)."""
        self._at += by


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
