"""Stops asking a provider that fails again and again: for a while its callers are refused at once, then one may try."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Circuit:
    """Opens after `failures` in a row, for `seconds`; then one caller at a time finds out whether it may close."""

    failures: int
    seconds: float
    monotonic: Callable[[], float] = time.monotonic
    _failed: int = 0
    _closed_again_at: float = field(default=float("-inf"))

    def seconds_to_wait(self) -> int:
        """0 when a call may be made now. Who gets 0 from an open circuit is the one that tries."""
        now = self.monotonic()
        if self._failed < self.failures:
            return 0
        if now < self._closed_again_at:
            return max(1, round(self._closed_again_at - now))
        self._closed_again_at = now + self.seconds
        return 0

    def succeeded(self) -> None:
        """The provider answered, whatever it said."""
        self._failed = 0

    def failed(self) -> bool:
        """It did not; True when this opened the circuit. While it is open the time counts from the last failure: who
        tried may have waited longer than that."""
        self._failed += 1
        if self._failed >= self.failures:
            self._closed_again_at = self.monotonic() + self.seconds
        return self._failed == self.failures
