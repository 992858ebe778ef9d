"""Carry out the next waiting rows of a started sheet, with the rights its maker has at that moment (B5, B7, P2).

A row's effect, its events and audit entries, and its result are one commit: a kill in between leaves it waiting, and
what is done is never done again."""

from dataclasses import replace
from datetime import datetime

from services.institution.domain.sheet_import import BATCH, ImportRow, MakerWithoutRights, tally
from services.institution.storage import sheet_import_rows, sheet_imports
from services.institution.storage.sheet_imports import RunningSheet
from services.institution.use_cases.importing.kinds import KINDS
from services.institution.use_cases.importing.note_sheet import note_sheet
from services.institution.use_cases.importing.row_kinds import Importing
from shared.errors import TiroError, Unavailable
from shared.failpoints import failpoint
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring


async def carry_out_rows(tx: Transaction, keyring: Keyring, trainee_limit: int, now: datetime) -> int:
    """How many rows were done or refused, at most BATCH; a refusal is the row's result, not a failure."""
    if (running := await sheet_imports.lock_running(tx)) is None:
        return 0
    sheet = running.sheet
    waiting = await sheet_import_rows.select_page(tx, sheet.id, 0, "waiting", BATCH)
    importing = Importing(keyring, sheet.maker, now, trainee_limit)
    told = [await _told(tx, running, row, importing) for row in waiting]
    failpoint("sheets.before_mark")
    await sheet_import_rows.update_waiting(tx, sheet.id, told)
    if await sheet_imports.update_progress(tx, sheet.id, tally(told), now) == "done":
        note_sheet(tx, sheet, "finish", actor=sheet.maker, now=now, after="done")
    return len(told)


async def _told(tx: Transaction, running: RunningSheet, row: ImportRow, importing: Importing) -> ImportRow:
    """The row with what became of it."""
    kind = KINDS[running.sheet.kind]
    try:
        if not running.entitled:
            raise MakerWithoutRights
        wanted = kind.wanted(sheet_import_rows.opened_cells(importing.keyring, running.sheet.id, row))
        async with tx.attempt():
            carried = await kind.carry_out(tx, wanted, importing)
    except Unavailable:
        raise
    except TiroError as refusal:
        importing.around.forget()
        return replace(row, result="refused", problems=refusal.as_problems())
    return replace(row, result="done", problems=carried.notes, subject_id=carried.subject_id)
