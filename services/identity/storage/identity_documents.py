"""The identity_document table: verified identities. A unique index makes one document one person (V32)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from shared.postgres.transaction import Reader, Transaction
from shared.security.blind_index import BlindIndex, lock_value

# Waits for a competing claim to commit or roll back, and then inserts nothing if that one won.
_INSERT: Final = """
INSERT INTO identity_document (document_id, person_id, document_type, document_index, identity_sealed, name_masked,
    document_no_masked, valid_to, state, verified_at, country, name_index, name_and_birth_index)
SELECT $1, $2, $3, $4, $5, $6, $7, $8, 'verified', $9, $10, $11, $12
WHERE NOT EXISTS (SELECT FROM identity_document WHERE document_index = ANY($13) AND state = 'verified')
ON CONFLICT (document_index) WHERE state = 'verified' DO NOTHING
"""
_SUPERSEDE: Final = """
UPDATE identity_document SET state = 'superseded', ended_at = $2 WHERE person_id = $1 AND state = 'verified'
"""
_REVOKE: Final = """
UPDATE identity_document SET state = 'revoked', ended_at = $2 WHERE person_id = $1 AND state = 'verified'
"""
_SELECT_CURRENT: Final = """
SELECT document_id, person_id, document_type, document_index, identity_sealed, name_masked, document_no_masked,
       valid_to, verified_at, country
FROM identity_document WHERE person_id = $1 AND state = 'verified'
"""
_SELECT_ANY: Final = "SELECT EXISTS (SELECT FROM identity_document WHERE person_id = $1)"
_SELECT_HISTORY: Final = """
SELECT document_type, name_masked, document_no_masked, valid_to, state, verified_at, ended_at
FROM identity_document WHERE person_id = $1 ORDER BY verified_at DESC LIMIT 50
"""
_SELECT_HOLDER: Final = "SELECT person_id FROM identity_document WHERE document_index = ANY($1) AND state = 'verified'"
_SELECT_REVOKED: Final = """
SELECT EXISTS (SELECT FROM identity_document WHERE document_index = ANY($1) AND state = 'revoked')
"""


@dataclass(frozen=True, slots=True)
class IdentityDocument:
    """One verified document; `identity_sealed` holds a PersonIdentity as JSON."""

    document_id: UUID
    person_id: UUID
    document_type: str
    document_index: BlindIndex
    identity_sealed: bytes
    name_masked: str
    document_no_masked: str
    valid_to: date | None
    verified_at: datetime
    country: str | None = None
    name_index: BlindIndex | None = None
    name_and_birth_index: BlindIndex | None = None


@dataclass(frozen=True, slots=True)
class DocumentHistory:
    """One document a person holds or held, masked."""

    document_type: str
    name_masked: str
    document_no_masked: str
    valid_to: date | None
    state: str
    verified_at: datetime
    ended_at: datetime | None


async def select_was_revoked(reader: Reader, document_index: BlindIndex) -> bool:
    """Whether a verification by this document was ever taken away."""
    revoked: bool = await reader.fetchval(_SELECT_REVOKED, document_index.known)
    return revoked


async def insert(tx: Transaction, document: IdentityDocument) -> bool:
    """Record a verified document; False when another person holds it."""
    await lock_value(tx, document.document_index)
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
        document.country,
        document.name_index,
        document.name_and_birth_index,
        document.document_index.earlier,
    )
    return done == 1


async def update_superseded(tx: Transaction, person_id: UUID, at: datetime) -> None:
    """The person's current document becomes history."""
    await tx.execute(_SUPERSEDE, person_id, at)


async def update_revoked(tx: Transaction, person_id: UUID, at: datetime) -> None:
    """The person's document proves nothing any more."""
    await tx.execute(_REVOKE, person_id, at)


async def select_history(reader: Reader, person_id: UUID) -> list[DocumentHistory]:
    """All documents of a person, the newest first."""
    return [DocumentHistory(**dict(row)) for row in await reader.fetch(_SELECT_HISTORY, person_id)]


async def select_current(reader: Reader, person_id: UUID) -> IdentityDocument | None:
    """The person's verified document, or None."""
    row = await reader.fetchrow(_SELECT_CURRENT, person_id)
    return (
        None if row is None else IdentityDocument(**dict(row) | {"document_index": BlindIndex(row["document_index"])})
    )


async def select_any(reader: Reader, person_id: UUID) -> bool:
    """Whether a person was ever verified, with whatever document."""
    found: bool = await reader.fetchval(_SELECT_ANY, person_id)
    return found


async def select_holder(reader: Reader, document_index: BlindIndex) -> UUID | None:
    """Who holds a document, or None."""
    holder: UUID | None = await reader.fetchval(_SELECT_HOLDER, document_index.known)
    return holder
