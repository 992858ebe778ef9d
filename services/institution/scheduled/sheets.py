"""Spreadsheets are read, carried out and forgotten (B7, P2)."""

from datetime import timedelta

from services.institution.dependencies import Dependencies
from services.institution.storage import sheet_imports
from services.institution.use_cases.importing.carry_out_rows import carry_out_rows
from services.institution.use_cases.importing.read_sheet import ReadingParts, read_sheet
from shared.failpoints import failpoint
from shared.process.definition import Job

_BATCHES = 100
"""Of rows in one run, some seconds of work, so that a worker that is told to stop need not be cut off."""


async def read_sheets(deps: Dependencies) -> None:
    """Sheets that were uploaded, one after the other."""
    limits = deps.sheet_limits
    parts = ReadingParts(
        deps.database, deps.bucket, deps.sheets, deps.keyring, deps.clock, limits.rows, deps.trainee_limit
    )
    while True:
        async with deps.database.read() as reader:
            sheet = await sheet_imports.select_received(reader)
        if sheet is None:
            return
        await read_sheet(parts, sheet)


async def carry_out_sheets(deps: Dependencies) -> None:
    """Rows of started sheets, a batch per transaction, the sheets taking turns."""
    for _ in range(_BATCHES):
        async with deps.database.transaction() as tx:
            done = await carry_out_rows(tx, deps.keyring, deps.trainee_limit, deps.clock.now())
        if done == 0:
            return
        failpoint("sheets.after_batch")


async def forget_sheets(deps: Dependencies) -> None:
    """Sheets past their term, with the names and numbers in their rows (V57)."""
    async with deps.database.transaction() as tx:
        await sheet_imports.delete_old(tx, deps.clock.now() - timedelta(days=deps.sheet_limits.days))


JOBS = (
    Job("read-sheets", timedelta(seconds=3), read_sheets),
    Job("carry-out-sheets", timedelta(seconds=1), carry_out_sheets),
    Job("forget-sheets", timedelta(hours=1), forget_sheets),
)
