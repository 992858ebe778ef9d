"""The staff_sheet and staff_sheet_row tables. A sheet is its maker's alone."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from services.identity.domain.staff_sheet import SheetRow, StaffSheet
from shared.errors import NotFound
from shared.postgres.transaction import Reader, Transaction

_COUNTED: Final = """s.sheet_id, s.created_by, s.scope_id, s.state, s.version, s.created_at, s.done_at,
    count(*) FILTER (WHERE r.result = 'wrong') AS wrong, count(*) FILTER (WHERE r.result = 'waiting') AS waiting,
    count(*) FILTER (WHERE r.result = 'invited') AS invited, count(*) FILTER (WHERE r.result = 'refused') AS refused
FROM staff_sheet s JOIN staff_sheet_row r USING (sheet_id)
"""
_SELECT: Final = f"SELECT {_COUNTED} WHERE s.created_by = $1 AND s.sheet_id = $2 GROUP BY s.sheet_id"
_SELECT_PAGE: Final = f"""SELECT {_COUNTED}
WHERE s.created_by = $1 AND ($2::uuid IS NULL OR s.sheet_id < $2) GROUP BY s.sheet_id ORDER BY s.sheet_id DESC LIMIT $3
"""
_LOCK: Final = "SELECT version, state FROM staff_sheet WHERE created_by = $1 AND sheet_id = $2 FOR UPDATE"
_INSERT: Final = """
INSERT INTO staff_sheet (sheet_id, created_by, scope_id, state, version, created_at) VALUES ($1, $2, $3, $4, $5, $6)
"""
_INSERT_ROW: Final = """
INSERT INTO staff_sheet_row (sheet_id, line, role, target_scope_id, name_sealed, phone_sealed, phone_masked, result,
    problem)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""
_SELECT_ROWS: Final = """
SELECT sheet_id, line, role, target_scope_id, name_sealed, phone_sealed, phone_masked, result, problem, staff_id
FROM staff_sheet_row
WHERE sheet_id = $1 AND line > $2 AND ($3::text IS NULL OR result = $3) ORDER BY line LIMIT $4
"""
_LOCK_WAITING: Final = """
SELECT r.sheet_id, r.line, r.role, r.target_scope_id, r.name_sealed, r.phone_sealed, r.phone_masked, r.result,
    r.problem, r.staff_id
FROM staff_sheet_row r JOIN staff_sheet s USING (sheet_id)
WHERE s.state = 'running' AND r.result = 'waiting' ORDER BY r.sheet_id, r.line LIMIT $1 FOR UPDATE OF r SKIP LOCKED
"""
_MAKER: Final = "SELECT created_by FROM staff_sheet WHERE sheet_id = $1"
_UPDATE_ROW: Final = """
UPDATE staff_sheet_row SET result = $3, problem = $4, staff_id = $5 WHERE sheet_id = $1 AND line = $2
"""
_UPDATE_STARTED: Final = "UPDATE staff_sheet SET state = 'running', version = version + 1 WHERE sheet_id = $1"
_UPDATE_DONE: Final = """
UPDATE staff_sheet s SET state = 'done', version = version + 1, done_at = $1
WHERE s.state = 'running' AND NOT EXISTS (
    SELECT FROM staff_sheet_row r WHERE r.sheet_id = s.sheet_id AND r.result = 'waiting')
"""
# Its rows go with it. One that was never started counts from its upload.
_DELETE_OLD: Final = "DELETE FROM staff_sheet WHERE coalesce(done_at, created_at) < $1 AND state <> 'running'"


async def insert(tx: Transaction, sheet: StaffSheet, rows: Sequence[SheetRow]) -> None:
    """A checked sheet with its rows."""
    await tx.execute(
        _INSERT, sheet.sheet_id, sheet.created_by, sheet.scope_id, sheet.state, sheet.version, sheet.created_at
    )
    await tx.executemany(
        _INSERT_ROW,
        [
            (
                sheet.sheet_id,
                row.line,
                row.role,
                row.target_scope_id,
                row.name_sealed,
                row.phone_sealed,
                row.phone_masked,
                row.result,
                row.problem,
            )
            for row in rows
        ],
    )


async def select(reader: Reader, created_by: UUID, sheet_id: UUID) -> StaffSheet:
    """The sheet with its counts. Raises NotFound, also for sheets of others."""
    row = await reader.fetchrow(_SELECT, created_by, sheet_id)
    if row is None:
        raise NotFound
    return StaffSheet(**dict(row))


async def select_page(reader: Reader, created_by: UUID, before: UUID | None, limit: int) -> list[StaffSheet]:
    """One's own sheets, newest first."""
    return [StaffSheet(**dict(row)) for row in await reader.fetch(_SELECT_PAGE, created_by, before, limit)]


async def select_rows(reader: Reader, sheet_id: UUID, after: int, result: str | None, limit: int) -> list[SheetRow]:
    """Rows in the order of the file; whose sheet it is was asked before."""
    return [SheetRow(**dict(row)) for row in await reader.fetch(_SELECT_ROWS, sheet_id, after, result, limit)]


async def lock(tx: Transaction, created_by: UUID, sheet_id: UUID) -> tuple[int, str]:
    """(version, state) of one's own sheet, locked. Raises NotFound."""
    row = await tx.fetchrow(_LOCK, created_by, sheet_id)
    if row is None:
        raise NotFound
    return row["version"], row["state"]


async def update_started(tx: Transaction, sheet_id: UUID) -> None:
    """Its rows may be carried out from now on."""
    await tx.execute(_UPDATE_STARTED, sheet_id)


async def lock_waiting(tx: Transaction, limit: int) -> list[SheetRow]:
    """Rows of running sheets that nobody has carried out or works on now."""
    return [SheetRow(**dict(row)) for row in await tx.fetch(_LOCK_WAITING, limit)]


async def select_maker(reader: Reader, sheet_id: UUID) -> UUID:
    """Who uploaded a sheet."""
    maker: UUID = await reader.fetchval(_MAKER, sheet_id)
    return maker


async def update_row(tx: Transaction, row: SheetRow, result: str, problem: str | None, staff_id: UUID | None) -> None:
    """What became of a row."""
    await tx.execute(_UPDATE_ROW, row.sheet_id, row.line, result, problem, staff_id)


async def update_done(tx: Transaction, now: datetime) -> int:
    """Close the running sheets that have nothing left to do."""
    return await tx.execute(_UPDATE_DONE, now)


async def delete_old(tx: Transaction, before: datetime) -> int:
    """Forget sheets that were done, or uploaded and left alone, before a moment."""
    return await tx.execute(_DELETE_OLD, before)
