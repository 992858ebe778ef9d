"""Invite somebody to a staff account: the secret goes to the phone, sealed; who invites never sees it (V12, 4.8)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from services.identity.domain.limits import StaffLimits
from services.identity.domain.staff_account import ScopeKind, StaffAccount, StaffAlreadyActive
from services.identity.storage import staff_accounts
from services.identity.use_cases.staffing.send_invitation import StaffInvitation, send_invitation
from services.identity.use_cases.staffing.staff_events import publish_staff
from shared import audit
from shared.actor import Actor, Role
from shared.ids import new_id
from shared.postgres.transaction import Transaction
from shared.security.blind_index import blind_index
from shared.security.keyring import Keyring
from shared.security.sealing import seal_text


@dataclass(frozen=True, slots=True)
class StaffWanted:
    """The account to be. `phone` in normal form."""

    role: Role
    scope_kind: ScopeKind
    scope_id: UUID
    scope_name: str
    name: str
    phone: str


async def invite_staff(
    tx: Transaction, wanted: StaffWanted, actor: Actor, keyring: Keyring, limits: StaffLimits, now: datetime
) -> StaffInvitation:
    """A new account, or for one still waiting to be accepted a new secret that replaces the old. The time to accept
    begins with the first invitation, and anew when it has run out. Whether `actor` may invite is decided before.
    Raises StaffAlreadyActive."""
    phone_index = blind_index(keyring, "index_contact", "phone", wanted.phone)
    until = now + timedelta(days=limits.invitation_days)
    account = await staff_accounts.lock_living(tx, phone_index, wanted.scope_id)
    if account is None:
        account = _new_account(wanted, phone_index, until, keyring)
        name_index = blind_index(keyring, "index_contact", "name", wanted.name)
        invited_by = None if actor.kind == "system" else actor.id
        await staff_accounts.insert(tx, account, name_index, invited_by, now)
    elif account.state == "invited" and account.role == wanted.role:
        running = account.invited_until is not None and account.invited_until > now
        account = replace(
            account, version=account.version + 1, invited_until=account.invited_until if running else until
        )
        await staff_accounts.update_state(tx, account, now)
    else:
        raise StaffAlreadyActive
    invitation = await send_invitation(tx, account, keyring, limits, now)
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


def _new_account(wanted: StaffWanted, phone_index: bytes, until: datetime, keyring: Keyring) -> StaffAccount:
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
        invited_until=until,
    )
