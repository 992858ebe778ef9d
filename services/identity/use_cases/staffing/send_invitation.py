"""Give a waiting account a fresh one-time secret: it goes to the phone, sealed, and replaces the one before (V12)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.identity.credentials.one_time_codes import new_secret, secret_mac
from services.identity.domain.limits import StaffLimits
from services.identity.domain.staff_account import StaffAccount
from services.identity.storage import staff_invitations
from services.identity.use_cases.staffing.staff_events import staff_phone
from shared import outbox
from shared.contracts.identity_staff import StaffInvited
from shared.ids import StaffId, new_id
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring
from shared.security.sealing import seal_for_event


@dataclass(frozen=True, slots=True)
class StaffInvitation:
    """What the inviter may know: no secret."""

    invitation_id: UUID
    staff_id: UUID
    expires_at: datetime


async def send_invitation(
    tx: Transaction, account: StaffAccount, keyring: Keyring, limits: StaffLimits, now: datetime
) -> StaffInvitation:
    """The invitation; its secret dies after `invitation_hours`, and never outlives the time in which it can be
    renewed."""
    await staff_invitations.update_revoked(tx, account.staff_id, now)
    expires_at = now + timedelta(hours=limits.invitation_hours)
    if account.invited_until is not None:
        expires_at = min(expires_at, account.invited_until)
    invitation = StaffInvitation(new_id(), account.staff_id, expires_at)
    secret = new_secret()
    mac = secret_mac(keyring, secret)
    await staff_invitations.insert(tx, invitation.invitation_id, account.staff_id, mac, now, expires_at)
    outbox.add(tx, _event(invitation, account, secret, keyring, now))
    return invitation


def _event(
    invitation: StaffInvitation, account: StaffAccount, secret: str, keyring: Keyring, now: datetime
) -> StaffInvited:
    place = f"{StaffInvited.TYPE}.%s:{invitation.invitation_id}"
    return StaffInvited(
        occurred_at=now,
        aggregate_version=1,
        invitation_id=invitation.invitation_id,
        staff_id=StaffId(invitation.staff_id),
        role=account.role,
        scope_id=account.scope_id,
        scope_name=account.scope_name,
        phone=seal_for_event(keyring, "contact", place % "phone", staff_phone(account, keyring)),
        secret=seal_for_event(keyring, "login_code", place % "secret", secret),
        expires_at=invitation.expires_at,
    )
