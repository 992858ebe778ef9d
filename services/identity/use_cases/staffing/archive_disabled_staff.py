"""Put accounts that were disabled long ago away: never deleted, since the audit trail points to them (4.8)."""

from datetime import datetime, timedelta

from services.identity.domain.limits import StaffLimits
from services.identity.storage import staff_accounts
from services.identity.use_cases.staffing.managed_account import move_managed
from shared.actor import SYSTEM
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring

BATCH = 100


async def archive_disabled_staff(tx: Transaction, keyring: Keyring, limits: StaffLimits, now: datetime) -> int:
    """How many were archived, at most BATCH."""
    due = await staff_accounts.lock_archivable(tx, now - timedelta(days=limits.archive_days), BATCH)
    for account in due:
        await move_managed(tx, account, "archive", actor=SYSTEM, keyring=keyring, now=now)
    return len(due)
