"""Rows of `announcement_slice`: parts of those whom an announcement concerns, each told in one commit; and the pace of
all workers together in `announcement_pace` (P16)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from services.declaration.domain.announcement import Slice, Stage
from services.declaration.domain.told_dates import Told
from shared.postgres.transaction import Reader, Transaction

_INSERT: Final = """
INSERT INTO announcement_slice (announcement_id, place, stage, after_id, up_to_id, people, state)
SELECT $1, s.place, s.stage, s.after_id, s.up_to_id, s.people, 'open'
FROM unnest($2::integer[], $3::text[], $4::uuid[], $5::uuid[], $6::integer[])
    AS s (place, stage, after_id, up_to_id, people)
"""
_INSERT_TOLD: Final = """
INSERT INTO announcement_slice (announcement_id, place, stage, up_to_id, people, state, as_of, told_at)
VALUES ($1, $2, $3, $4, 0, 'told', $1, $5)
"""
# The state of the slice says it all: one that is paused, cancelled or superseded has none that is open.
_LOCK_NEXT: Final = """
SELECT s.announcement_id, s.place, s.stage, s.after_id, s.up_to_id, s.people
FROM announcement_slice s WHERE s.state = 'open'
ORDER BY s.announcement_id, s.place LIMIT 1 FOR UPDATE SKIP LOCKED
"""
_UPDATE_TOLD: Final = """
UPDATE announcement_slice SET state = 'told', as_of = $3, done = $4, told = $5, told_at = $6
WHERE announcement_id = $1 AND place = $2
"""
# Waits for those in workers' hands, which are told then and stay so. A worker that takes one afterwards reads the dates
# in its next statement, as they were committed meanwhile.
_LOCK_OPEN: Final = """
SELECT FROM announcement_slice WHERE announcement_id = ANY($1::uuid[]) AND state = 'open'
ORDER BY announcement_id, place FOR UPDATE
"""
_UPDATE_UNTOLD: Final = """
UPDATE announcement_slice SET state = $2 WHERE announcement_id = $1 AND state IN ('open', 'held')
"""
_SELECT_TOLD: Final = """
SELECT a.exam_body_id, s.as_of, s.after_id, s.up_to_id
FROM announcement_slice s JOIN announcement a ON a.id = s.announcement_id
WHERE a.cycle_id = $1 AND s.stage = $2 AND s.state = 'told'
  AND ($3::uuid IS NULL OR s.up_to_id IS NULL OR s.up_to_id > $3)
  AND ($4::uuid IS NULL OR s.after_id IS NULL OR s.after_id < $4)
"""
_COUNT_OPEN: Final = "SELECT coalesce(sum(people), 0) FROM announcement_slice WHERE state = 'open'"
# What was not used of a moment before is lost beyond the burst ($2); $3 is how long a slice holds the others back. What
# lies further ahead than that was written by a clock that was set back since: it holds nobody back.
_UPDATE_PACE: Final = """
UPDATE announcement_pace
SET free_at = least(greatest(free_at, $1::timestamptz - $2::interval), $1::timestamptz) + $3::interval
WHERE (free_at <= $1 OR free_at > $1::timestamptz + $2::interval + $3::interval)
  AND EXISTS (SELECT FROM announcement_slice s WHERE s.state = 'open')
"""


async def insert(tx: Transaction, slices: Sequence[Slice]) -> None:
    """The slices of one announcement, all open."""
    if not slices:
        return
    columns = ([one.place for one in slices], [one.stage.value for one in slices])
    borders = ([one.after_id for one in slices], [one.up_to_id for one in slices])
    people = [one.people for one in slices]
    await tx.execute(_INSERT, slices[0].announcement_id, *columns, *borders, people)


async def insert_told(
    tx: Transaction, announcement_id: UUID, place: int, stage: Stage, up_to: UUID | None, at: datetime
) -> None:
    """What was told of it before it was cut into slices, up to an id or whole."""
    await tx.execute(_INSERT_TOLD, announcement_id, place, stage.value, up_to, at)


async def lock_next(tx: Transaction) -> Slice | None:
    """The next to be told, locked until commit; None where there is none, or others have them."""
    if (row := await tx.fetchrow(_LOCK_NEXT)) is None:
        return None
    stage = Stage(row["stage"])
    return Slice(row["announcement_id"], row["place"], stage, row["after_id"], row["up_to_id"], row["people"])


async def lock_open(tx: Transaction, announcement_ids: Sequence[UUID]) -> None:
    """Keep what is open of several from being told until commit."""
    await tx.fetch(_LOCK_OPEN, announcement_ids)


async def update_told(tx: Transaction, part: Slice, as_of: UUID, done: int, told: int, at: datetime) -> None:
    """A locked one was told as of a change: so many looked at, so many told."""
    await tx.execute(_UPDATE_TOLD, part.announcement_id, part.place, as_of, done, told, at)


async def update_untold(tx: Transaction, announcement_id: UUID, state: str) -> None:
    """Open, hold or drop what was not told of an announcement, after waiting for what is being told."""
    await tx.execute(_UPDATE_UNTOLD, announcement_id, state)


async def select_told(reader: Reader, cycle_id: UUID, part: Slice) -> list[Told]:
    """What was told in an exam year to those of a slice."""
    rows = await reader.fetch(_SELECT_TOLD, cycle_id, part.stage.value, part.after_id, part.up_to_id)
    return [Told(row["exam_body_id"], row["as_of"], row["after_id"], row["up_to_id"]) for row in rows]


async def count_open(reader: Reader) -> int:
    """How many people, units and bodies wait to be told."""
    number: int = await reader.fetchval(_COUNT_OPEN)
    return number


async def update_pace(tx: Transaction, now: datetime, burst: timedelta, each: timedelta) -> bool:
    """Take a turn at the pace of all workers; False when it is too early, or there is nothing to tell."""
    return await tx.execute(_UPDATE_PACE, now, burst, each) == 1
