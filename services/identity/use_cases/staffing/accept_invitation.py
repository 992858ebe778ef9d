"""Accept an invitation: password set, responsibility accepted, a second factor handed out (V11, V12, B6). The account
starts to work when the first code from the second factor is shown."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from services.identity.credentials.one_time_codes import secret_mac
from services.identity.credentials.second_factor import new_totp_secret, totp_uri
from services.identity.domain.caller import Caller
from services.identity.domain.limits import StaffLimits
from services.identity.domain.refusals import InvitationRefused, Refused
from services.identity.storage import staff_accounts, staff_invitations
from services.identity.use_cases.staffing.staff_events import publish_staff
from shared import audit
from shared.actor import Actor
from shared.masking import mask_phone
from shared.postgres.rate_limit import Rate, take
from shared.postgres.transaction import Transaction
from shared.security.blind_index import blind_index
from shared.security.keyring import Keyring
from shared.security.sealing import seal_text

TOTP_CLASS = "staff_secret"


@dataclass(frozen=True, slots=True)
class AcceptedInvitation:
    """Shown once; `totp_uri` is what an authenticator app scans."""

    staff_id: UUID
    totp_secret: str
    totp_uri: str
    state: str


def totp_place(staff_id: UUID) -> str:
    """Where the second factor of an account is sealed for."""
    return f"staff_account.totp:{staff_id}"


async def accept_invitation(
    tx: Transaction,
    secret: str,
    phone: str,
    password_phc: str,
    caller: Caller,
    keyring: Keyring,
    limits: StaffLimits,
    now: datetime,
) -> AcceptedInvitation | Refused:
    """The factors of the account, or a refusal to be committed. The secret works once; who loses the answer is invited
    again. Raises LimitReached."""
    address = blind_index(keyring, "index_contact", "client_address", caller.address)
    rate = Rate("staff.address", limits.guesses_per_address_and_hour, timedelta(hours=1))
    await take(tx, rate, address, now)
    phone_index = blind_index(keyring, "index_contact", "phone", phone)
    staff_id = await staff_invitations.update_used(tx, secret_mac(keyring, secret), phone_index, now)
    if staff_id is None:
        return Refused(InvitationRefused())
    totp_secret = new_totp_secret()
    account = await staff_accounts.lock(tx, staff_id)
    account = replace(
        account,
        password_phc=password_phc,
        totp_sealed=seal_text(keyring, TOTP_CLASS, totp_place(staff_id), totp_secret),
        responsibility_accepted_at=now,
        version=account.version + 1,
    )
    await staff_accounts.update_factors(tx, account)
    publish_staff(tx, account, keyring, now)
    audit.record(
        tx,
        "staff.accept",
        actor=Actor("staff", staff_id, account.role, scope_id=account.scope_id),
        subject_kind="staff",
        subject_id=staff_id,
        at=now,
        before="invited",
        after=account.state,
        responsibility_accepted=True,
    )
    return AcceptedInvitation(staff_id, totp_secret, totp_uri(totp_secret, mask_phone(phone)), account.state)
