"""Table binding: who belongs where, since when. The unique index allows one active or frozen binding per person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import asyncpg

from services.institution.domain.binding import AlreadyBound, Binding
from shared.errors import NotFound
from shared.postgres.transaction import Reader, Transaction

TOLD: Final = "SELECT id FROM binding"
"""All that neighbours were told of (M11)."""
_SELECT_THESE: Final = """
SELECT b.*, i.name AS institution_name FROM binding b JOIN institution i ON i.id = b.institution_id
WHERE b.id = ANY($1::uuid[])
"""
_SELECT_CURRENT: Final = """
SELECT b.*, i.name AS institution_name FROM binding b JOIN institution i ON i.id = b.institution_id
WHERE b.person_id = $1 AND b.state IN ('active', 'frozen')
"""
_SELECT_HISTORY: Final = """
SELECT b.*, i.name AS institution_name FROM binding b JOIN institution i ON i.id = b.institution_id
WHERE b.person_id = $1 AND ($2::uuid IS NULL OR b.id < $2) ORDER BY b.id DESC LIMIT $3
"""
_LOCK_CURRENT: Final = """
SELECT b.*, i.name AS institution_name FROM binding b JOIN institution i ON i.id = b.institution_id
WHERE b.person_id = $1 AND b.state IN ('active', 'frozen') FOR UPDATE OF b
"""
_LOCK_OF_PERSON: Final = """
SELECT b.*, i.name AS institution_name FROM binding b JOIN institution i ON i.id = b.institution_id
WHERE b.id = $1 AND b.person_id = $2 FOR UPDATE OF b
"""
_LOCK_OF_INSTITUTION: Final = """
SELECT b.*, i.name AS institution_name FROM binding b JOIN institution i ON i.id = b.institution_id
WHERE b.id = $1 AND b.institution_id = $2 FOR UPDATE OF b
"""
_SELECT_PEOPLE: Final = """
SELECT b.id, b.version, b.state, b.bound_at, b.person_id, p.name_masked, p.document_type, p.document_no_masked
FROM binding b JOIN known_person p ON p.person_id = b.person_id
WHERE b.institution_id = $1 AND b.state IN ('active', 'frozen') AND ($2::uuid IS NULL OR b.id > $2)
  AND ($3::text IS NULL OR starts_with(p.name_masked, $3) OR p.name_masked = $4)
ORDER BY b.id LIMIT $5
"""
_INSERT: Final = """
INSERT INTO binding (id, version, person_id, institution_id, state, confirmation_code_id, bound_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
"""
_UPDATE_ENDED: Final = """
UPDATE binding SET version = $2, state = $3, ended_at = $4, ended_by = $5, end_reason = $6 WHERE id = $1
"""


@dataclass(frozen=True, slots=True)
class BoundPerson:
    """A line of an institution's list of people."""

    binding_id: UUID
    version: int
    state: str
    bound_at: datetime
    person_id: UUID
    name_masked: str
    document_type: str
    document_no_masked: str


async def select_current(reader: Reader, person_id: UUID) -> Binding | None:
    """The active or frozen binding."""
    row = await reader.fetchrow(_SELECT_CURRENT, person_id)
    return None if row is None else _binding(row)


async def select_history(reader: Reader, person_id: UUID, before: UUID | None, limit: int) -> list[Binding]:
    """All bindings of a person, newest first."""
    return [_binding(row) for row in await reader.fetch(_SELECT_HISTORY, person_id, before, limit)]


async def lock_current(tx: Transaction, person_id: UUID) -> Binding | None:
    """The active or frozen binding, locked."""
    row = await tx.fetchrow(_LOCK_CURRENT, person_id)
    return None if row is None else _binding(row)


async def lock_of_person(tx: Transaction, binding_id: UUID, person_id: UUID) -> Binding:
    """One of the person's own bindings, locked. Raises NotFound."""
    if (row := await tx.fetchrow(_LOCK_OF_PERSON, binding_id, person_id)) is None:
        raise NotFound
    return _binding(row)


async def lock_of_institution(tx: Transaction, binding_id: UUID, institution_id: UUID) -> Binding:
    """One of the institution's bindings, locked. Raises NotFound."""
    if (row := await tx.fetchrow(_LOCK_OF_INSTITUTION, binding_id, institution_id)) is None:
        raise NotFound
    return _binding(row)


async def select_people(
    reader: Reader, institution_id: UUID, after: UUID | None, begins: str | None, masked: str | None, limit: int
) -> list[BoundPerson]:
    """People bound now, by time of binding; `begins` is the start of a masked name, `masked` a whole one."""
    rows = await reader.fetch(_SELECT_PEOPLE, institution_id, after, begins, masked, limit)
    return [
        BoundPerson(
            binding_id=row["id"],
            version=row["version"],
            state=row["state"],
            bound_at=row["bound_at"],
            person_id=row["person_id"],
            name_masked=row["name_masked"],
            document_type=row["document_type"],
            document_no_masked=row["document_no_masked"],
        )
        for row in rows
    ]


async def select_these(reader: Reader, ids: Sequence[UUID]) -> list[Binding]:
    """Bindings by id; to tell neighbours of them again."""
    return [_binding(row) for row in await reader.fetch(_SELECT_THESE, list(ids))]


async def insert(tx: Transaction, new: Binding, code_id: UUID) -> None:
    """Add a binding. Raises AlreadyBound when the person got one meanwhile."""
    try:
        await tx.execute(
            _INSERT, new.id, new.version, new.person_id, new.institution_id, new.state, code_id, new.bound_at
        )
    except asyncpg.UniqueViolationError:
        raise AlreadyBound from None


async def update_ended(tx: Transaction, ended: Binding, reason: str | None) -> None:
    """Write the end of a binding."""
    await tx.execute(_UPDATE_ENDED, ended.id, ended.version, ended.state, ended.ended_at, ended.ended_by, reason)


def _binding(row: Any) -> Binding:
    return Binding(
        id=row["id"],
        version=row["version"],
        person_id=row["person_id"],
        institution_id=row["institution_id"],
        institution_name=row["institution_name"],
        state=row["state"],
        bound_at=row["bound_at"],
        ended_at=row["ended_at"],
        ended_by=row["ended_by"],
    )
