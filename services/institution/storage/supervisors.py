"""Table supervisor: an institution's roster; name and practising number sealed, the number found by blind index."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import asyncpg

from services.institution.domain.supervisor import Supervisor, SupervisorListed
from shared.errors import NotFound
from shared.masking import mask_document_no
from shared.postgres.transaction import Reader, Transaction
from shared.security.blind_index import blind_index
from shared.security.keyring import Keyring
from shared.security.sealing import seal_text, unseal_text

_CLASS: Final = "person"
TOLD: Final = "SELECT id FROM supervisor"
"""All that neighbours were told of (M11)."""
_SELECT_THESE: Final = "SELECT * FROM supervisor WHERE id = ANY($1::uuid[])"
_LOCK: Final = "SELECT * FROM supervisor WHERE id = $1 AND institution_id = $2 FOR UPDATE"
_SELECT_PAGE: Final = """
SELECT s.* FROM supervisor s JOIN institution i ON i.id = s.institution_id
WHERE s.institution_id = $1 AND (i.filing_body_path @> ARRAY[$2::uuid] OR i.id = $2)
  AND ($3::uuid IS NULL OR s.id > $3) AND ($4::boolean IS NULL OR s.active = $4)
  AND ($5::text IS NULL OR starts_with(s.name_masked, $5) OR s.name_masked = $6)
  AND ($7::bytea IS NULL OR s.practising_no_index = $7)
ORDER BY s.id LIMIT $8
"""
_SELECT_LISTING: Final = "SELECT institution_id FROM supervisor WHERE practising_no_index = $1 AND active LIMIT 100"
_INSERT: Final = """
INSERT INTO supervisor (id, version, institution_id, name_sealed, name_masked, practising_no_sealed,
    practising_no_index, practising_no_masked, category_code, multi_site, active, listed_by, listed_at,
    trainee_limit)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, true, $11, $12, $13)
"""
_UPDATE: Final = """
UPDATE supervisor SET version = $2, category_code = $3, multi_site = $4, active = $5, deactivated_at = $6,
    trainee_limit = $7
WHERE id = $1
"""


@dataclass(frozen=True, slots=True)
class SupervisorSecrets:
    """Name and practising number, in clear."""

    name: str
    practising_no: str


async def lock(
    tx: Transaction, keyring: Keyring, supervisor_id: UUID, institution_id: UUID
) -> tuple[Supervisor, SupervisorSecrets]:
    """One line of an institution's roster, locked and opened. Raises NotFound."""
    if (row := await tx.fetchrow(_LOCK, supervisor_id, institution_id)) is None:
        raise NotFound
    return _opened(keyring, row)


async def select_these(
    reader: Reader, keyring: Keyring, ids: Sequence[UUID]
) -> list[tuple[Supervisor, SupervisorSecrets]]:
    """Lines by id, opened; to tell neighbours of them again."""
    return [_opened(keyring, row) for row in await reader.fetch(_SELECT_THESE, list(ids))]


@dataclass(frozen=True, slots=True)
class RosterFilter:
    """What is wanted of a roster: `begins` is the start of a masked name, `masked` a whole one."""

    active: bool | None = None
    begins: str | None = None
    masked: str | None = None
    practising_no: str | None = None


async def select_page(
    reader: Reader,
    keyring: Keyring,
    institution_id: UUID,
    scope_id: UUID,
    wanted: RosterFilter,
    after: UUID | None,
    limit: int,
) -> list[Supervisor]:
    """A roster in the caller's scope."""
    number = wanted.practising_no
    index = None if number is None else blind_index(keyring, "index_person", "practising_no", number)
    names = (wanted.begins, wanted.masked)
    rows = await reader.fetch(_SELECT_PAGE, institution_id, scope_id, after, wanted.active, *names, index, limit)
    return [_supervisor(row) for row in rows]


async def select_listing(reader: Reader, keyring: Keyring, practising_no: str) -> set[UUID]:
    """The institutions whose roster has the number now (F4)."""
    index = blind_index(keyring, "index_person", "practising_no", practising_no)
    return {row["institution_id"] for row in await reader.fetch(_SELECT_LISTING, index)}


async def insert(
    tx: Transaction, keyring: Keyring, new: Supervisor, secrets: SupervisorSecrets, listed_by: UUID
) -> None:
    """Seal and add. Raises SupervisorListed."""
    values = (
        *(new.id, new.version, new.institution_id),
        *(seal_text(keyring, _CLASS, _place("name", new.id), secrets.name), new.name_masked),
        seal_text(keyring, _CLASS, _place("practising_no", new.id), secrets.practising_no),
        blind_index(keyring, "index_person", "practising_no", secrets.practising_no),
        *(mask_document_no(secrets.practising_no), new.category_code, new.multi_site, listed_by, new.listed_at),
        new.trainee_limit,
    )
    try:
        await tx.execute(_INSERT, *values)
    except asyncpg.UniqueViolationError:
        raise SupervisorListed from None


async def update(tx: Transaction, changed: Supervisor) -> None:
    """Write what may change: category, multi-site, limit, active."""
    await tx.execute(
        _UPDATE,
        changed.id,
        changed.version,
        changed.category_code,
        changed.multi_site,
        changed.active,
        changed.deactivated_at,
        changed.trainee_limit,
    )


def _opened(keyring: Keyring, row: Any) -> tuple[Supervisor, SupervisorSecrets]:
    name = unseal_text(keyring, _CLASS, _place("name", row["id"]), row["name_sealed"])
    number = unseal_text(keyring, _CLASS, _place("practising_no", row["id"]), row["practising_no_sealed"])
    return _supervisor(row), SupervisorSecrets(name, number)


def _place(field: str, supervisor_id: UUID) -> str:
    return f"supervisor.{field}:{supervisor_id}"


def _supervisor(row: Any) -> Supervisor:
    return Supervisor(
        id=row["id"],
        version=row["version"],
        institution_id=row["institution_id"],
        name_masked=row["name_masked"],
        practising_no_masked=row["practising_no_masked"],
        category_code=row["category_code"],
        multi_site=row["multi_site"],
        trainee_limit=row["trainee_limit"],
        active=row["active"],
        listed_at=row["listed_at"],
        deactivated_at=row["deactivated_at"],
    )
