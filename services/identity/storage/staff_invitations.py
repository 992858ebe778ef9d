"""The staff_invitation table: one-time secrets as keyed hashes (V12)."""

from datetime import datetime
from typing import Final
from uuid import UUID

from shared.postgres.transaction import Reader, Transaction
from shared.security.blind_index import BlindIndex

_INSERT: Final = """
INSERT INTO staff_invitation (invitation_id, staff_id, secret_mac, issued_at, expires_at) VALUES ($1, $2, $3, $4, $5)
"""
_REVOKE: Final = """
UPDATE staff_invitation SET revoked_at = $2 WHERE staff_id = $1 AND used_at IS NULL AND revoked_at IS NULL
"""
_IS_OPEN: Final = """i.secret_mac = ANY($1) AND a.staff_id = i.staff_id AND a.phone_index = ANY($2)
  AND (a.state = 'invited' OR (a.state = 'locked' AND a.totp_sealed IS NULL AND a.passkeys = 0))
  AND (a.invited_until IS NULL OR a.invited_until > $3)
  AND i.used_at IS NULL AND i.revoked_at IS NULL AND i.expires_at > $3"""
_USE: Final = f"""
UPDATE staff_invitation i SET used_at = $3 FROM staff_account a WHERE {_IS_OPEN}
RETURNING i.staff_id
"""
_SELECT_OPEN: Final = f"SELECT i.staff_id FROM staff_invitation i, staff_account a WHERE {_IS_OPEN}"


async def insert(
    tx: Transaction,
    invitation_id: UUID,
    staff_id: UUID,
    secret_mac: BlindIndex,
    issued_at: datetime,
    expires_at: datetime,
) -> None:
    """A secret on its way."""
    await tx.execute(_INSERT, invitation_id, staff_id, secret_mac, issued_at, expires_at)


async def update_revoked(tx: Transaction, staff_id: UUID, at: datetime) -> None:
    """Earlier secrets of an account stop working."""
    await tx.execute(_REVOKE, staff_id, at)


async def select_open(reader: Reader, secret_mac: BlindIndex, phone_index: BlindIndex, now: datetime) -> UUID | None:
    """Whose living secret this is, if it was sent to this phone; nothing is used up."""
    staff_id: UUID | None = await reader.fetchval(_SELECT_OPEN, secret_mac.known, phone_index.known, now)
    return staff_id


async def update_used(tx: Transaction, secret_mac: BlindIndex, phone_index: BlindIndex, now: datetime) -> UUID | None:
    """Consume a living secret sent to this phone; the account's id, or None. One statement: it works once."""
    staff_id: UUID | None = await tx.fetchval(_USE, secret_mac.known, phone_index.known, now)
    return staff_id
