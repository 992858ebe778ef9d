"""The identity_document table: verified identities. A unique index makes one document one person (V32)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from shared.postgres.transaction import Reader, Transaction

# Waits for a competing claim to commit or roll back, and then inserts nothing if that one won.
_INSERT: Final = """
INSERT INTO identity_document (document_id, person_id, document_type, document_index, identity_sealed, name_masked,
    document_no_masked, valid_to, state, verified_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'verified', $9)
ON CONFLICT (document_index) WHERE state = 'verified' DO NOTHING
"""
_SUPERSEDE: Final = """
UPDATE identity_document SET state = 'superseded', ended_at = $2 WHERE person_id = $1 AND state = 'verified'
"""
_SELECT_CURRENT: Final = """
SELECT document_id, person_id, document_type, document_index, identity_sealed, name_masked, document_no_masked,
       valid_to, verified_at
FROM identity_document WHERE person_id = $1 AND state = 'verified'
"""
_SELECT_HOLDER: Final = "SELECT person_id FROM identity_document WHERE document_index = $1 AND state = 'verified'"


@dataclass(frozen=True, slots=True)
class IdentityDocument:
    """One verified document; `identity_sealed` holds a PersonIdentity as JSON."""

    document_id: UUID
    person_id: UUID
    document_type: str
    document_index: bytes
    identity_sealed: bytes
    name_masked: str
    document_no_masked: str
    valid_to: date | None
    verified_at: datetime


async def insert(tx: Transaction, document: IdentityDocument) -> bool:
    """Record a verified document; False when another person holds it."""
    done = await tx.execute(
        _INSERT,
        document.document_id,
        document.person_id,
        document.document_type,
        document.document_index,
        document.identity_sealed,
        document.name_masked,
        document.document_no_masked,
        document.valid_to,
        document.verified_at,
    )
    return done == 1


async def update_superseded(tx: Transaction, person_id: UUID, at: datetime) -> None:
    """The person's current document becomes history."""
    await tx.execute(_SUPERSEDE, person_id, at)


async def select_current(reader: Reader, person_id: UUID) -> IdentityDocument | None:
    """The person's verified document, or None."""
    row = await reader.fetchrow(_SELECT_CURRENT, person_id)
    return None if row is None else IdentityDocument(**dict(row))


async def select_holder(reader: Reader, document_index: bytes) -> UUID | None:
    """Who holds a document, or None."""
    holder: UUID | None = await reader.fetchval(_SELECT_HOLDER, document_index)
    return holder
