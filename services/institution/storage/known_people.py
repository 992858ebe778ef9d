"""Table known_person: people whose identity was verified, masked; newer versions replace older ones."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from shared.postgres.transaction import Reader, Transaction

KNOWN: Final = "SELECT person_id AS id FROM known_person"
"""What is known of it, to compare with what was told (M11)."""
_SELECT: Final = "SELECT * FROM known_person WHERE person_id = $1"
_LOCK: Final = "SELECT * FROM known_person WHERE person_id = $1 FOR UPDATE"
_UPSERT: Final = """
INSERT INTO known_person AS known (person_id, version, name_masked, document_type, document_no_masked, verified_at)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (person_id) DO UPDATE SET version = excluded.version, name_masked = excluded.name_masked,
    document_type = excluded.document_type, document_no_masked = excluded.document_no_masked,
    verified_at = excluded.verified_at
WHERE known.version < excluded.version
"""


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A verified person, as far as this service needs to know."""

    person_id: UUID
    version: int
    name_masked: str
    document_type: str
    document_no_masked: str
    verified_at: datetime


async def select(reader: Reader, person_id: UUID) -> KnownPerson | None:
    """The person, or None while no verification was heard of."""
    row = await reader.fetchrow(_SELECT, person_id)
    return None if row is None else KnownPerson(**dict(row))


async def lock(tx: Transaction, person_id: UUID) -> KnownPerson | None:
    """The same, locked: one person's tries and bindings take turns."""
    row = await tx.fetchrow(_LOCK, person_id)
    return None if row is None else KnownPerson(**dict(row))


async def upsert(tx: Transaction, person: KnownPerson) -> None:
    """Learn a person, unless something newer is known."""
    await tx.execute(
        _UPSERT,
        person.person_id,
        person.version,
        person.name_masked,
        person.document_type,
        person.document_no_masked,
        person.verified_at,
    )
