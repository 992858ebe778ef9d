"""Rows of `known_person` and `known_person_document`: verified identities, learned from identity's events."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from shared.contracts.identity import PersonIdentity
from shared.ids import PersonId
from shared.postgres.transaction import Reader, Row, Transaction
from shared.security.keyring import Keyring
from shared.security.sealing import unseal

DATA_CLASS: Final = "person"

KNOWN: Final = "SELECT person_id AS id FROM known_person"
"""What is known of it, to compare with what was told (M11)."""
_UPSERT: Final = """
INSERT INTO known_person AS known (person_id, version, identity, name_index, name_masked, document_type,
                                   document_no_masked, verified_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (person_id) DO UPDATE
SET version = excluded.version, identity = excluded.identity, name_index = excluded.name_index,
    name_masked = excluded.name_masked, document_type = excluded.document_type,
    document_no_masked = excluded.document_no_masked, verified_at = excluded.verified_at
WHERE known.version < excluded.version
"""
_UPSERT_DOCUMENT: Final = """
INSERT INTO known_person_document AS known (document_index, person_id, document_type, version) VALUES ($1, $2, $3, $4)
ON CONFLICT (document_index, person_id) DO UPDATE
SET document_type = excluded.document_type, version = excluded.version WHERE known.version < excluded.version
"""
_SELECT: Final = """
SELECT person_id, version, identity, name_masked, document_type, document_no_masked, verified_at
FROM known_person WHERE person_id = $1
"""
_SELECT_BY_DOCUMENT: Final = """
SELECT person_id FROM known_person_document
WHERE document_index = $1 AND document_type = $2 ORDER BY version DESC, person_id LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A verified person; `identity` is sealed, see `open_identity`."""

    person_id: PersonId
    version: int
    identity: bytes
    name_masked: str
    document_type: str
    document_no_masked: str
    verified_at: datetime


def identity_place(person_id: UUID) -> str:
    """Where the sealed identity belongs."""
    return f"known_person.identity:{person_id}"


def open_identity(keyring: Keyring, person_id: UUID, sealed: bytes) -> PersonIdentity:
    """The identity in clear. Raises SealBroken."""
    return PersonIdentity.model_validate_json(unseal_identity(keyring, person_id, sealed))


def unseal_identity(keyring: Keyring, person_id: UUID, sealed: bytes) -> bytes:
    """The JSON of the identity. Raises SealBroken."""
    return unseal(keyring, DATA_CLASS, identity_place(person_id), sealed)


async def upsert(tx: Transaction, person: KnownPerson, name_index: bytes, document_index: bytes) -> None:
    """Newer wins. Every document is remembered: a renewed one must still find its holder (4.10)."""
    values: Sequence[object] = (
        person.person_id,
        person.version,
        person.identity,
        name_index,
        person.name_masked,
        person.document_type,
        person.document_no_masked,
        person.verified_at,
    )
    await tx.execute(_UPSERT, *values)
    await tx.execute(_UPSERT_DOCUMENT, document_index, person.person_id, person.document_type, person.version)


async def select(reader: Reader, person_id: UUID) -> KnownPerson | None:
    """The person, or None while no verification is known here."""
    row: Row | None = await reader.fetchrow(_SELECT, person_id)
    return KnownPerson(**row) if row is not None else None


async def select_by_document(reader: Reader, document_index: bytes, document_type: str) -> UUID | None:
    """Who was ever verified with this document, or None."""
    found: UUID | None = await reader.fetchval(_SELECT_BY_DOCUMENT, document_index, document_type)
    return found
