"""Let published rules take effect whose moment has come."""

from datetime import datetime

from services.declaration.storage import rule_publications
from services.declaration.use_cases.rules.apply_rules import apply_rules
from shared.postgres.transaction import Transaction


async def apply_due_rules(tx: Transaction, *, now: datetime) -> int:
    """One publication; 0 or 1."""
    if (due := await rule_publications.lock_due(tx, now)) is None:
        return 0
    await apply_rules(tx, due, now)
    return 1
