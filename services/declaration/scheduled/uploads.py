"""Uploads that nobody finished (P17)."""

from datetime import timedelta
from typing import Final

from services.declaration.dependencies import Dependencies
from services.declaration.scheduled.batches import run_batches
from services.declaration.use_cases.uploading.expire_uploads import BATCH as EXPIRED_AT_ONCE
from services.declaration.use_cases.uploading.expire_uploads import expire_uploads
from shared.process.definition import Job


async def expire(deps: Dependencies) -> None:
    """Parts of uploads that nobody finished in time go."""
    await run_batches(deps, lambda tx, now: expire_uploads(tx, bucket=deps.bucket, now=now), EXPIRED_AT_ONCE)


JOBS: Final = (Job("expire-uploads", timedelta(minutes=10), expire),)
