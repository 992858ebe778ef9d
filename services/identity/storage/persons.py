"""The person table: who can log in, by which phone if any, and the counter of events published about them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from services.identity.domain.merging import Side
from shared.errors import NotFound
from shared.postgres.transaction import Reader, Row, Transaction
from shared.security.blind_index import BlindIndex

_SELECT: Final = """
SELECT person_id, phone_sealed, language, state, phone_index, held_until, email_sealed, email_confirmed_at FROM person
WHERE person_id = $1
"""
_LOCK: Final = """
SELECT person_id, phone_sealed, language, state, phone_index, held_until, email_sealed, email_confirmed_at FROM person
WHERE person_id = $1 FOR UPDATE
"""
_SELECT_BY_PHONE: Final = """
SELECT person_id, phone_sealed, language, state, phone_index, held_until, email_sealed, email_confirmed_at FROM person
WHERE phone_index = ANY($1)
"""
_INSERT: Final = """
WITH fresh AS (
    INSERT INTO person (person_id, phone_sealed, phone_index, language, version, created_at)
    VALUES ($1, $2, $3, $4, 1, $5) RETURNING person_id
)
INSERT INTO identity_verification (person_id, since) SELECT person_id, $5 FROM fresh
"""
_UPDATE_PHONE: Final = "UPDATE person SET phone_sealed = $2, phone_index = $3, held_until = $4 WHERE person_id = $1"
_UPDATE_EMAIL: Final = "UPDATE person SET email_sealed = $2, email_confirmed_at = $3 WHERE person_id = $1"
_NEXT_VERSION: Final = "UPDATE person SET version = version + 1 WHERE person_id = $1 RETURNING version"
_SELECT_SIDES: Final = """
SELECT p.person_id, p.created_at, p.state = 'active' AS active, p.phone_index IS NOT NULL AS has_phone,
       v.state <> 'unverified' OR v.version > 0 OR EXISTS (
           SELECT FROM exempt_choice e WHERE e.person_id = p.person_id AND e.withdrawn_at IS NULL) AS has_history
FROM person p JOIN identity_verification v USING (person_id)
WHERE p.person_id = ANY($1::uuid[])
"""
_LOCK_SIDES: Final = """
SELECT p.person_id, p.created_at, p.state = 'active' AS active, p.phone_index IS NOT NULL AS has_phone,
       v.state <> 'unverified' OR v.version > 0 OR EXISTS (
           SELECT FROM exempt_choice e WHERE e.person_id = p.person_id AND e.withdrawn_at IS NULL) AS has_history
FROM person p JOIN identity_verification v USING (person_id)
WHERE p.person_id = ANY($1::uuid[]) ORDER BY p.person_id FOR UPDATE
"""

# Whoever is closed, for whatever reason, has a key that is to be destroyed (V58).
_CLOSE: Final = """
WITH closed AS (
    UPDATE person SET state = 'closed', phone_sealed = NULL, phone_index = NULL, email_sealed = NULL,
        email_confirmed_at = NULL, closed_at = $2
    WHERE person_id = $1 AND state = 'active' RETURNING person_id
)
INSERT INTO key_destruction (person_id, asked_at) SELECT person_id, $2 FROM closed
ON CONFLICT (person_id) DO UPDATE SET asked_at = excluded.asked_at
"""
# Version 1 of an envelope is sealed for nobody in particular.
_SELECT_SEALED_FOR: Final = """
SELECT person_id FROM person
WHERE state = 'active' AND ($1::uuid IS NULL OR person_id > $1) AND substring(phone_sealed FROM 1 FOR 1) = '\\x02'
ORDER BY person_id LIMIT $2
"""
_SELECT_ACTIVE: Final = "SELECT person_id FROM person WHERE person_id = ANY($1::uuid[]) AND state = 'active'"


@dataclass(frozen=True, slots=True)
class Person:
    """One person; the addresses stay sealed. The phone is None for who came by WeChat and gave none, or closed the
    account, the e-mail address for who confirmed none."""

    person_id: UUID
    phone_sealed: bytes | None
    language: Literal["zh", "en"]
    state: str
    phone_index: bytes | None = None
    held_until: datetime | None = None
    email_sealed: bytes | None = None
    email_confirmed_at: datetime | None = None


async def select(reader: Reader, person_id: UUID) -> Person | None:
    """The person, or None."""
    return _person(await reader.fetchrow(_SELECT, person_id))


async def lock(tx: Transaction, person_id: UUID) -> Person:
    """The person, locked until commit. Raises NotFound."""
    if (person := _person(await tx.fetchrow(_LOCK, person_id))) is None:
        raise NotFound
    return person


async def select_by_phone(reader: Reader, phone_index: BlindIndex) -> Person | None:
    """The person with this phone, or None."""
    return _person(await reader.fetchrow(_SELECT_BY_PHONE, phone_index.known))


async def insert(tx: Transaction, person: Person, phone_index: BlindIndex | None, at: datetime) -> None:
    """A new person, not verified yet; the first event about this person has version 1."""
    await tx.execute(_INSERT, person.person_id, person.phone_sealed, phone_index, person.language, at)


async def update_phone(
    tx: Transaction, person_id: UUID, phone_sealed: bytes, phone_index: BlindIndex, held_until: datetime | None
) -> None:
    """Write a phone, and until when sensitive acts have to wait."""
    await tx.execute(_UPDATE_PHONE, person_id, phone_sealed, phone_index, held_until)


async def update_email(
    tx: Transaction, person_id: UUID, email_sealed: bytes | None, confirmed_at: datetime | None
) -> None:
    """Write a confirmed e-mail address, or that there is none."""
    await tx.execute(_UPDATE_EMAIL, person_id, email_sealed, confirmed_at)


async def update_closed(tx: Transaction, person_id: UUID, at: datetime) -> bool:
    """Close an active person for good; the addresses are forgotten, the phone is free, and the person's key is to be
    destroyed. False when there is none."""
    return await tx.execute(_CLOSE, person_id, at) == 1


async def select_active(reader: Reader, person_ids: Sequence[UUID]) -> list[UUID]:
    """Those of these persons whose account is not closed."""
    return [row["person_id"] for row in await reader.fetch(_SELECT_ACTIVE, person_ids)]


async def select_sealed_for(reader: Reader, after: str | None, limit: int) -> list[UUID]:
    """A page of active persons whose phone opens with their own key only, in the order of their ids."""
    position = None if after is None else UUID(after)
    return [row["person_id"] for row in await reader.fetch(_SELECT_SEALED_FOR, position, limit)]


async def update_version(tx: Transaction, person_id: UUID) -> int:
    """The version for the next event about this person; locks the row until commit (M7)."""
    version: int = await tx.fetchval(_NEXT_VERSION, person_id)
    return version


async def select_sides(reader: Reader, person_ids: list[UUID]) -> dict[UUID, Side]:
    """What a merge is decided by."""
    return {row["person_id"]: Side(**dict(row)) for row in await reader.fetch(_SELECT_SIDES, person_ids)}


async def lock_sides(tx: Transaction, person_ids: list[UUID]) -> dict[UUID, Side]:
    """The same, of persons locked in a fixed order together with their verifications."""
    return {row["person_id"]: Side(**dict(row)) for row in await tx.fetch(_LOCK_SIDES, person_ids)}


def _person(row: Row | None) -> Person | None:
    return None if row is None else Person(**dict(row))
