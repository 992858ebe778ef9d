"""Bindings follow their institutions: frozen while one is suspended, closed or merged, thawed when it resumes.

Nobody has to call this where an institution changes: the state it is in is reason enough."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Final

from services.institution.domain.binding import Binding, BindingEvent
from services.institution.storage import following_bindings
from services.institution.use_cases.bindings.move_binding import move_binding
from shared.actor import SYSTEM
from shared.postgres.transaction import Transaction

BATCH = 200

_Lock = Callable[[Transaction, datetime, int], Awaitable[list[Binding]]]
_FOLLOWED: Final[tuple[tuple[BindingEvent, _Lock], ...]] = (
    ("freeze", following_bindings.lock_to_freeze),
    ("thaw", following_bindings.lock_to_thaw),
)


async def follow_institutions(tx: Transaction, *, changed_since: datetime, now: datetime) -> int:
    """How many bindings were frozen or thawed, at most BATCH of each; 0 when all follow."""
    followed = 0
    for event, lock in _FOLLOWED:
        for binding in await lock(tx, changed_since, BATCH):
            await move_binding(tx, binding, event, actor=SYSTEM, now=now)
            followed += 1
    return followed
