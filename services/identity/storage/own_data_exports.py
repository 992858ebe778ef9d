"""The own_data_export table: copies of their own data that people asked for (V59)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from shared.errors import NotFound
from shared.postgres.transaction import Reader, Transaction

OBJECT_CLASS = "person"
"""The data class that seals the files in the bucket."""

# A failed copy rests as removed, which the release before knows.
_COLUMNS: Final = """
export_id, person_id, CASE WHEN failed_at IS NULL THEN state ELSE 'failed' END AS state, asked_at, ready_at, object_key,
size, tries
"""
_INSERT: Final = """
INSERT INTO own_data_export (export_id, person_id, state, asked_at) VALUES ($1, $2, 'queued', $3)
ON CONFLICT (person_id) WHERE state = 'queued' DO NOTHING
"""
_SELECT: Final = f"SELECT {_COLUMNS} FROM own_data_export WHERE export_id = $1 AND person_id = $2"
_SELECT_OF: Final = f"SELECT {_COLUMNS} FROM own_data_export WHERE person_id = $1 ORDER BY asked_at DESC LIMIT 20"
_SELECT_QUEUED: Final = f"""
SELECT {_COLUMNS} FROM own_data_export
WHERE state = 'queued' AND (try_again_at IS NULL OR try_again_at <= $1)
  AND ($2::timestamptz IS NULL OR (asked_at, export_id) > ($2, $3::uuid))
ORDER BY asked_at, export_id LIMIT $4
"""
_SELECT_DUE: Final = f"""
SELECT {_COLUMNS} FROM own_data_export WHERE state = 'ready' AND ready_at < $1 ORDER BY ready_at LIMIT 200
"""
_UPDATE_READY: Final = """
UPDATE own_data_export SET state = 'ready', ready_at = $2, object_key = $3, size = $4
WHERE export_id = $1 AND state = 'queued'
"""
_UPDATE_PUT_OFF: Final = """
UPDATE own_data_export SET tries = $3, try_again_at = $4 WHERE export_id = $1 AND state = 'queued' AND tries = $2
"""
_UPDATE_FAILED: Final = """
UPDATE own_data_export SET state = 'removed', failed_at = $4, removed_at = $4, tries = $3
WHERE export_id = $1 AND state = 'queued' AND tries = $2
"""
_UPDATE_REMOVED: Final = """
UPDATE own_data_export SET state = 'removed', removed_at = $2 WHERE export_id = $1 AND state = 'ready'
"""
_IS_NAMED: Final = "SELECT EXISTS (SELECT FROM own_data_export WHERE object_key = $1 AND state = 'ready')"
_DELETE_QUEUED: Final = "DELETE FROM own_data_export WHERE person_id = $1 AND state = 'queued'"
_EXPIRE: Final = "UPDATE own_data_export SET ready_at = '-infinity' WHERE person_id = $1 AND state = 'ready'"


@dataclass(frozen=True, slots=True)
class OwnDataExport:
    """One copy; `size` of the file in bytes, `tries` to make it in vain."""

    export_id: UUID
    person_id: UUID
    state: Literal["queued", "ready", "removed", "failed"]
    asked_at: datetime
    ready_at: datetime | None
    object_key: str | None
    size: int | None
    tries: int


async def insert(tx: Transaction, export_id: UUID, person_id: UUID, at: datetime) -> bool:
    """Queue a copy; False when one is queued already."""
    return await tx.execute(_INSERT, export_id, person_id, at) == 1


async def select(reader: Reader, export_id: UUID, person_id: UUID) -> OwnDataExport:
    """A copy of this person. Raises NotFound, also for those of others."""
    if (row := await reader.fetchrow(_SELECT, export_id, person_id)) is None:
        raise NotFound
    return OwnDataExport(**dict(row))


async def select_of(reader: Reader, person_id: UUID) -> list[OwnDataExport]:
    """The newest copies of a person, at most 20."""
    return [OwnDataExport(**dict(row)) for row in await reader.fetch(_SELECT_OF, person_id)]


async def select_queued(
    reader: Reader, now: datetime, limit: int, after: OwnDataExport | None = None
) -> list[OwnDataExport]:
    """Copies that wait to be made and are not put off, the oldest first, or those after one of them."""
    place = (None, None) if after is None else (after.asked_at, after.export_id)
    return [OwnDataExport(**dict(row)) for row in await reader.fetch(_SELECT_QUEUED, now, *place, limit)]


async def select_due(reader: Reader, before: datetime) -> list[OwnDataExport]:
    """Copies made before a moment, at most 200."""
    return [OwnDataExport(**dict(row)) for row in await reader.fetch(_SELECT_DUE, before)]


async def update_ready(tx: Transaction, export_id: UUID, at: datetime, object_key: str, size: int) -> bool:
    """The file lies in the bucket; False when another worker was faster, or the account was closed."""
    return await tx.execute(_UPDATE_READY, export_id, at, object_key, size) == 1


async def update_put_off(tx: Transaction, export: OwnDataExport, tries: int, until: datetime) -> None:
    """Count tries in vain, and wait. Nothing is done where somebody else counted meanwhile."""
    await tx.execute(_UPDATE_PUT_OFF, export.export_id, export.tries, tries, until)


async def update_failed(tx: Transaction, export: OwnDataExport, tries: int, at: datetime) -> bool:
    """Give it up; False when somebody else counted meanwhile, made it, or the account was closed."""
    return await tx.execute(_UPDATE_FAILED, export.export_id, export.tries, tries, at) == 1


async def update_removed(tx: Transaction, export_id: UUID, at: datetime) -> None:
    """The file is gone."""
    await tx.execute(_UPDATE_REMOVED, export_id, at)


async def select_is_named(reader: Reader, object_key: str) -> bool:
    """Whether a file in the bucket is one that can be fetched."""
    named: bool = await reader.fetchval(_IS_NAMED, object_key)
    return named


async def delete_of(tx: Transaction, person_id: UUID) -> None:
    """Nothing more is made for a person, and what was made goes with the next run."""
    await tx.execute(_DELETE_QUEUED, person_id)
    await tx.execute(_EXPIRE, person_id)
