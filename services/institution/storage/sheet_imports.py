"""Table sheet_import: the jobs. A sheet is its maker's alone, as long as the maker stands where it was made."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import asyncpg

from services.institution.domain.sheet_import import ImportState, RowResult, SheetImport, SheetUnderWay
from shared.errors import FieldProblem, NotFound
from shared.postgres.transaction import Reader, Transaction

_SELECT: Final = "SELECT * FROM sheet_import WHERE id = $1 AND created_by = $2 AND scope_id = $3"
_LOCK: Final = "SELECT * FROM sheet_import WHERE id = $1 AND created_by = $2 AND scope_id = $3 FOR UPDATE"
_SELECT_PAGE: Final = """
SELECT * FROM sheet_import
WHERE created_by = $1 AND scope_id = $2 AND ($3::uuid IS NULL OR id < $3) AND ($4::text IS NULL OR kind = $4)
ORDER BY id DESC LIMIT $5
"""
_SELECT_RECEIVED: Final = "SELECT * FROM sheet_import WHERE state = 'received' ORDER BY moved_at, id LIMIT 1"
# Round and round: the one that waited longest. An account that has not been heard of yet waits too.
_LOCK_RUNNING: Final = """
SELECT i.*, (k.state IN ('active', 'locked') AND k.role = i.maker_role AND k.scope_id = i.scope_id) AS entitled
FROM sheet_import i JOIN known_staff k ON k.staff_id = i.created_by
WHERE i.state = 'running' ORDER BY i.moved_at, i.id LIMIT 1 FOR UPDATE OF i SKIP LOCKED
"""
_INSERT: Final = """
INSERT INTO sheet_import (id, version, kind, state, created_by, maker_role, scope_id, object_key, created_at, moved_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)
"""
_UPDATE_STATE: Final = "UPDATE sheet_import SET state = $2, version = version + 1, moved_at = $3 WHERE id = $1"
# Where another worker got here first nothing is touched, and the rows that go along are not kept either.
_UPDATE_READ: Final = """
UPDATE sheet_import SET read_lines = $3, wrong = wrong + $4, waiting = waiting + $5, moved_at = $6
WHERE id = $1 AND state = 'received' AND read_lines = $2
"""
_UPDATE_CLOSED: Final = """
UPDATE sheet_import SET state = $2, version = version + 1, object_key = NULL, refusal = $3::jsonb, moved_at = $4
WHERE id = $1 AND state = 'received'
"""
_UPDATE_PROGRESS: Final = """
UPDATE sheet_import SET waiting = waiting - $2 - $3, done = done + $2, refused = refused + $3, moved_at = $4,
    state = CASE WHEN waiting = $2 + $3 THEN 'done' ELSE state END,
    version = version + CASE WHEN waiting = $2 + $3 THEN 1 ELSE 0 END
WHERE id = $1 RETURNING state
"""
# Its rows go with it; one that is being worked on stays.
_DELETE_OLD: Final = "DELETE FROM sheet_import WHERE moved_at < $1 AND state NOT IN ('received', 'running')"


@dataclass(frozen=True, slots=True)
class RunningSheet:
    """A sheet to go on with; `entitled`: its maker still holds account, role and place."""

    sheet: SheetImport
    entitled: bool


async def select(reader: Reader, import_id: UUID, created_by: UUID, scope_id: UUID) -> SheetImport:
    """One's own sheet. Raises NotFound, also for sheets of others."""
    if (row := await reader.fetchrow(_SELECT, import_id, created_by, scope_id)) is None:
        raise NotFound
    return _sheet(row)


async def lock(tx: Transaction, import_id: UUID, created_by: UUID, scope_id: UUID) -> SheetImport:
    """The same, locked until commit. Raises NotFound."""
    if (row := await tx.fetchrow(_LOCK, import_id, created_by, scope_id)) is None:
        raise NotFound
    return _sheet(row)


async def select_page(
    reader: Reader, created_by: UUID, scope_id: UUID, before: UUID | None, kind: str | None, limit: int
) -> list[SheetImport]:
    """One's own sheets, newest first."""
    return [_sheet(row) for row in await reader.fetch(_SELECT_PAGE, created_by, scope_id, before, kind, limit)]


async def select_received(reader: Reader) -> SheetImport | None:
    """The sheet that has waited longest to be read."""
    row = await reader.fetchrow(_SELECT_RECEIVED)
    return None if row is None else _sheet(row)


async def lock_running(tx: Transaction) -> RunningSheet | None:
    """The sheet whose turn it is to be carried out, locked until commit."""
    row = await tx.fetchrow(_LOCK_RUNNING)
    return None if row is None else RunningSheet(_sheet(row), bool(row["entitled"]))


async def insert(tx: Transaction, new: SheetImport) -> None:
    """Add a sheet that was received. Raises SheetUnderWay."""
    values = (new.id, new.version, new.kind, new.state, new.created_by, new.maker_role, new.scope_id, new.object_key)
    try:
        await tx.execute(_INSERT, *values, new.created_at)
    except asyncpg.UniqueViolationError:
        raise SheetUnderWay from None


async def update_state(tx: Transaction, import_id: UUID, state: ImportState, now: datetime) -> None:
    """Move a locked sheet. Raises SheetUnderWay."""
    try:
        await tx.execute(_UPDATE_STATE, import_id, state, now)
    except asyncpg.UniqueViolationError:
        raise SheetUnderWay from None


async def update_read(
    tx: Transaction, import_id: UUID, before: int, line: int, counts: Mapping[RowResult, int], now: datetime
) -> bool:
    """Rows up to `line` are kept now. False when another worker read on from `before`."""
    values = (import_id, before, line, counts["wrong"], counts["waiting"], now)
    return await tx.execute(_UPDATE_READ, *values) == 1


async def update_closed(
    tx: Transaction, import_id: UUID, state: ImportState, refusal: FieldProblem | None, now: datetime
) -> bool:
    """Reading is over and the file no longer named. False when it was over before."""
    told = None if refusal is None else json.dumps(problem_as_json(refusal))
    return await tx.execute(_UPDATE_CLOSED, import_id, state, told, now) == 1


async def update_progress(tx: Transaction, import_id: UUID, counts: Mapping[RowResult, int], now: datetime) -> str:
    """Rows that waited have been carried out or refused; the state, done when none is left."""
    state: str = await tx.fetchval(_UPDATE_PROGRESS, import_id, counts["done"], counts["refused"], now)
    return state


async def delete_old(tx: Transaction, before: datetime) -> int:
    """Forget sheets that nothing happened to since a moment."""
    return await tx.execute(_DELETE_OLD, before)


def problem_as_json(problem: FieldProblem) -> list[str]:
    """How a problem is kept."""
    return [problem.pointer, problem.code, problem.message_zh, problem.message_en]


def _sheet(row: Any) -> SheetImport:
    told = row["refusal"]
    return SheetImport(
        id=row["id"],
        version=row["version"],
        kind=row["kind"],
        state=row["state"],
        created_by=row["created_by"],
        maker_role=row["maker_role"],
        scope_id=row["scope_id"],
        object_key=row["object_key"],
        refusal=None if told is None else FieldProblem(*json.loads(told)),
        read_lines=row["read_lines"],
        wrong=row["wrong"],
        waiting=row["waiting"],
        done=row["done"],
        refused=row["refused"],
        created_at=row["created_at"],
        moved_at=row["moved_at"],
    )
