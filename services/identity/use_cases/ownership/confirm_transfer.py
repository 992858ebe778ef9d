"""The exam body confirms: from now on the successor is the owner, and the old one is demoted or disabled (4.8, P15)."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.identity.domain.ownership_transfer import NewOwnerNotReady, OwnershipTransfer
from services.identity.domain.staff_account import StaffAccount
from services.identity.storage import staff_accounts
from services.identity.use_cases.ownership.move_transfer import lock_transfer, move_transfer
from services.identity.use_cases.signing_in.end_sessions import end_sessions
from services.identity.use_cases.staffing.managed_account import move_managed
from services.identity.use_cases.staffing.staff_events import publish_staff
from shared import audit
from shared.actor import Actor, Role
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring


async def confirm_transfer(
    tx: Transaction, transfer_id: UUID, version: int, *, actor: Actor, keyring: Keyring, now: datetime
) -> OwnershipTransfer:
    """Both change in one commit; the sessions of both end, since their rights are others now. Raises NotFound,
    StaleVersion, TransferMoveNotAllowed, NewOwnerNotReady."""
    transfer = await lock_transfer(tx, transfer_id, version, actor)
    moved = await move_transfer(tx, transfer, "confirm", actor=actor, now=now)
    # The fixed order in which owners are locked everywhere.
    locked = {one: await staff_accounts.lock(tx, one) for one in sorted((moved.from_staff_id, moved.to_staff_id))}
    old, new = locked[moved.from_staff_id], locked[moved.to_staff_id]
    if new.state != "active":
        raise NewOwnerNotReady
    accepted = replace(new, responsibility_accepted_at=moved.accepted_at)
    await _give_role(tx, accepted, "institution_owner", actor, keyring, now)
    if old.state in ("disabled", "archived"):
        return moved
    if moved.old_owner == "disabled":
        await move_managed(
            tx, old, "disable", actor=actor, keyring=keyring, now=now, reason="ownership_moved", ends_sessions=True
        )
    else:
        await _give_role(tx, old, "institution_business_admin", actor, keyring, now)
    return moved


async def _give_role(
    tx: Transaction, account: StaffAccount, role: Role, actor: Actor, keyring: Keyring, now: datetime
) -> None:
    changed = replace(account, role=role, version=account.version + 1)
    await staff_accounts.update_state(tx, changed, now)
    await staff_accounts.update_factors(tx, changed)
    await end_sessions(tx, account.staff_id, actor, now, "role_changed")
    publish_staff(tx, changed, keyring, now)
    audit.record(
        tx,
        "staff.role",
        actor=actor,
        subject_kind="staff",
        subject_id=account.staff_id,
        at=now,
        before=account.role,
        after=role,
    )
