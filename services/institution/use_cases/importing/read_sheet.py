"""Read an uploaded spreadsheet and say row by row what is wrong: the dry run; nothing is imported by this (B7, P2).

A batch of rows, their results and how far the reading is are one commit. After a kill the file is read again from its
beginning, which costs seconds, and the lines that were kept are only remembered, so that no row is kept twice."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from services.institution.domain.sheet_import import (
    READ_BATCH,
    ImportRow,
    ImportState,
    RowResult,
    RowWrong,
    SeenKeys,
    SheetImport,
    tally,
)
from services.institution.storage import sheet_import_rows, sheet_imports
from services.institution.use_cases.importing.kinds import KINDS
from services.institution.use_cases.importing.note_sheet import note_sheet
from services.institution.use_cases.importing.row_kinds import Importing, RowKind
from shared.actor import SYSTEM
from shared.clock import Clock
from shared.errors import FieldProblem, Invalid, NotFound, TiroError, Unavailable
from shared.failpoints import failpoint
from shared.objectstore import Bucket
from shared.postgres.database import Database
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring
from shared.spreadsheets.columns import records_below
from shared.spreadsheets.reader import SheetReader

Record = tuple[int, dict[str, str]]
_COLUMNS: Final = 200
"""So many may be read: one too many is told by its title, not as too large a file."""


@dataclass(frozen=True, slots=True)
class ReadingParts:
    """What reading needs; `rows` is the most that one sheet may hold."""

    database: Database
    bucket: Bucket
    sheets: SheetReader
    keyring: Keyring
    clock: Clock
    rows: int
    trainee_limit: int


async def read_sheet(parts: ReadingParts, sheet: SheetImport) -> None:
    """Bring a received sheet to `checked`, or to `unusable` with the reason. Gives up where another worker is reading
    it too. Raises kinds of Unavailable; the next run goes on."""
    try:
        found = await _records(parts, sheet)
    except (Invalid, NotFound) as refusal:
        await _close(parts, sheet, "unusable", refusal.as_problems()[0])
        return
    kind, seen, read = KINDS[sheet.kind], SeenKeys(), sheet.read_lines
    while batch := list(islice(found, READ_BATCH)):
        fresh = [record for record in batch if record[0] > sheet.read_lines]
        _remember(kind, seen, batch[: len(batch) - len(fresh)])
        if fresh and not await _keep(parts, sheet, fresh, seen, read):
            return
        read = batch[-1][0]
        failpoint("sheets.after_read_batch")
    await _close(parts, sheet, "checked", None)


async def _records(parts: ReadingParts, sheet: SheetImport) -> Iterator[Record]:
    columns = KINDS[sheet.kind].columns
    data = await parts.bucket.get(str(sheet.object_key), "object")
    rows = await parts.sheets.read(data, rows=parts.rows + 1, columns=_COLUMNS)
    return records_below(columns, rows)


def _remember(kind: RowKind[Any], seen: SeenKeys, batch: list[Record]) -> None:
    for line, cells in batch:
        try:
            seen.repeated(line, kind.keys(kind.wanted(cells)))
        except RowWrong:
            continue


async def _keep(parts: ReadingParts, sheet: SheetImport, batch: list[Record], seen: SeenKeys, before: int) -> bool:
    """One batch: checked, kept, and the position moved in one commit. False when another worker was here first."""
    now, last = parts.clock.now(), batch[-1][0]
    async with parts.database.transaction(str(sheet.id)) as tx:
        importing = Importing(parts.keyring, sheet.maker, now, parts.trainee_limit)
        rows = [await _judged(tx, sheet, record, seen, importing) for record in batch]
        if not await sheet_imports.update_read(tx, sheet.id, before, last, tally(rows), now):
            return False
        await sheet_import_rows.insert_many(tx, sheet.id, rows)
    return True


async def _judged(
    tx: Transaction, sheet: SheetImport, record: Record, seen: SeenKeys, importing: Importing
) -> ImportRow:
    kind, (line, cells) = KINDS[sheet.kind], record
    result: RowResult = "waiting"
    try:
        wanted = kind.wanted(cells)
        if repeated := seen.repeated(line, kind.keys(wanted)):
            raise RowWrong(problems=repeated)
        problems = await kind.check(tx, wanted, importing)
    except Unavailable:
        raise
    except TiroError as refusal:
        result, problems = "wrong", refusal.as_problems()
    sealed = sheet_import_rows.sealed_cells(importing.keyring, sheet.id, line, cells)
    return ImportRow(line, sealed, result, problems, None)


async def _close(parts: ReadingParts, sheet: SheetImport, state: ImportState, refusal: FieldProblem | None) -> None:
    """The row first, the object after: what a kill between the two leaves, nobody names, and the sweep removes it."""
    now = parts.clock.now()
    async with parts.database.transaction(str(sheet.id)) as tx:
        if await sheet_imports.update_closed(tx, sheet.id, state, refusal, now):
            note_sheet(tx, sheet, "check", actor=SYSTEM, now=now, after=state)
    await parts.bucket.delete(str(sheet.object_key))
