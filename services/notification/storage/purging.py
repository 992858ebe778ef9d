"""What is forgotten when its time is over: what messages said, and providers' ids. That something was told, and sent,
is kept (V57)."""

from datetime import datetime
from typing import Final

from shared.postgres.transaction import Transaction

# Every value becomes a dash, so that the text can still be made from its template.
_EMPTY_MESSAGES: Final = """
UPDATE message SET purged_at = $3,
    parameters = (SELECT coalesce(jsonb_object_agg(key, '—'::text), '{}'::jsonb) FROM jsonb_each(parameters))
WHERE id IN (
    SELECT id FROM message WHERE created_at < $1 AND purged_at IS NULL
    ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED
)
"""
_FORGET_RECEIPTS: Final = """
DELETE FROM receipt WHERE (provider, serial) IN (
    SELECT provider, serial FROM receipt WHERE received_at < $1 AND delivery_id IS NOT NULL
    ORDER BY received_at LIMIT $2 FOR UPDATE SKIP LOCKED
)
"""
_FORGET_INQUIRIES: Final = """
DELETE FROM receipt_inquiry WHERE delivery_id IN (
    SELECT delivery_id FROM receipt_inquiry WHERE next_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED
)
"""
_FORGET_PROVIDER_IDS: Final = """
UPDATE delivery SET provider_id = NULL WHERE id IN (
    SELECT id FROM delivery WHERE settled_at < $1 AND provider_id IS NOT NULL
    ORDER BY settled_at LIMIT $2 FOR UPDATE SKIP LOCKED
)
"""


async def update_emptied(tx: Transaction, before: datetime, limit: int, now: datetime) -> int:
    """Empty messages told before a moment; how many."""
    return await tx.execute(_EMPTY_MESSAGES, before, limit, now)


async def delete_receipts(tx: Transaction, before: datetime, limit: int) -> int:
    """Forget receipts of our texts that came before a moment; how many."""
    return await tx.execute(_FORGET_RECEIPTS, before, limit)


async def delete_inquiries(tx: Transaction, before: datetime, limit: int) -> int:
    """Forget what was to be asked before a moment; how many."""
    return await tx.execute(_FORGET_INQUIRIES, before, limit)


async def update_provider_ids_forgotten(tx: Transaction, before: datetime, limit: int) -> int:
    """Forget providers' ids of what was done before a moment, by whichever channel; how many."""
    return await tx.execute(_FORGET_PROVIDER_IDS, before, limit)
