"""A part of an export could not be read (B8)."""

from datetime import datetime

from services.declaration.domain.export import ExportJob
from services.declaration.storage import exports
from shared.exporting.job import MOST_ATTEMPTS
from shared.exporting.steps import fail_export
from shared.postgres.transaction import Transaction


async def miss_part(tx: Transaction, job: ExportJob, now: datetime) -> None:
    """The try is counted: others come first, and after too many tries it fails."""
    missed = await exports.update_missed(tx, job, now)
    if missed is not None and missed.attempts >= MOST_ATTEMPTS:
        await fail_export(tx, exports.EXPORTS, missed, "too_many_tries", now)
