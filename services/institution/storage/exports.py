"""Table `export_job` as institution has it: nothing is kept beside a job."""

import json
from typing import Final

from shared.exporting.job import Export
from shared.exporting.jobs import ExportJobs
from shared.postgres.transaction import Transaction

_INSERT: Final = """
INSERT INTO export_job (id, version, kind, state, filter, language, reason_code, scope_id, scope_path, created_by, role,
                        rows_all, rows_done, attempts, downloads, created_at, moved_at)
VALUES ($1, $2, $3, $4, $5::text::jsonb, $6, $7, $8, $9, $10, $11, $12, 0, 0, 0, $13, $13)
"""
EXPORTS: Final = ExportJobs(Export)


async def insert(tx: Transaction, job: Export) -> None:
    """A job that waits for a worker."""
    what = (job.id, job.version, job.kind, job.state, json.dumps(job.filter), job.language, job.reason_code)
    await tx.execute(
        _INSERT, *what, job.scope_id, job.scope_path, job.created_by, job.role, job.rows_all, job.created_at
    )
