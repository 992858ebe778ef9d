"""The person table: who can log in by phone, and the counter of events published about them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from shared.postgres.transaction import Reader, Row, Transaction

_SELECT: Final = "SELECT person_id, phone_sealed, language, state FROM person WHERE person_id = $1"
_SELECT_BY_PHONE: Final = "SELECT person_id, phone_sealed, language, state FROM person WHERE phone_index = $1"
_INSERT: Final = """
WITH fresh AS (
    INSERT INTO person (person_id, phone_sealed, phone_index, language, version, created_at)
    VALUES ($1, $2, $3, $4, 0, $5) RETURNING person_id
)
INSERT INTO identity_verification (person_id, since) SELECT person_id, $5 FROM fresh
"""
_NEXT_VERSION: Final = "UPDATE person SET version = version + 1 WHERE person_id = $1 RETURNING version"


@dataclass(frozen=True, slots=True)
class Person:
    """One person; the phone stays sealed."""

    person_id: UUID
    phone_sealed: bytes
    language: Literal["zh", "en"]
    state: str


async def select(reader: Reader, person_id: UUID) -> Person | None:
    """The person, or None."""
    return _person(await reader.fetchrow(_SELECT, person_id))


async def select_by_phone(reader: Reader, phone_index: bytes) -> Person | None:
    """The person with this phone, or None."""
    return _person(await reader.fetchrow(_SELECT_BY_PHONE, phone_index))


async def insert(tx: Transaction, person: Person, phone_index: bytes, at: datetime) -> None:
    """A new person, not verified yet."""
    await tx.execute(_INSERT, person.person_id, person.phone_sealed, phone_index, person.language, at)


async def update_version(tx: Transaction, person_id: UUID) -> int:
    """The version for the next event about this person; locks the row until commit (M7)."""
    version: int = await tx.fetchval(_NEXT_VERSION, person_id)
    return version


def _person(row: Row | None) -> Person | None:
    return None if row is None else Person(**dict(row))
