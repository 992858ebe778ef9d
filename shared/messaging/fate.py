"""What becomes of a message whose handler failed: the one mapping of error kinds to message fate."""

from dataclasses import dataclass

from pydantic import ValidationError

from shared.errors import TiroError, Unavailable
from shared.messaging.topology import RETRY_DELAYS


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Seconds to wait before each further attempt; each must be one of RETRY_DELAYS. After the last: parked."""

    delays: tuple[int, ...] = (1, 1, 5, 5, 30, 30, 300, 300, 300, 300, 300, 300)

    def __post_init__(self) -> None:
        if unknown := set(self.delays) - set(RETRY_DELAYS):
            raise ValueError(f"no delay queue for {sorted(unknown)} s")

    def delay_after(self, attempts: int) -> int | None:
        """Seconds until the next attempt when `attempts` have failed, or None: park it."""
        return self.delays[attempts - 1] if attempts <= len(self.delays) else None


STANDARD = RetryPolicy()


class UnknownEventType(Exception):
    """No subscription of this service takes the type."""


def may_succeed_later(error: BaseException) -> bool:
    """Unavailable and unknown errors may pass; a refusal by a rule, or an unreadable body, will not."""
    if isinstance(error, ValidationError | UnknownEventType):
        return False
    return isinstance(error, Unavailable) or not isinstance(error, TiroError)


def reason_of(error: BaseException) -> str:
    """A short reason without personal data: the stable code, else the type's name."""
    return error.code if isinstance(error, TiroError) else type(error).__name__
