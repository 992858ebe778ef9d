"""A second factor came, went or is suspected: its holder is told, and the trail shows it (V11)."""

from dataclasses import replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from services.identity.domain.staff_account import StaffAccount
from services.identity.storage import staff_accounts
from shared import audit, outbox
from shared.actor import Actor
from shared.contracts.identity_staff import StaffFactorChanged
from shared.ids import StaffId
from shared.postgres.transaction import Transaction

FactorChange = Literal["added", "removed", "suspected"]


async def tell_factor_change(
    tx: Transaction,
    account: StaffAccount,
    factor: Literal["passkey", "totp"],
    change: FactorChange,
    actor: Actor,
    now: datetime,
    passkey_id: UUID | None = None,
) -> StaffAccount:
    """Write the locked account with its factors as they are now, in its next version; one event, one audit entry."""
    account = replace(account, version=account.version + 1)
    await staff_accounts.update_factors(tx, account)
    event = StaffFactorChanged(
        occurred_at=now,
        aggregate_version=account.version,
        staff_id=StaffId(account.staff_id),
        factor=factor,
        change=change,
    )
    outbox.add(tx, event)
    audit.record(
        tx,
        f"staff.factor_{change}",
        actor=actor,
        subject_kind="staff",
        subject_id=account.staff_id,
        at=now,
        factor=factor,
        passkey_id=None if passkey_id is None else str(passkey_id),
    )
    return account
