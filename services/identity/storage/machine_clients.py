"""The machine_client and machine_client_secret tables: keys of other systems, hashed."""

from datetime import datetime
from typing import Final
from uuid import UUID

from services.identity.domain.machine_client import ClientKey, MachineClient
from services.identity.storage.staff_below import IN_SCOPE
from shared.errors import NotFound
from shared.postgres.transaction import Reader, Transaction

_COLUMNS: Final = "client_id, name, role, scopes, scope_id, state, version, created_at, expires_at, last_used_at"
_INSERT: Final = """
INSERT INTO machine_client (client_id, name, role, scopes, scope_id, state, version, created_by, created_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (name) DO NOTHING
"""
_INSERT_KEY: Final = """
INSERT INTO machine_client_secret (secret_id, client_id, secret_hash, created_at, expires_at)
VALUES ($1, $2, $3, $4, $5)
"""
# The newest old key works on for the overlap, everything before it ends now.
_END_KEYS: Final = """
UPDATE machine_client_secret s SET expires_at = least(s.expires_at,
    CASE WHEN s.secret_id = (SELECT n.secret_id FROM machine_client_secret n
        WHERE n.client_id = $1 AND n.expires_at > $2 ORDER BY n.created_at DESC, n.secret_id DESC LIMIT 1)
    THEN $3 ELSE $2 END)
WHERE s.client_id = $1 AND s.expires_at > $2
"""
_USE: Final = """
WITH used AS (
    UPDATE machine_client_secret s SET last_used_at = $3 FROM machine_client c
    WHERE s.secret_hash = $2 AND s.client_id = $1 AND s.expires_at > $3 AND c.client_id = s.client_id
      AND c.state = 'active' AND (c.expires_at IS NULL OR c.expires_at > $3)
    RETURNING s.client_id)
UPDATE machine_client c SET last_used_at = $3 FROM used WHERE c.client_id = used.client_id
RETURNING c.client_id, c.name, c.role, c.scopes, c.scope_id, c.state, c.version, c.created_at, c.expires_at,
    c.last_used_at
"""
_LOCK: Final = f"""
SELECT {_COLUMNS}
FROM machine_client WHERE {IN_SCOPE} AND client_id = $2 FOR UPDATE
"""
_SELECT_PAGE: Final = f"""
SELECT {_COLUMNS}
FROM machine_client WHERE {IN_SCOPE} AND ($2::uuid IS NULL OR client_id < $2) ORDER BY client_id DESC LIMIT $3
"""
_SELECT_KEYS: Final = """
SELECT secret_id, created_at, expires_at, last_used_at FROM machine_client_secret
WHERE client_id = $1 AND expires_at > $2 ORDER BY created_at DESC
"""
_UPDATE: Final = "UPDATE machine_client SET state = $2, version = $3 WHERE client_id = $1"


async def insert(tx: Transaction, client: MachineClient, created_by: UUID) -> bool:
    """A new client; False when the name is taken."""
    done = await tx.execute(
        _INSERT,
        client.client_id,
        client.name,
        client.role,
        client.scopes,
        client.scope_id,
        client.state,
        client.version,
        created_by,
        client.created_at,
        client.expires_at,
    )
    return done == 1


async def insert_key(
    tx: Transaction, secret_id: UUID, client_id: UUID, secret_hash: bytes, at: datetime, until: datetime
) -> None:
    """A new key of a client."""
    await tx.execute(_INSERT_KEY, secret_id, client_id, secret_hash, at, until)


async def update_keys_ending(tx: Transaction, client_id: UUID, now: datetime, overlap_until: datetime) -> None:
    """The newest key ends at `overlap_until` at the latest, older ones now: two keys never become three."""
    await tx.execute(_END_KEYS, client_id, now, overlap_until)


async def update_used(tx: Transaction, client_id: UUID, secret_hash: bytes, at: datetime) -> MachineClient | None:
    """The living client with this living key, or None."""
    rows = await tx.fetch(_USE, client_id, secret_hash, at)
    return MachineClient(**dict(rows[0])) if rows else None


async def lock(tx: Transaction, scope_id: UUID, client_id: UUID) -> MachineClient:
    """A client of an exam body or of one below it, locked. Raises NotFound."""
    row = await tx.fetchrow(_LOCK, scope_id, client_id)
    if row is None:
        raise NotFound
    return MachineClient(**dict(row))


async def select_page(reader: Reader, scope_id: UUID, before: UUID | None, limit: int) -> list[MachineClient]:
    """Clients of an exam body and of those below it, newest first."""
    return [MachineClient(**dict(row)) for row in await reader.fetch(_SELECT_PAGE, scope_id, before, limit)]


async def select_keys(reader: Reader, client_id: UUID, now: datetime) -> list[ClientKey]:
    """The living keys of a client, newest first; two at most."""
    return [ClientKey(**dict(row)) for row in await reader.fetch(_SELECT_KEYS, client_id, now)]


async def update(tx: Transaction, client: MachineClient) -> None:
    """Write a changed client."""
    await tx.execute(_UPDATE, client.client_id, client.state, client.version)
