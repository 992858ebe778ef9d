"""Two copies of the runner of reminders whose looks at what is due cross, and the negative control without the key."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

import pytest

from shared.clock import Clock
from shared.postgres.database import Database
from shared.postgres.transaction import Transaction
from shared.reminding import reminders
from shared.reminding.running import Kind, One, remind_batch
from shared.reminding.steps import Span, spans_of

_KEYLESS: Final = reminders._INSERT.replace("o.ends_at, $4,", "o.ends_at, $4 + 1 + (random() * 9999)::smallint,")
assert _KEYLESS != reminders._INSERT


def take_keys_away(patch: pytest.MonkeyPatch) -> None:
    """What is told is written where nobody finds it and nothing meets it."""
    patch.setattr(reminders, "_INSERT", _KEYLESS)


async def tell_crossing(database: Database, clock: Clock, kind: Kind[One]) -> None:
    """The first copy tells what is due at the one step of `kind`; the second saw the same before the first committed,
    and tells it after."""
    now = clock.now()
    (span,) = spans_of(kind.steps, now)
    async with database.transaction() as tx:
        seen = await kind.lock(tx, span, None, 10)
    assert seen

    async def look_of_before(_: Transaction, _span: Span, _last: UUID | None, _limit: int) -> Sequence[One]:
        return seen

    for lock in (kind.lock, look_of_before):
        async with database.transaction() as tx:
            again = Kind(kind.name, kind.steps, lock, kind.tell)
            assert len(await remind_batch(tx, again, span, None, now)) == len(seen)
