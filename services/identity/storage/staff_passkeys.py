"""The staff_passkey table: public keys of staff (V11)."""

from typing import Final
from uuid import UUID

from services.identity.domain.passkeys import Passkey
from shared.errors import NotFound
from shared.postgres.transaction import Reader, Row, Transaction
from shared.security.blind_index import BlindIndex

_COLUMNS: Final = """p.passkey_id, p.staff_id, p.credential_id, p.public_key, p.sign_count, p.label, p.backed_up,
    p.version, p.created_at, p.last_used_at, p.suspected_at"""
_SELECT_OF: Final = f"SELECT {_COLUMNS} FROM staff_passkey p WHERE p.staff_id = $1 ORDER BY p.created_at, p.passkey_id"
_SELECT_BY_PHONE: Final = f"""
SELECT {_COLUMNS}
FROM staff_passkey p JOIN staff_account a USING (staff_id)
WHERE a.phone_index = ANY($1) AND a.state IN ('active', 'locked')
ORDER BY p.last_used_at DESC NULLS LAST, p.created_at LIMIT 50
"""
_LOCK: Final = f"SELECT {_COLUMNS} FROM staff_passkey p WHERE p.passkey_id = $1 AND p.staff_id = $2 FOR UPDATE"
_INSERT: Final = """
INSERT INTO staff_passkey (passkey_id, staff_id, credential_id, public_key, sign_count, label, backed_up, version,
    created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (credential_id) DO NOTHING
RETURNING passkey_id
"""
_UPDATE: Final = """
UPDATE staff_passkey SET sign_count = $2, label = $3, backed_up = $4, version = $5, last_used_at = $6, suspected_at = $7
WHERE passkey_id = $1
"""
_DELETE: Final = "DELETE FROM staff_passkey WHERE passkey_id = $1"
_DELETE_OF: Final = "DELETE FROM staff_passkey WHERE staff_id = $1"


async def select_of(reader: Reader, staff_id: UUID) -> list[Passkey]:
    """The passkeys of one account, oldest first; the limit of passkeys bounds them."""
    return [Passkey(**dict(row)) for row in await reader.fetch(_SELECT_OF, staff_id)]


async def select_by_phone(reader: Reader, phone_index: BlindIndex) -> list[Passkey]:
    """The passkeys of all working accounts of a phone, last used first, at most 50."""
    return [Passkey(**dict(row)) for row in await reader.fetch(_SELECT_BY_PHONE, phone_index.known)]


async def lock(tx: Transaction, passkey_id: UUID, staff_id: UUID) -> Passkey:
    """One passkey of one account, locked until commit. Raises NotFound, also for those of others."""
    row: Row | None = await tx.fetchrow(_LOCK, passkey_id, staff_id)
    if row is None:
        raise NotFound
    return Passkey(**dict(row))


async def insert(tx: Transaction, passkey: Passkey) -> bool:
    """A new passkey; False when its credential is registered already, by whomever."""
    made = await tx.fetchval(
        _INSERT,
        passkey.passkey_id,
        passkey.staff_id,
        passkey.credential_id,
        passkey.public_key,
        passkey.sign_count,
        passkey.label,
        passkey.backed_up,
        passkey.version,
        passkey.created_at,
    )
    return made is not None


async def update(tx: Transaction, passkey: Passkey) -> None:
    """Write counter, label, last use and suspicion."""
    await tx.execute(
        _UPDATE,
        passkey.passkey_id,
        passkey.sign_count,
        passkey.label,
        passkey.backed_up,
        passkey.version,
        passkey.last_used_at,
        passkey.suspected_at,
    )


async def delete(tx: Transaction, passkey_id: UUID) -> None:
    """Forget one passkey."""
    await tx.execute(_DELETE, passkey_id)


async def delete_of(tx: Transaction, staff_id: UUID) -> int:
    """Forget all passkeys of an account; how many there were."""
    return await tx.execute(_DELETE_OF, staff_id)
