"""Logins of staff: by password and code, which Argon2 bounds, and by passkey, which it does not."""

import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import asyncpg
import pyotp
from argon2 import PasswordHasher

from services.identity.credentials.second_factor import new_totp_secret
from services.identity.use_cases.staffing.accept_invitation import TOTP_CLASS, totp_place
from shared.clock import SHANGHAI
from shared.ids import new_id
from shared.security.blind_index import blind_index
from shared.security.keyring import Keyring
from shared.security.sealing import seal_text
from tests.support.soft_authenticator import SoftAuthenticator

PASSWORD: Final = "Lantern-over-river-42"
_INSERT_ACCOUNT: Final = """
INSERT INTO identity.staff_account (staff_id, role, scope_kind, scope_id, scope_name, name_sealed, phone_sealed,
    phone_index, state, version, password_phc, totp_sealed, created_at, responsibility_accepted_at, passkeys)
VALUES ($1, 'institution_owner', 'institution', $2, '江城第九医院', $3, $4, $5, 'active', 1, $6, $7, $8, $8, 1)
"""
_INSERT_PASSKEY: Final = """
INSERT INTO identity.staff_passkey (passkey_id, staff_id, credential_id, public_key, sign_count, label, backed_up,
    version, created_at)
VALUES ($1, $2, $3, $4, 0, 'bench', false, 1, $5)
"""


@dataclass(frozen=True, slots=True)
class StaffMember:
    """One account that works, with both kinds of second factors."""

    phone: str
    totp_secret: str
    device: SoftAuthenticator

    def by_code(self) -> dict[str, Any]:
        """A login by password and the code of this moment, which works once."""
        return {"phone": self.phone, "password": PASSWORD, "totp": pyotp.TOTP(self.totp_secret).at(time.time())}

    def by_passkey(self, asked: Any) -> dict[str, Any]:
        """A login by the answer to a challenge."""
        answer = {"challenge_id": asked["challenge_id"], "credential": self.device.get(asked["public_key"])}
        return {"phone": self.phone, "passkey": answer}


async def staff_members(dsn: str, keyring: Keyring, phones: list[str], origin: str) -> list[StaffMember]:
    """Accounts as invitations leave them, written at once: inviting is not what is measured."""
    phc = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1).hash(PASSWORD)
    connection = await asyncpg.connect(dsn)
    members = [StaffMember(phone, new_totp_secret(), SoftAuthenticator(origin=origin)) for phone in phones]
    for member in members:
        await _insert(connection, member, keyring, phc, datetime.now(SHANGHAI))
    await connection.close()
    return members


async def _insert(connection: Any, member: StaffMember, keyring: Keyring, phc: str, now: datetime) -> None:
    staff_id: UUID = new_id()
    await connection.execute(
        _INSERT_ACCOUNT,
        staff_id,
        new_id(),
        seal_text(keyring, "contact", f"staff_account.name:{staff_id}", "司徒测速"),
        seal_text(keyring, "contact", f"staff_account.phone:{staff_id}", member.phone),
        blind_index(keyring, "index_contact", "phone", member.phone),
        phc,
        seal_text(keyring, TOTP_CLASS, totp_place(staff_id), member.totp_secret),
        now,
    )
    member.device.user_handle = staff_id.bytes
    device = member.device
    await connection.execute(_INSERT_PASSKEY, new_id(), staff_id, device.credential_id, device.public_key, now)
