"""Expire uploads: parts of those that nobody finished in time, and of those long completed, are removed (V57)."""

from datetime import datetime
from typing import Final

from services.declaration.storage import uploads
from shared.objectstore import Bucket
from shared.postgres.transaction import Transaction

BATCH: Final = 50


async def expire_uploads(tx: Transaction, *, bucket: Bucket, now: datetime) -> int:
    """How many; at most BATCH. Objects go first: a crash between the two leaves rows, which come again."""
    over = await uploads.lock_over(tx, now, BATCH)
    for upload_id in over:
        for key in await uploads.select_part_keys(tx, upload_id):
            await bucket.delete(key)
        await uploads.delete(tx, upload_id)
    return len(over)
