"""Disable an account for good: its sessions end, its claims are released by whoever hears of it (4.8, B6)."""

from datetime import datetime
from uuid import UUID

from services.identity.domain.staff_account import LastOwner, StaffAccount
from services.identity.storage import known_scopes, staff_accounts, staff_below
from services.identity.use_cases.staffing.managed_account import lock_managed, move_managed, superior_of
from shared.actor import Actor
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring


async def disable_staff(
    tx: Transaction, staff_id: UUID, version: int, reason: str, *, actor: Actor, keyring: Keyring, now: datetime
) -> StaffAccount:
    """Raises NotFound, StaleVersion, StaffMoveNotAllowed, LastOwner."""
    seen = await staff_below.select(tx, superior_of(actor), staff_id)
    if seen.role == "institution_owner":
        await _require_another_owner(tx, seen)
    account = await lock_managed(tx, staff_id, version, actor)
    return await move_managed(
        tx, account, "disable", actor=actor, keyring=keyring, now=now, reason=reason, ends_sessions=True
    )


async def _require_another_owner(tx: Transaction, account: StaffAccount) -> None:
    """All owners are locked before they are counted: of two that leave at the same moment the second is refused."""
    owners = await staff_accounts.lock_owners(tx, account.scope_id)
    node = await known_scopes.select(tx, account.scope_id)
    answers_for_nobody = node is not None and node.state != "active"
    if owners == [account.staff_id] and not answers_for_nobody:
        raise LastOwner
