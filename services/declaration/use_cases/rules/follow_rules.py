"""Drafts follow the rules their year goes by now; what was handed in once keeps what it was judged by."""

from datetime import datetime

from services.declaration.storage import rule_publications
from shared.postgres.transaction import Transaction

BATCH = 500


async def follow_rules(tx: Transaction, *, now: datetime) -> int:
    """How many drafts moved, at most BATCH. Their version stays: nothing that their candidates wrote has changed."""
    return await rule_publications.update_followers(tx, now, BATCH)
