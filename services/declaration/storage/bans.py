"""Rows of `ban`: who is barred from declaring, until when and why (R29)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from shared.errors import NotFound, StaleVersion
from shared.postgres.transaction import Reader, Row, Transaction

DATA_CLASS: Final = "declaration"

_INSERT: Final = """
INSERT INTO ban (id, person_id, version, reason_code, note, until, imposed_by, imposed_at)
VALUES ($1, $2, 1, $3, $4, $5, $6, $7)
"""
_SELECT: Final = """
SELECT b.id, b.person_id, b.version, b.reason_code, b.note, b.until, b.imposed_at, b.lifted_at, b.lift_note,
       p.name_masked, p.document_no_masked
FROM ban b LEFT JOIN known_person p ON p.person_id = b.person_id WHERE b.id = $1
"""
_LOCK: Final = """
SELECT b.id, b.person_id, b.version, b.reason_code, b.note, b.until, b.imposed_at, b.lifted_at, b.lift_note,
       NULL::text AS name_masked, NULL::text AS document_no_masked
FROM ban b WHERE b.id = $1 FOR UPDATE
"""
_SELECT_PAGE: Final = """
SELECT b.id, b.person_id, b.version, b.reason_code, b.note, b.until, b.imposed_at, b.lifted_at, b.lift_note,
       p.name_masked, p.document_no_masked
FROM ban b LEFT JOIN known_person p ON p.person_id = b.person_id
WHERE ($1::uuid IS NULL OR b.person_id = $1)
  AND ($2::boolean IS NULL OR $2 = (b.lifted_at IS NULL AND coalesce(b.until, 'infinity') >= $3::date))
  AND ($4::uuid IS NULL OR b.id < $4)
ORDER BY b.id DESC LIMIT $5
"""
_UPDATE_LIFTED: Final = """
UPDATE ban SET version = version + 1, lifted_by = $2, lifted_at = $3, lift_note = $4 WHERE id = $1 RETURNING version
"""


@dataclass(frozen=True, slots=True)
class Ban:
    """A ban; notes are sealed, see `place`. `until` is the last day, None for life."""

    id: UUID
    person_id: UUID
    version: int
    reason_code: str
    note: bytes
    until: date | None
    imposed_at: datetime
    lifted_at: datetime | None
    lift_note: bytes | None
    name_masked: str | None = None
    document_no_masked: str | None = None

    def is_in_force(self, today: date) -> bool:
        """Neither lifted nor over."""
        return self.lifted_at is None and (self.until is None or self.until >= today)


@dataclass(frozen=True, slots=True)
class BanFilter:
    """Of whom, and only those in force on `today`, or only the others."""

    person_id: UUID | None
    in_force: bool | None
    today: date


def place(column: str, ban_id: UUID) -> str:
    """Where a sealed note belongs."""
    return f"ban.{column}:{ban_id}"


async def insert(tx: Transaction, ban: Ban, imposed_by: UUID) -> None:
    """A new ban."""
    values = (ban.id, ban.person_id, ban.reason_code, ban.note, ban.until)
    await tx.execute(_INSERT, *values, imposed_by, ban.imposed_at)


async def select(reader: Reader, ban_id: UUID) -> Ban:
    """With the masked name. Raises NotFound."""
    return _found(await reader.fetchrow(_SELECT, ban_id))


async def select_page(reader: Reader, wanted: BanFilter, after: UUID | None, limit: int) -> list[Ban]:
    """The newest first."""
    rows = await reader.fetch(_SELECT_PAGE, wanted.person_id, wanted.in_force, wanted.today, after, limit)
    return [_found(row) for row in rows]


async def lock(tx: Transaction, ban_id: UUID, expected_version: int) -> Ban:
    """Raises NotFound, StaleVersion."""
    ban = _found(await tx.fetchrow(_LOCK, ban_id))
    if ban.version != expected_version:
        raise StaleVersion(current=ban.version, state="lifted" if ban.lifted_at else "imposed")
    return ban


async def update_lifted(tx: Transaction, ban_id: UUID, lifted_by: UUID, at: datetime, note: bytes) -> int:
    """Lift a locked ban; its new version."""
    version: int = await tx.fetchval(_UPDATE_LIFTED, ban_id, lifted_by, at, note)
    return version


def _found(row: Row | None) -> Ban:
    if row is None:
        raise NotFound
    return Ban(**row)
