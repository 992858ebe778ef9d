"""Expire uploads: parts of those that nobody finished in time, and of those long completed, are removed (V57)."""

from datetime import datetime
from typing import Final

from services.declaration.storage import uploads
from shared.objectstore import Bucket
from shared.postgres.transaction import Transaction

BATCH: Final = 1
PARTS: Final = 100
"""Parts that one transaction removes."""


async def expire_uploads(tx: Transaction, *, bucket: Bucket, now: datetime) -> int:
    """How many were worked on, at most BATCH; one with more than PARTS parts comes again. Objects go first: a crash
    between the two leaves rows, which come again."""
    over = await uploads.lock_over(tx, now, BATCH)
    for upload_id in over:
        keys = await uploads.select_part_keys(tx, upload_id, PARTS)
        for key in keys:
            await bucket.delete(key)
        await uploads.delete_parts(tx, upload_id, keys)
        if len(keys) < PARTS:
            await uploads.delete(tx, upload_id)
    return len(over)
