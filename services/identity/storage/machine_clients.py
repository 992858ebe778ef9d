"""The machine_client table: keys of other systems, hashed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from shared.postgres.transaction import Transaction

_INSERT: Final = """
INSERT INTO machine_client (client_id, name, role, scopes, secret_hash, state, created_by, created_at)
VALUES ($1, $2, $3, $4, $5, 'active', $6, $7) ON CONFLICT (name) DO NOTHING
"""
_USE: Final = """
UPDATE machine_client SET last_used_at = $3 WHERE client_id = $1 AND secret_hash = $2 AND state = 'active'
RETURNING role
"""


@dataclass(frozen=True, slots=True)
class MachineClient:
    """One client; `scopes` say what its tokens are for."""

    client_id: UUID
    name: str
    role: str
    scopes: list[str]
    secret_hash: bytes


async def insert(tx: Transaction, client: MachineClient, created_by: UUID, at: datetime) -> bool:
    """A new client; False when the name is taken."""
    done = await tx.execute(
        _INSERT, client.client_id, client.name, client.role, client.scopes, client.secret_hash, created_by, at
    )
    return done == 1


async def update_used(tx: Transaction, client_id: UUID, secret_hash: bytes, at: datetime) -> str | None:
    """The role of an active client with this secret, or None."""
    role: str | None = await tx.fetchval(_USE, client_id, secret_hash, at)
    return role
