"""The owner proposes a successor: a business admin of the institution, who is invited if not known yet (4.8, P15)."""

from datetime import datetime

from services.identity.domain.limits import StaffLimits
from services.identity.domain.ownership_transfer import AlreadyOwner, OldOwner, OwnershipTransfer, TransferOpen
from services.identity.domain.staff_account import StaffAccount
from services.identity.storage import ownership_transfers, staff_accounts
from services.identity.use_cases.ownership.move_transfer import tell_transfer
from services.identity.use_cases.staffing.invite_staff import StaffWanted, invite_staff
from shared.actor import Actor
from shared.errors import NotFound
from shared.ids import new_id
from shared.postgres.transaction import Transaction
from shared.security.blind_index import blind_index
from shared.security.keyring import Keyring


async def propose_transfer(
    tx: Transaction,
    name: str,
    phone: str,
    old_owner: OldOwner,
    *,
    actor: Actor,
    keyring: Keyring,
    limits: StaffLimits,
    now: datetime,
) -> OwnershipTransfer:
    """Until the exam body confirms, the successor is a business admin and nothing more. Raises NotFound, AlreadyOwner,
    TransferOpen."""
    own = await staff_accounts.lock(tx, actor.id)
    # The token may be older than the last transfer.
    if own.role != "institution_owner" or own.state != "active":
        raise NotFound
    successor = await _successor(tx, own, name, phone, actor, keyring, limits, now)
    transfer = OwnershipTransfer(
        transfer_id=new_id(),
        scope_id=own.scope_id,
        scope_name=own.scope_name,
        from_staff_id=own.staff_id,
        to_staff_id=successor.staff_id,
        old_owner=old_owner,
        state="proposed",
        version=1,
        proposed_at=now,
        accepted_at=None,
        ended_at=None,
        ended_by=None,
    )
    if not await ownership_transfers.insert(tx, transfer):
        raise TransferOpen
    await tell_transfer(tx, transfer, actor, "ownership.propose", None, now)
    return transfer


async def _successor(
    tx: Transaction,
    own: StaffAccount,
    name: str,
    phone: str,
    actor: Actor,
    keyring: Keyring,
    limits: StaffLimits,
    now: datetime,
) -> StaffAccount:
    index = blind_index(keyring, "index_contact", "phone", phone)
    found = await staff_accounts.lock_living(tx, index, own.scope_id)
    if found is not None and found.role == "institution_owner":
        raise AlreadyOwner
    if found is not None and found.state != "invited":
        return found
    wanted = StaffWanted("institution_business_admin", own.scope_kind, own.scope_id, own.scope_name, name, phone)
    invitation = await invite_staff(tx, wanted, actor, keyring, limits, now)
    return await staff_accounts.lock(tx, invitation.staff_id)
