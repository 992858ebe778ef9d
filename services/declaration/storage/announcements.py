"""Rows of `announcement`, and the people, units and exam bodies that one concerns, in keyset batches (P16)."""

from dataclasses import asdict, fields
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

import orjson

from services.declaration.domain.announcement import Announcement, Recipient, Stage
from services.declaration.domain.cycle import CycleDates
from services.declaration.storage.site_cycles import SITE_COLUMNS, SITE_OF_UNIT, site_dates_of
from shared.postgres.transaction import Reader, Row, Transaction

_INSERT: Final = """
INSERT INTO announcement (id, cycle_id, exam_body_id, version, dates_before, dates_after, made_by, made_at, stage)
VALUES ($1, $2, $3, $4, $5::text::jsonb, $6::text::jsonb, $7, $8, 'candidates')
"""
_COLUMNS: Final = """
a.id, a.cycle_id, c.year AS cycle_year, a.exam_body_id, a.version, a.dates_before::text AS dates_before,
a.dates_after::text AS dates_after, a.made_at, a.stage, a.told_up_to, a.total, a.done, a.told, a.finished_at
"""
# The oldest first and alone: who is told of two changes hears of the earlier one first.
_LOCK_RUNNING: Final = f"""
SELECT {_COLUMNS} FROM announcement a JOIN cycle c ON c.id = a.cycle_id
WHERE a.id = (SELECT o.id FROM announcement o WHERE o.stage <> 'finished' ORDER BY o.id LIMIT 1)
  AND a.stage <> 'finished'
FOR UPDATE OF a SKIP LOCKED
"""
_SELECT_PAGE: Final = f"""
SELECT {_COLUMNS} FROM announcement a JOIN cycle c ON c.id = a.cycle_id
WHERE a.cycle_id = $1 AND ($3::uuid IS NULL OR a.id < $3) AND (NOT $4 OR a.stage <> 'finished')
  AND (a.exam_body_id IS NULL OR EXISTS (
        SELECT FROM known_exam_body b WHERE b.exam_body_id = a.exam_body_id AND b.path @> ARRAY[$2::uuid]))
ORDER BY a.id DESC LIMIT $5
"""
_UPDATE: Final = """
UPDATE announcement
SET stage = $2, told_up_to = $3, total = $4, done = $5, told = $6,
    finished_at = CASE WHEN $2 = 'finished' THEN $7::timestamptz END
WHERE id = $1
"""
# Of the filed ones the provisional ones still have a year to complete.
_CONCERNED: Final = """
d.state NOT IN ('lapsed', 'revoked') AND (d.state <> 'filed' OR EXISTS (
    SELECT FROM evaluation e WHERE e.declaration_id = d.id AND e.state = 'provisional_certified'))
"""
# Who began after the change was made has read the new dates. While a declaration can be edited, its unit is the bound
# one; the unique key of person and cycle gives the order.
_CANDIDATES: Final = f"""
SELECT d.person_id AS id, {SITE_COLUMNS}
FROM declaration d JOIN cycle c ON c.id = d.cycle_id
LEFT JOIN LATERAL (
    SELECT k.institution_id FROM known_binding k
    WHERE k.person_id = d.person_id AND k.state IN ('active', 'frozen')
      AND d.state IN ('draft', 'withdrawn', 'returned', 'modification_allowed')
    ORDER BY k.bound_at DESC LIMIT 1
) b ON true
LEFT JOIN known_institution i ON i.institution_id = coalesce(b.institution_id, d.institution_id) {SITE_OF_UNIT}
WHERE d.cycle_id = $1 AND {_CONCERNED} AND d.created_at <= $2
  AND ($3::uuid IS NULL OR i.filing_body_path @> ARRAY[$3]) AND ($4::uuid IS NULL OR d.person_id > $4)
ORDER BY d.person_id LIMIT $5
"""
_UNITS: Final = f"""
SELECT i.institution_id AS id, {SITE_COLUMNS}
FROM known_institution i JOIN cycle c ON c.id = $1 {SITE_OF_UNIT}
WHERE i.state = 'active' AND $2::timestamptz IS NOT NULL
  AND ($3::uuid IS NULL OR i.filing_body_path @> ARRAY[$3]) AND ($4::uuid IS NULL OR i.institution_id > $4)
ORDER BY i.institution_id LIMIT $5
"""
# The zone hears of what its sites change.
_BODIES: Final = f"""
SELECT i.id, {SITE_COLUMNS}
FROM (SELECT b.exam_body_id AS id, b.path AS filing_body_path, b.level, b.state FROM known_exam_body b) i
JOIN cycle c ON c.id = $1 {SITE_OF_UNIT}
WHERE i.state = 'active' AND $2::timestamptz IS NOT NULL
  AND ($3::uuid IS NULL OR i.filing_body_path @> ARRAY[$3] OR i.level = 'zone') AND ($4::uuid IS NULL OR i.id > $4)
ORDER BY i.id LIMIT $5
"""
# Where the zone moved its dates, nobody's unit has to be looked up to be counted.
_COUNT: Final = f"""
SELECT (SELECT count(*) FROM declaration d
        WHERE d.cycle_id = $1 AND {_CONCERNED} AND d.created_at <= $2
          AND ($3::uuid IS NULL OR EXISTS (
                SELECT FROM known_institution k WHERE k.filing_body_path @> ARRAY[$3] AND k.institution_id = coalesce((
                    SELECT b.institution_id FROM known_binding b
                    WHERE b.person_id = d.person_id AND b.state IN ('active', 'frozen')
                      AND d.state IN ('draft', 'withdrawn', 'returned', 'modification_allowed')
                    ORDER BY b.bound_at DESC LIMIT 1), d.institution_id))))
     + (SELECT count(*) FROM ({_UNITS}) units) + (SELECT count(*) FROM ({_BODIES}) bodies)
"""
_RECIPIENTS: Final = MappingProxyType(
    {Stage.CANDIDATES: _CANDIDATES, Stage.UNITS: _UNITS, Stage.BODIES: _BODIES},
)


