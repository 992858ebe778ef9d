"""Invite somebody to a staff account: the secret goes to the phone, sealed; who invites never sees it (V12, 4.8)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from services.identity.credentials.one_time_codes import new_secret, secret_mac
from services.identity.domain.limits import StaffLimits
from services.identity.domain.staff_account import ScopeKind, StaffAccount, StaffAlreadyActive
from services.identity.storage import staff_accounts, staff_invitations
from services.identity.use_cases.staffing.staff_events import publish_staff
from shared import audit, outbox
from shared.actor import Actor, Role
from shared.contracts.identity import StaffInvited
from shared.ids import StaffId, new_id
from shared.postgres.transaction import Transaction
from shared.security.blind_index import blind_index
from shared.security.keyring import Keyring
from shared.security.sealing import seal_for_event, seal_text


@dataclass(frozen=True, slots=True)
class StaffWanted:
    """The account to be. `phone` in normal form."""

    role: Role
    scope_kind: ScopeKind
    scope_id: UUID
    scope_name: str
    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class StaffInvitation:
    """What the inviter may know: no secret."""

    invitation_id: UUID
    staff_id: UUID
    expires_at: datetime


async def invite_staff(
    tx: Transaction, wanted: StaffWanted, actor: Actor, keyring: Keyring, limits: StaffLimits, now: datetime
) -> StaffInvitation:
    """A new account, or for one still waiting to be accepted a new secret that replaces the old. Whether `actor` may
    invite is decided before. Raises StaffAlreadyActive."""
    phone_index = blind_index(keyring, "index_contact", "phone", wanted.phone)
    account = await staff_accounts.lock_living(tx, phone_index, wanted.scope_id)
    if account is None:
        account = _new_account(wanted, phone_index, keyring)
        await staff_accounts.insert(tx, account, None if actor.kind == "system" else actor.id, now)
    elif account.state == "invited" and account.role == wanted.role:
        account = replace(account, version=account.version + 1)
        await staff_accounts.update_state(tx, account)
        await staff_invitations.update_revoked(tx, account.staff_id, now)
    else:
        raise StaffAlreadyActive
    invitation = StaffInvitation(new_id(), account.staff_id, now + timedelta(hours=limits.invitation_hours))
    secret = new_secret()
    mac = secret_mac(keyring, secret)
    await staff_invitations.insert(tx, invitation.invitation_id, account.staff_id, mac, now, invitation.expires_at)
    outbox.add(tx, _event(invitation, wanted, secret, keyring, now))
    publish_staff(tx, account, keyring, now)
    audit.record(
        tx,
        "staff.invite",
        actor=actor,
        subject_kind="staff",
        subject_id=account.staff_id,
        at=now,
        after="invited",
        role=wanted.role,
        scope_id=str(wanted.scope_id),
    )
    return invitation


def _new_account(wanted: StaffWanted, phone_index: bytes, keyring: Keyring) -> StaffAccount:
    staff_id = new_id()
    return StaffAccount(
        staff_id=staff_id,
        role=wanted.role,
        scope_kind=wanted.scope_kind,
        scope_id=wanted.scope_id,
        scope_name=wanted.scope_name,
        name_sealed=seal_text(keyring, "contact", f"staff_account.name:{staff_id}", wanted.name),
        phone_sealed=seal_text(keyring, "contact", f"staff_account.phone:{staff_id}", wanted.phone),
        phone_index=phone_index,
        state="invited",
        version=1,
        language="zh",
        password_phc=None,
        totp_sealed=None,
        totp_step=0,
        responsibility_accepted_at=None,
        last_login_at=None,
    )


def _event(
    invitation: StaffInvitation, wanted: StaffWanted, secret: str, keyring: Keyring, now: datetime
) -> StaffInvited:
    place = f"{StaffInvited.TYPE}.%s:{invitation.invitation_id}"
    return StaffInvited(
        occurred_at=now,
        aggregate_version=1,
        invitation_id=invitation.invitation_id,
        staff_id=StaffId(invitation.staff_id),
        role=wanted.role,
        scope_id=wanted.scope_id,
        scope_name=wanted.scope_name,
        phone=seal_for_event(keyring, "contact", place % "phone", wanted.phone),
        secret=seal_for_event(keyring, "login_code", place % "secret", secret),
        expires_at=invitation.expires_at,
    )
