"""Table `packet_key`: the public keys by which decision packets are verified, also when the keyring forgot their
secrets."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from shared.postgres.transaction import Reader, Transaction

_INSERT: Final = """
INSERT INTO packet_key (key_id, public_key, since) VALUES ($1, $2, $3) ON CONFLICT (key_id) DO NOTHING
"""
_SELECT_ALL: Final = "SELECT key_id, public_key, since FROM packet_key ORDER BY since, key_id"


@dataclass(frozen=True, slots=True)
class PacketKey:
    """A raw Ed25519 public key."""

    key_id: str
    public_key: bytes
    since: datetime


async def insert(tx: Transaction, key: PacketKey) -> None:
    """Once."""
    await tx.execute(_INSERT, key.key_id, key.public_key, key.since)


async def select_all(reader: Reader) -> list[PacketKey]:
    """The oldest first."""
    return [PacketKey(**dict(row)) for row in await reader.fetch(_SELECT_ALL)]