async def insert(
    tx: Transaction,
    announcement_id: UUID,
    cycle_id: UUID,
    exam_body_id: UUID | None,
    version: int,
    dates: tuple[CycleDates, CycleDates],
    by: UUID,
    at: datetime,
) -> None:
    """Order the telling of `dates`, before and after; the worker begins with it."""
    before, after = (orjson.dumps(asdict(one)).decode() for one in dates)
    await tx.execute(_INSERT, announcement_id, cycle_id, exam_body_id, version, before, after, by, at)


async def lock_running(tx: Transaction) -> Announcement | None:
    """The oldest one that is not finished; None where there is none, or another worker has it."""
    row = await tx.fetchrow(_LOCK_RUNNING)
    return None if row is None else _announcement(row)


async def select_page(
    reader: Reader, cycle_id: UUID, scope_id: UUID, before: UUID | None, running: bool, limit: int
) -> list[Announcement]:
    """The zone's, and those of sites below an exam body, newest first."""
    rows = await reader.fetch(_SELECT_PAGE, cycle_id, scope_id, before, running, limit)
    return [_announcement(row) for row in rows]


async def select_recipients(tx: Transaction, one: Announcement, limit: int) -> list[Recipient]:
    """The next of the stage an announcement is in, in order of their ids."""
    query = _RECIPIENTS[one.stage]
    rows = await tx.fetch(query, one.cycle_id, one.made_at, one.exam_body_id, one.told_up_to, limit)
    return [Recipient(row["id"], site_dates_of(row)) for row in rows]


async def count_recipients(tx: Transaction, one: Announcement) -> int:
    """How many an announcement concerns in all."""
    number: int = await tx.fetchval(_COUNT, one.cycle_id, one.made_at, one.exam_body_id, None, None)
    return number


async def update(tx: Transaction, one: Announcement, at: datetime) -> None:
    """Write how far a locked announcement has come."""
    await tx.execute(_UPDATE, one.id, one.stage.value, one.told_up_to, one.total, one.done, one.told, at)


def _announcement(row: Row) -> Announcement:
    names = [field.name for field in fields(Announcement) if field.name not in ("before", "after", "stage")]
    values = {name: row[name] for name in names}
    before, after = (_dates(row[name]) for name in ("dates_before", "dates_after"))
    return Announcement(**values, before=before, after=after, stage=Stage(row["stage"]))


def _dates(text: str) -> CycleDates:
    moments: dict[str, Any] = {
        name: datetime.fromisoformat(value) if value else None for name, value in orjson.loads(text).items()
    }
    return CycleDates(**moments)
