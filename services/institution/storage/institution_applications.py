"""Table institution_application: who applied, who is to become the owner (sealed), and which reviewer works on it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from services.institution.domain.application import Application, OwnerToBe
from services.institution.domain.institution import Institution
from services.institution.storage.institutions import institution_of
from shared.errors import NotFound
from shared.masking import mask_name
from shared.postgres.transaction import Reader, Transaction
from shared.security.keyring import Keyring
from shared.security.sealing import seal_text, unseal_text

_CLASS: Final = "contact"
_SELECT: Final = """
SELECT institution_id, applicant_id, owner_name_masked, submitted_at, claimed_by, claimed_until
FROM institution_application WHERE institution_id = $1
"""
_SELECT_OWNER: Final = """
SELECT owner_name_sealed, owner_phone_sealed FROM institution_application WHERE institution_id = $1
"""
_SELECT_OF_PERSON: Final = """
SELECT i.id, i.version, i.state, i.name, i.division_code, d.name AS division_name, i.institution_type,
    i.filing_body_id, a.applicant_id, a.submitted_at, a.claimed_by, a.claimed_until
FROM institution_application a JOIN institution i ON i.id = a.institution_id JOIN division d ON d.code = i.division_code
WHERE a.applicant_id = $1 AND ($2::uuid IS NULL OR i.id < $2) ORDER BY i.id DESC LIMIT $3
"""
# A draft is the applicant's alone. Who waits longest comes first.
_SELECT_QUEUE: Final = """
SELECT i.id, i.version, i.state, i.name, i.division_code, d.name AS division_name, i.institution_type,
    i.filing_body_id, a.applicant_id, a.submitted_at, a.claimed_by, a.claimed_until
FROM institution_application a JOIN institution i ON i.id = a.institution_id JOIN division d ON d.code = i.division_code
WHERE i.filing_body_path @> ARRAY[$1::uuid] AND i.state = ANY($2::text[]) AND i.state <> 'draft'
  AND ($3::timestamptz IS NULL OR (a.submitted_at, i.id) > ($3, $4::uuid))
  AND ($5::text IS NULL OR starts_with(i.division_code, $5))
  AND ($6::text IS NULL OR strpos(i.name_key, $6) > 0)
  AND CASE $7::text
    WHEN 'free' THEN a.claimed_until IS NULL OR a.claimed_until <= $8
    WHEN 'mine' THEN a.claimed_until > $8 AND a.claimed_by = $9
    WHEN 'others' THEN a.claimed_until > $8 AND a.claimed_by <> $9
    ELSE true END
ORDER BY a.submitted_at, i.id LIMIT $10
"""
_OF_APPLICANT: Final = """
SELECT i.* FROM institution i JOIN institution_application a ON a.institution_id = i.id
WHERE i.id = $1 AND a.applicant_id = $2
"""
_LOCK_OF_APPLICANT: Final = f"{_OF_APPLICANT} FOR UPDATE OF i"
_IN_AREA: Final = """
SELECT i.* FROM institution i JOIN institution_application a ON a.institution_id = i.id
WHERE i.id = $1 AND i.filing_body_path @> ARRAY[$2::uuid] AND i.state <> 'draft'
"""
_LOCK_IN_AREA: Final = f"{_IN_AREA} FOR UPDATE OF i"
_COUNT_OPEN: Final = """
SELECT count(*) FROM institution_application a JOIN institution i ON i.id = a.institution_id
WHERE a.applicant_id = $1 AND i.state IN ('draft', 'returned', 'submitted', 'under_review')
"""
_ONE_BY_ONE: Final = "SELECT pg_advisory_xact_lock(hashtextextended('application of ' || $1::uuid::text, 0))"
_UPSERT: Final = """
INSERT INTO institution_application (institution_id, applicant_id, owner_name_sealed, owner_name_masked,
    owner_phone_sealed)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (institution_id) DO UPDATE SET owner_name_sealed = excluded.owner_name_sealed,
    owner_name_masked = excluded.owner_name_masked, owner_phone_sealed = excluded.owner_phone_sealed
