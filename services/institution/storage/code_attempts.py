"""Tables code_attempt, every typed confirmation code, right or wrong, and code_alarm, when an institution was told of
wrong ones (A20, F13)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from shared.ids import new_id
from shared.postgres.transaction import Reader, Transaction

_COUNT_WRONG: Final = """
SELECT count(*) AS wrong, min(attempted_at) AS oldest FROM code_attempt
WHERE person_id = $1 AND outcome = 'wrong' AND attempted_at > $2
"""
_COUNT_WRONG_AT: Final = """
SELECT count(*) FROM code_attempt WHERE institution_id = $1 AND outcome = 'wrong' AND attempted_at > $2
"""
# Wrong tries at one institution do not take turns; the row of its alarm does, so that one of them tells.
_UPSERT_ALARM: Final = """
INSERT INTO code_alarm AS alarm (institution_id, told_at) SELECT id, $2 FROM institution WHERE id = $1
ON CONFLICT (institution_id) DO UPDATE SET told_at = excluded.told_at WHERE alarm.told_at <= $3
"""
_INSERT: Final = """
INSERT INTO code_attempt (id, person_id, institution_id, attempted_at, outcome) VALUES ($1, $2, $3, $4, $5)
"""


@dataclass(frozen=True, slots=True)
class WrongTries:
    """Wrong tries of one person since a moment."""

    count: int
    oldest: datetime | None


async def count_wrong(reader: Reader, person_id: UUID, since: datetime) -> WrongTries:
    """Exact only while the person's row is locked: see known_people.lock."""
    row = await reader.fetchrow(_COUNT_WRONG, person_id, since)
    return WrongTries(row["wrong"], row["oldest"]) if row is not None else WrongTries(0, None)


async def count_wrong_at(reader: Reader, institution_id: UUID, since: datetime) -> int:
    """Wrong tries of anybody at one institution since a moment."""
    count: int = await reader.fetchval(_COUNT_WRONG_AT, institution_id, since)
    return count


async def insert(
    tx: Transaction, person_id: UUID, institution_id: UUID, outcome: Literal["right", "wrong"], now: datetime
) -> None:
    """Write a try down."""
    await tx.execute(_INSERT, new_id(), person_id, institution_id, now, outcome)


async def upsert_alarm(tx: Transaction, institution_id: UUID, now: datetime, since: datetime) -> bool:
    """Whether the institution is to be told now: it exists, and was not told after `since`."""
    return await tx.execute(_UPSERT_ALARM, institution_id, now, since) == 1
