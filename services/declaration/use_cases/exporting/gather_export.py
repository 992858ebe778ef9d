"""The next part of an export: rows, position and progress are one commit, so that after a kill another worker goes on
behind the last part (B8)."""

from datetime import datetime

from services.declaration.domain.export import ExportJob
from services.declaration.storage import export_parts, exports
from services.declaration.use_cases.exporting.acts_now import acts_now
from services.declaration.use_cases.exporting.sheets import next_rows
from shared.exporting.job import ROWS_AT_ONCE
from shared.exporting.steps import fail_export
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring


async def gather_export(tx: Transaction, job: ExportJob, *, keyring: Keyring, now: datetime) -> None:
    """Of a locked one. Rows are those that its maker's node may see at this moment. Raises MakerNotKnownYet."""
    if not await acts_now(tx, job):
        await fail_export(tx, exports.EXPORTS, job, "rights_lost", now)
        return
    rows, last_id = await next_rows(tx, job, ROWS_AT_ONCE)
    if rows:
        await export_parts.insert(tx, keyring, job.id, job.rows_done, rows)
    await exports.update_gathered(tx, job.id, len(rows), last_id, now, complete=len(rows) < ROWS_AT_ONCE)
