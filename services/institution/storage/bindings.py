"""Table binding: who belongs where, since when. Constraints allow one active or frozen binding and one request per
person, and no overlap in a person's history."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import asyncpg

from services.institution.domain.binding import AlreadyBound, Binding
from services.institution.domain.binding_request import RequestPending
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
_SELECT_LAST_ENDED_AT: Final = """
SELECT b.*, i.name AS institution_name FROM binding b JOIN institution i ON i.id = b.institution_id
WHERE b.person_id = $1 AND b.institution_id = $2 AND b.state = 'ended' AND b.bound_at IS NOT NULL
ORDER BY b.ended_at DESC, b.id DESC LIMIT 1
"""
_SELECT_LAST_END: Final = "SELECT max(ended_at) FROM binding WHERE person_id = $1 AND bound_at IS NOT NULL"
_COUNT_REQUESTS: Final = "SELECT count(*) FROM binding WHERE person_id = $1 AND requested_at > $2"
_LOCK_CURRENT: Final = """
SELECT b.*, i.name AS institution_name FROM binding b JOIN institution i ON i.id = b.institution_id
WHERE b.person_id = $1 AND b.state IN ('active', 'frozen') FOR UPDATE OF b
"""
_LOCK_PENDING: Final = """
SELECT b.*, i.name AS institution_name FROM binding b JOIN institution i ON i.id = b.institution_id
WHERE b.person_id = $1 AND b.state = 'pending' FOR UPDATE OF b
"""
_LOCK_OF_PERSON: Final = """
SELECT b.*, i.name AS institution_name FROM binding b JOIN institution i ON i.id = b.institution_id
WHERE b.id = $1 AND b.person_id = $2 FOR UPDATE OF b
"""
_LOCK_OF_INSTITUTION: Final = """
SELECT b.*, i.name AS institution_name FROM binding b JOIN institution i ON i.id = b.institution_id
WHERE b.id = $1 AND b.institution_id = $2 FOR UPDATE OF b
"""
_SELECT_OF_INSTITUTION: Final = """
SELECT b.*, i.name AS institution_name FROM binding b JOIN institution i ON i.id = b.institution_id
WHERE b.id = $1 AND b.institution_id = $2
"""
_LOCK_REQUESTED_BEFORE: Final = """
SELECT b.*, i.name AS institution_name FROM binding b JOIN institution i ON i.id = b.institution_id
WHERE b.state = 'pending' AND b.requested_at <= $1 ORDER BY b.requested_at LIMIT $2 FOR UPDATE OF b SKIP LOCKED
"""
# Waits for whoever is ending it, and sees the end; whoever wants to end it waits until the caller has committed.
_LOCK_OPEN_AT: Final = """
SELECT b.id FROM binding b
WHERE b.person_id = $1 AND b.institution_id = $2 AND b.state IN ('active', 'frozen') FOR SHARE
"""
_INSERT: Final = """
INSERT INTO binding (id, version, person_id, institution_id, state, confirmation_code_id, bound_at, requested_at, since,
    continues, probation_started_on, probation_recorded_at, probation_recorded_by, department, cohort_year)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
"""
_UPDATE: Final = """
UPDATE binding SET version = $2, state = $3, bound_at = $4, ended_at = $5, ended_by = $6, end_event = $7,
    end_reason = $8, probation_started_on = $9, probation_recorded_at = $10, probation_recorded_by = $11
WHERE id = $1
"""


async def select_current(reader: Reader, person_id: UUID) -> Binding | None:
    """The active or frozen binding."""
    row = await reader.fetchrow(_SELECT_CURRENT, person_id)
    return None if row is None else binding_of(row)


async def select_history(reader: Reader, person_id: UUID, before: UUID | None, limit: int) -> list[Binding]:
    """All bindings and requests of a person, newest first."""
    return [binding_of(row) for row in await reader.fetch(_SELECT_HISTORY, person_id, before, limit)]


async def select_last_ended_at(reader: Reader, person_id: UUID, institution_id: UUID) -> Binding | None:
    """The person's binding to an institution that ended last."""
    row = await reader.fetchrow(_SELECT_LAST_ENDED_AT, person_id, institution_id)
    return None if row is None else binding_of(row)


async def select_last_end(reader: Reader, person_id: UUID) -> datetime | None:
    """When the person's last binding ended: a new one begins no earlier."""
    last: datetime | None = await reader.fetchval(_SELECT_LAST_END, person_id)
    return last


