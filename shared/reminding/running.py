"""The one runner of reminders: any number of copies, each batch one commit of the keys and what is told."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Generic, Protocol, TypeVar
from uuid import UUID

from shared.clock import Clock
from shared.failpoints import failpoint
from shared.postgres.database import Database
from shared.postgres.transaction import Transaction
from shared.reminding import reminders
from shared.reminding.steps import Span, spans_of, tells_at

BATCH: Final = 200


class Ending(Protocol):
    """What somebody is to be told of: `id` is the subject."""

    @property
    def id(self) -> UUID: ...
    @property
    def ends_at(self) -> datetime: ...


One = TypeVar("One", bound=Ending)


@dataclass(frozen=True, slots=True)
class Kind(Generic[One]):
    """A kind of reminders: its steps, how the next ones that are due are locked (span, after which id, how many; in
    order of their ids, what others hold left out), and how they are told."""

    name: str
    steps: tuple[int, ...]
    lock: Callable[[Transaction, Span, UUID | None, int], Awaitable[Sequence[One]]]
    tell: Callable[[Transaction, Span, Sequence[One], datetime], Awaitable[None]]


async def remind(database: Database, clock: Clock, kind: Kind[One], batch: int = BATCH) -> None:
    """Tell all that is due, a batch per transaction; nobody at night. What is held by others waits for the next run."""
    if not tells_at(clock.now()):
        return
    for span in spans_of(kind.steps, clock.now()):
        last: UUID | None = None
        while True:
            async with database.transaction() as tx:
                due = await remind_batch(tx, kind, span, last, clock.now(), batch)
            if len(due) < batch:
                break
            last = due[-1].id


async def remind_batch(
    tx: Transaction, kind: Kind[One], span: Span, last: UUID | None, now: datetime, batch: int = BATCH
) -> Sequence[One]:
    """The next ones after `last`; those of them that nobody told meanwhile are told."""
    due = await kind.lock(tx, span, last, batch)
    if due:
        claimed = await reminders.insert(tx, kind.name, span.step, [(one.id, one.ends_at) for one in due], now)
        failpoint("reminder.after_claim")
        if mine := [one for one in due if (one.id, one.ends_at) in claimed]:
            await kind.tell(tx, span, mine, now)
    return due
