"""What a service hears: an event class, its handler, and what happens when the handler fails."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from shared.contracts.event import Event
from shared.messaging.fate import STANDARD, RetryPolicy
from shared.postgres.transaction import Transaction

Handler = Callable[[Transaction, Any, Any], Awaitable[None]]
"""async def on_<event>(tx, event, deps): effects through `tx` only; they commit with the inbox row."""

ManyHandler = Callable[[Transaction, Sequence[Any], Any], Awaitable[None]]
"""The same for several events of one type at once, in order."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """Exactly one of `handle` and `handle_many` is given."""

    event: type[Event]
    handle: Handler | None = None
    handle_many: ManyHandler | None = None
    retry: RetryPolicy = STANDARD

    def __post_init__(self) -> None:
        if (self.handle is None) == (self.handle_many is None):
            raise ValueError(f"{self.event.TYPE}: give handle or handle_many")
