"""How far a client may go: so many calls a minute, and so many empty answers an hour (4.10, V28). Allowances are spent
call by call within a window, and written with the log."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from services.declaration.domain.status import MISSES_PER_HOUR
from services.declaration.storage import status_calls
from services.declaration.storage.status_calls import Allowance, Arrivals, Paced
from shared.errors import LimitReached
from shared.postgres.transaction import Reader

_SPANS: Final[dict[Allowance, timedelta]] = {
    "status_calls": timedelta(minutes=1),
    "status_misses": timedelta(hours=1),
}


class Pace:
    """The allowances of the clients of a window."""

    def __init__(self, arrivals: Arrivals, clients: Iterable[UUID], calls_per_minute: int, now: datetime) -> None:
        self._steps = {
            "status_calls": _SPANS["status_calls"] / calls_per_minute,
            "status_misses": _SPANS["status_misses"] / MISSES_PER_HOUR,
        }
        # Both of every client, used or not: a hit writes the same rows as a miss.
        self._spent = {(name, client): timedelta() for client in clients for name in _SPANS}
        self._ahead = {key: max(arrivals.get(key, now) - now, timedelta()) for key in self._spent}
        self.now = now

    @classmethod
    async def read(cls, reader: Reader, clients: Iterable[UUID], calls_per_minute: int, now: datetime) -> "Pace":
        """As it stands."""
        distinct = sorted(set(clients))
        return cls(await status_calls.select_arrivals(reader, distinct), distinct, calls_per_minute, now)

    def refusal(self, client: UUID) -> LimitReached | None:
        """Why this client has to wait, if it has to."""
        for name, span in _SPANS.items():
            over = self._ahead[name, client] + self._spent[name, client] - span
            if over >= timedelta():
                return LimitReached(retry_after=int(over.total_seconds()) + 1)
        return None

    def spend(self, client: UUID, *, missed: bool) -> None:
        """One call was answered."""
        self._spent["status_calls", client] += self._steps["status_calls"]
        if missed:
            self._spent["status_misses", client] += self._steps["status_misses"]

    def paced(self) -> list[Paced]:
        """What is to be written."""
        return [Paced(name, client, step) for (name, client), step in self._spent.items()]
