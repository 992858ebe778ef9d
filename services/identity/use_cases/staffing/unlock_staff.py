"""Unlock an account before its time is over, as its superior (4.8)."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.identity.domain.staff_account import SecondFactorMissing, StaffAccount
from services.identity.storage import login_guards, staff_below
from services.identity.use_cases.staffing.managed_account import lock_managed, move_managed, superior_of
from services.identity.use_cases.staffing.staff_events import staff_phone
from shared.actor import Actor
from shared.postgres.transaction import Transaction
from shared.security.blind_index import blind_index
from shared.security.keyring import Keyring


async def unlock_staff(
    tx: Transaction, staff_id: UUID, version: int, *, actor: Actor, keyring: Keyring, now: datetime
) -> StaffAccount:
    """Raises NotFound, StaleVersion, StaffMoveNotAllowed, SecondFactorMissing."""
    seen = await staff_below.select(tx, superior_of(actor), staff_id)
    # The phone's row first, as at login: the other way round two of them could wait for each other.
    phone_index = blind_index(keyring, "index_contact", "phone", staff_phone(seen, keyring))
    guard = await login_guards.lock(tx, phone_index, now)
    account = await lock_managed(tx, staff_id, version, actor)
    if account.awaits_holder:
        raise SecondFactorMissing
    unlocked = await move_managed(tx, account, "unlock", actor=actor, keyring=keyring, now=now)
    await login_guards.update(tx, replace(guard, staff_failed_at=[], staff_locked_until=None))
    return unlocked