"""
_UPDATE_SUBMITTED: Final = """
UPDATE institution_application SET submitted_at = $2, claimed_by = NULL, claimed_until = NULL WHERE institution_id = $1
"""
_UPDATE_CLAIMED: Final = """
UPDATE institution_application SET claimed_by = $2, claimed_until = $3 WHERE institution_id = $1
"""


@dataclass(frozen=True, slots=True)
class ApplicationLine:
    """One line of the applicant's list or of the reviewers' queue."""

    id: UUID
    version: int
    state: str
    name: str
    division_code: str
    division_name: str
    institution_type: str
    filing_body_id: UUID
    applicant_id: UUID
    submitted_at: datetime | None
    claimed_by: UUID | None
    claimed_until: datetime | None


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """What a reviewer looks for; `text` is any part of a name as names are compared."""

    states: tuple[str, ...]
    division_prefix: str | None
    text: str | None
    held: str | None
    viewer: UUID
    now: datetime


async def select_of_applicant(reader: Reader, institution_id: UUID, person_id: UUID) -> Institution:
    """The institution a person applied for. Raises NotFound."""
    return _found(await reader.fetchrow(_OF_APPLICANT, institution_id, person_id))


async def lock_of_applicant(tx: Transaction, institution_id: UUID, person_id: UUID) -> Institution:
    """The same, locked until commit. Raises NotFound."""
    return _found(await tx.fetchrow(_LOCK_OF_APPLICANT, institution_id, person_id))


async def select_in_area(reader: Reader, institution_id: UUID, scope_id: UUID) -> Institution:
    """An applied-for institution in the jurisdiction of an exam body; drafts are the applicant's alone. Raises
    NotFound."""
    return _found(await reader.fetchrow(_IN_AREA, institution_id, scope_id))


async def lock_in_area(tx: Transaction, institution_id: UUID, scope_id: UUID) -> Institution:
    """The same, locked until commit. Raises NotFound."""
    return _found(await tx.fetchrow(_LOCK_IN_AREA, institution_id, scope_id))


async def select(reader: Reader, institution_id: UUID) -> Application:
    """The application behind an institution; whose it is was looked at before. Raises NotFound."""
    if (row := await reader.fetchrow(_SELECT, institution_id)) is None:
        raise NotFound
    return Application(**dict(row))


async def select_owner(reader: Reader, keyring: Keyring, institution_id: UUID) -> OwnerToBe:
    """Who is to become the owner, opened. Raises NotFound."""
    if (row := await reader.fetchrow(_SELECT_OWNER, institution_id)) is None:
        raise NotFound

    def opened(field: str) -> str:
        return unseal_text(keyring, _CLASS, _place(field, institution_id), row[f"owner_{field}_sealed"])

    return OwnerToBe(opened("name"), opened("phone"))


async def select_of_person(reader: Reader, person_id: UUID, before: UUID | None, limit: int) -> list[ApplicationLine]:
    """A person's applications, newest first."""
    return _lines(await reader.fetch(_SELECT_OF_PERSON, person_id, before, limit))


async def select_queue(
    reader: Reader, scope_id: UUID, wanted: QueueFilter, after: tuple[datetime | None, UUID | None], limit: int
) -> list[ApplicationLine]:
    """Applications in a scope that agree with the filter, the longest waiting first, after a keyset position."""
    rows = await reader.fetch(
        _SELECT_QUEUE,
        scope_id,
        list(wanted.states),
        *after,
        wanted.division_prefix,
        wanted.text,
        wanted.held,
        wanted.now,
        wanted.viewer,
        limit,
    )
    return _lines(rows)


async def count_open(tx: Transaction, person_id: UUID) -> int:
    """How many of a person's applications are not decided; one person's requests take turns until commit."""
    await tx.execute(_ONE_BY_ONE, person_id)
    count: int = await tx.fetchval(_COUNT_OPEN, person_id)
    return count


async def upsert(tx: Transaction, keyring: Keyring, institution_id: UUID, applicant_id: UUID, owner: OwnerToBe) -> None:
    """Keep who applied and who is to become the owner; the applicant stays the first one."""

    def sealed(field: str, value: str) -> bytes:
        return seal_text(keyring, _CLASS, _place(field, institution_id), value)

    await tx.execute(
        _UPSERT,
        institution_id,
        applicant_id,
        sealed("name", owner.name),
        mask_name(owner.name),
        sealed("phone", owner.phone),
    )


async def update_submitted(tx: Transaction, institution_id: UUID, at: datetime) -> None:
    """It waits since now, and nobody works on it."""
    await tx.execute(_UPDATE_SUBMITTED, institution_id, at)


async def update_claimed(tx: Transaction, institution_id: UUID, reviewer: UUID | None, until: datetime | None) -> None:
    """Give it to a reviewer for a time, or to nobody."""
    await tx.execute(_UPDATE_CLAIMED, institution_id, reviewer, until)


def _found(row: Any) -> Institution:
    if row is None:
        raise NotFound
    return institution_of(row)


def _lines(rows: list[Any]) -> list[ApplicationLine]:
    return [ApplicationLine(**dict(row)) for row in rows]


def _place(field: str, institution_id: UUID) -> str:
    return f"institution_application.owner_{field}:{institution_id}"
