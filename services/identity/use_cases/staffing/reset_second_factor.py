"""A lost second factor: the superior voids it and all passkeys, the holder hears of it by SMS and sets up a new one
(4.8, V11, V12).

Until then the account is locked and all its sessions are ended; the password is set anew too, so that neither the old
device nor an old password is worth anything."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from services.identity.domain.limits import StaffLimits
from services.identity.domain.staff_account import StaffAccount
from services.identity.storage import staff_passkeys
from services.identity.use_cases.staffing.managed_account import lock_managed, move_managed
from services.identity.use_cases.staffing.send_invitation import StaffInvitation, send_invitation
from shared.actor import Actor
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring


async def reset_second_factor(
    tx: Transaction,
    staff_id: UUID,
    version: int,
    reason: str,
    *,
    actor: Actor,
    keyring: Keyring,
    limits: StaffLimits,
    now: datetime,
) -> tuple[StaffAccount, StaffInvitation]:
    """The locked account and its invitation. Raises NotFound, StaleVersion, StaffMoveNotAllowed."""
    account = await lock_managed(tx, staff_id, version, actor)
    await staff_passkeys.delete_of(tx, staff_id)
    until = now + timedelta(days=limits.invitation_days)
    reset = await move_managed(
        tx,
        account,
        "reset",
        actor=actor,
        keyring=keyring,
        now=now,
        reason=reason,
        ends_sessions=True,
        changed=replace(account, totp_sealed=None, passkeys=0, invited_until=until),
    )
    return reset, await send_invitation(tx, reset, keyring, limits, now)