async def count_requests(reader: Reader, person_id: UUID, after: datetime) -> int:
    """How often a person asked to be bound without a code."""
    return int(await reader.fetchval(_COUNT_REQUESTS, person_id, after))


async def lock_current(tx: Transaction, person_id: UUID) -> Binding | None:
    """The active or frozen binding, locked."""
    row = await tx.fetchrow(_LOCK_CURRENT, person_id)
    return None if row is None else binding_of(row)


async def lock_pending(tx: Transaction, person_id: UUID) -> Binding | None:
    """The request that waits, locked."""
    row = await tx.fetchrow(_LOCK_PENDING, person_id)
    return None if row is None else binding_of(row)


async def lock_of_person(tx: Transaction, binding_id: UUID, person_id: UUID) -> Binding:
    """One of the person's own bindings, locked. Raises NotFound."""
    if (row := await tx.fetchrow(_LOCK_OF_PERSON, binding_id, person_id)) is None:
        raise NotFound
    return binding_of(row)


async def lock_of_institution(tx: Transaction, binding_id: UUID, institution_id: UUID) -> Binding:
    """One of the institution's bindings, locked. Raises NotFound."""
    if (row := await tx.fetchrow(_LOCK_OF_INSTITUTION, binding_id, institution_id)) is None:
        raise NotFound
    return binding_of(row)


async def select_of_institution(reader: Reader, binding_id: UUID, institution_id: UUID) -> Binding:
    """One of the institution's bindings. Raises NotFound."""
    if (row := await reader.fetchrow(_SELECT_OF_INSTITUTION, binding_id, institution_id)) is None:
        raise NotFound
    return binding_of(row)


async def lock_requested_before(tx: Transaction, moment: datetime, limit: int) -> list[Binding]:
    """Requests that wait since then or longer, oldest first, those that nobody else holds."""
    return [binding_of(row) for row in await tx.fetch(_LOCK_REQUESTED_BEFORE, moment, limit)]


async def lock_open_at(tx: Transaction, person_id: UUID, institution_id: UUID) -> bool:
    """Whether the person is bound there, and stays so until the caller commits."""
    return await tx.fetchrow(_LOCK_OPEN_AT, person_id, institution_id) is not None


async def select_these(reader: Reader, ids: Sequence[UUID]) -> list[Binding]:
    """Bindings by id; to tell neighbours of them again."""
    return [binding_of(row) for row in await reader.fetch(_SELECT_THESE, list(ids))]


async def insert(tx: Transaction, new: Binding, code_id: UUID | None = None) -> None:
    """Add a binding or request. Raises AlreadyBound, RequestPending when the person got one meanwhile."""
    dates = (new.bound_at, new.requested_at, new.since, new.continues)
    probation = (new.probation_started_on, new.probation_recorded_at, new.probation_recorded_by)
    rest = (*dates, *probation, new.department, new.cohort_year)
    try:
        await tx.execute(_INSERT, new.id, new.version, new.person_id, new.institution_id, new.state, code_id, *rest)
    except asyncpg.UniqueViolationError:
        raise (RequestPending if new.state == "pending" else AlreadyBound) from None
    except asyncpg.ExclusionViolationError:
        raise AlreadyBound from None


async def update(tx: Transaction, changed: Binding) -> None:
    """Write a new version of a locked binding. Raises AlreadyBound when it overlaps another one of the person."""
    ends = (changed.ended_at, changed.ended_by, changed.end_event, changed.end_reason)
    probation = (changed.probation_started_on, changed.probation_recorded_at, changed.probation_recorded_by)
    try:
        await tx.execute(_UPDATE, changed.id, changed.version, changed.state, changed.bound_at, *ends, *probation)
    except (asyncpg.UniqueViolationError, asyncpg.ExclusionViolationError):
        raise AlreadyBound from None


def binding_of(row: Any) -> Binding:
    """A row of `binding` with the name of its institution."""
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
        requested_at=row["requested_at"],
        since=row["since"],
        continues=row["continues"],
        end_event=row["end_event"],
        end_reason=row["end_reason"],
        probation_started_on=row["probation_started_on"],
        probation_recorded_at=row["probation_recorded_at"],
        probation_recorded_by=row["probation_recorded_by"],
        department=row["department"],
        cohort_year=row["cohort_year"],
    )
