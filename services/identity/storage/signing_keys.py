"""The signing_key table: private halves sealed, public halves as published."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from shared.postgres.transaction import Reader, Row, Transaction

# Makers of keys queue up here, so that two processes that start together make one key.
_LOCK_ALL: Final = "SELECT pg_advisory_xact_lock(hashtext('identity.signing_key'))"
_SELECT_SIGNING: Final = """
SELECT key_id, kid, private_sealed, public_jwk, not_before, retire_at, version FROM signing_key
WHERE not_before <= $1 AND retire_at > $2 ORDER BY not_before DESC LIMIT 1
"""
_SELECT_LIVING: Final = """
SELECT key_id, kid, private_sealed, public_jwk, not_before, retire_at, version FROM signing_key
WHERE retire_at > $1 ORDER BY not_before DESC
"""
_INSERT: Final = """
INSERT INTO signing_key (key_id, kid, private_sealed, public_jwk, not_before, retire_at, version)
VALUES ($1, $2, $3, $4, $5, $6, $7)
"""
_RETIRE: Final = "UPDATE signing_key SET retire_at = $2, version = $3 WHERE key_id = $1"


@dataclass(frozen=True, slots=True)
class StoredKey:
    """One key; `public_jwk` is JSON."""

    key_id: UUID
    kid: str
    private_sealed: bytes
    public_jwk: str
    not_before: datetime
    retire_at: datetime
    version: int


async def lock_all(tx: Transaction) -> None:
    """Be the only one who makes or retires keys until commit."""
    await tx.fetchval(_LOCK_ALL)


async def select_signing(reader: Reader, now: datetime, valid_until: datetime) -> StoredKey | None:
    """The newest key that may sign now and is trusted at least until `valid_until`."""
    return _key(await reader.fetchrow(_SELECT_SIGNING, now, valid_until))


async def select_living(reader: Reader, now: datetime) -> list[StoredKey]:
    """All keys that are or will be trusted, newest first."""
    return [StoredKey(**dict(row)) for row in await reader.fetch(_SELECT_LIVING, now)]


async def insert(tx: Transaction, key: StoredKey) -> None:
    """A new key."""
    await tx.execute(
        _INSERT, key.key_id, key.kid, key.private_sealed, key.public_jwk, key.not_before, key.retire_at, key.version
    )


async def update_retirement(tx: Transaction, key: StoredKey) -> None:
    """Write the new end of a key's life."""
    await tx.execute(_RETIRE, key.key_id, key.retire_at, key.version)


def _key(row: Row | None) -> StoredKey | None:
    return None if row is None else StoredKey(**dict(row))
