"""Whoever was invited as owner before on another phone can not come any more: of an owner who is invited anew only the
last invitation is good (C1, V12)."""

from datetime import datetime
from uuid import UUID

from services.identity.storage import staff_accounts, staff_invitations
from services.identity.use_cases.staffing.managed_account import move_managed
from shared.actor import Actor
from shared.postgres.transaction import Transaction
from shared.security.blind_index import blind_index
from shared.security.keyring import Keyring


async def withdraw_owner_invitations(
    tx: Transaction, institution_id: UUID, phone: str, *, actor: Actor, keyring: Keyring, now: datetime
) -> None:
    """Disable accounts that wait on other phones than `phone`, with their secrets."""
    phone_index = blind_index(keyring, "index_contact", "phone", phone)
    for account in await staff_accounts.lock_waiting_owners(tx, institution_id, phone_index):
        await staff_invitations.update_revoked(tx, account.staff_id, now)
        await move_managed(tx, account, "disable", actor=actor, keyring=keyring, now=now, reason="invited_elsewhere")
