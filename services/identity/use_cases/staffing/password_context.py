"""What a new password must not contain: who holds the invitation may be told, nobody else learns of it (V6, V13)."""

from datetime import datetime

from services.identity.credentials.one_time_codes import secret_mac
from services.identity.domain.passwords import PasswordContext
from services.identity.storage import staff_accounts, staff_invitations
from services.identity.use_cases.staffing.staff_events import staff_name
from shared.postgres.transaction import Reader
from shared.security.blind_index import blind_index
from shared.security.keyring import Keyring


async def password_context(reader: Reader, secret: str, phone: str, keyring: Keyring, now: datetime) -> PasswordContext:
    """Name and institution of the account that waits for this secret; without a living one only the phone."""
    index = blind_index(keyring, "index_contact", "phone", phone)
    staff_id = await staff_invitations.select_open(reader, secret_mac(keyring, secret), index, now)
    if staff_id is None:
        return PasswordContext(phone)
    account = await staff_accounts.select(reader, staff_id)
    return PasswordContext(phone, (staff_name(account, keyring), account.scope_name))
