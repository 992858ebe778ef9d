"""Table institution: one row at a time, by id and scope. Lists are in institution_lists, names in institution_names."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import asyncpg

from services.institution.domain.institution import (
    CreditCodeTaken,
    Institution,
    InstitutionNameTaken,
    RegistrationNoTaken,
)
from services.institution.domain.names import name_key
from shared.errors import Conflict, NotFound
from shared.postgres.transaction import Reader, Transaction

_ADMITTED: Final = "state <> ALL ('{draft,submitted,under_review,returned,rejected}')"
"""What is no application any more; applications are in institution_applications."""
TOLD: Final = f"SELECT id FROM institution WHERE {_ADMITTED}"
"""All that neighbours were told of (M11)."""
_SELECT_THESE: Final = "SELECT * FROM institution WHERE id = ANY($1::uuid[])"
# A scope is an exam body above the institution, or the institution itself.
_SELECT: Final = f"""
SELECT * FROM institution WHERE id = $1 AND {_ADMITTED} AND (filing_body_path @> ARRAY[$2::uuid] OR id = $2)
"""
_LOCK: Final = f"""
SELECT * FROM institution
WHERE id = $1 AND {_ADMITTED} AND (filing_body_path @> ARRAY[$2::uuid] OR id = $2) FOR UPDATE
"""
_LOCK_SHARED: Final = "SELECT * FROM institution WHERE id = $1 FOR SHARE"
_INSERT: Final = """
INSERT INTO institution (id, version, state, origin, name, name_key, division_code, institution_type, grade, ownership,
    credit_code, credit_code_override_by, registration_no, address, licence_valid_from, licence_valid_to, departments,
    physicians, filing_body_id, filing_body_path, parent_institution_id, profile_complete, responsibility_accepted_at,
    issued_by, created_at, updated_at, state_changed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18::jsonb, $19, $20, $21, $22, $23,
    $24, $25, $26, $27)
"""
_UPDATE: Final = """
UPDATE institution SET version = $2, state = $3, grade = $4, ownership = $5, credit_code = $6, registration_no = $7,
    address = $8, licence_valid_from = $9, licence_valid_to = $10, departments = $11, physicians = $12::jsonb,
    profile_complete = $13, responsibility_accepted_at = $14, updated_at = $15, state_changed_at = $16
WHERE id = $1
"""
_UPDATE_REGISTRATION: Final = """
UPDATE institution SET name = $2, name_key = $3, division_code = $4, institution_type = $5, filing_body_id = $6,
    filing_body_path = $7, parent_institution_id = $8, credit_code = $9, credit_code_override_by = $10,
    registration_no = $11, merged_into_id = $12
WHERE id = $1
"""
# The states of the partial indexes, word for word, so that they are used.
_IN_LIBRARY: Final = "state IN ('issued', 'profile_incomplete', 'active', 'suspended')"
_SELECT_TAKEN: Final = f"""
SELECT
    EXISTS (SELECT FROM institution WHERE id <> $1 AND division_code = $2 AND name_key = $3 AND {_IN_LIBRARY}) AS name,
    EXISTS (SELECT FROM institution WHERE id <> $1 AND credit_code = $4 AND {_IN_LIBRARY}) AS credit_code,
    EXISTS (SELECT FROM institution WHERE id <> $1 AND registration_no = $5 AND {_IN_LIBRARY}) AS registration_no
"""
_IS_IN_LIBRARY: Final = f"SELECT EXISTS (SELECT FROM institution WHERE id = $1 AND {_IN_LIBRARY})"
_HELD: Final[Mapping[str, type[Conflict]]] = {
    "name": InstitutionNameTaken,
    "credit_code": CreditCodeTaken,
    "registration_no": RegistrationNoTaken,
}
_TAKEN: Final[Mapping[str, type[Conflict]]] = {
    "uq__institution__division_code_name_key": InstitutionNameTaken,
    "uq__institution__credit_code": CreditCodeTaken,
    "uq__institution__registration_no": RegistrationNoTaken,
}


async def select(reader: Reader, institution_id: UUID, scope_id: UUID) -> Institution:
    """An institution in the caller's scope. Raises NotFound."""
    if (row := await reader.fetchrow(_SELECT, institution_id, scope_id)) is None:
        raise NotFound
    return institution_of(row)


async def lock(tx: Transaction, institution_id: UUID, scope_id: UUID) -> Institution:
    """The same, locked until commit. Raises NotFound."""
    if (row := await tx.fetchrow(_LOCK, institution_id, scope_id)) is None:
        raise NotFound
    return institution_of(row)


async def lock_shared(tx: Transaction, institution_id: UUID) -> Institution:
    """For those who do not change it, but need its state to last until commit. Raises NotFound."""
    if (row := await tx.fetchrow(_LOCK_SHARED, institution_id)) is None:
        raise NotFound
    return institution_of(row)


async def select_these(reader: Reader, ids: Sequence[UUID]) -> list[Institution]:
    """Institutions by id, whatever their scope; to tell neighbours of them again."""
    return [institution_of(row) for row in await reader.fetch(_SELECT_THESE, list(ids))]


async def insert(tx: Transaction, new: Institution) -> None:
    """Add an institution. Raises InstitutionNameTaken, CreditCodeTaken, RegistrationNoTaken."""
    values = (
        *(new.id, new.version, new.state, new.origin, new.name, name_key(new.name), new.division_code),
        *(new.institution_type, new.grade, new.ownership, new.credit_code, new.credit_code_override_by),
        *(new.registration_no, new.address, new.licence_valid_from, new.licence_valid_to, list(new.departments)),
        *(json.dumps(dict(new.physicians)), new.filing_body_id, list(new.filing_body_path)),
        *(new.parent_institution_id, new.profile_complete, new.responsibility_accepted_at, new.issued_by),
        *(new.created_at, new.updated_at, new.state_changed_at),
    )
    try:
        await tx.execute(_INSERT, *values)
    except asyncpg.UniqueViolationError as error:
        raise _taken(error) from None


async def update(tx: Transaction, changed: Institution) -> None:
    """Write what the life cycle and the profile may change. Raises CreditCodeTaken, RegistrationNoTaken."""
    values = (
        *(changed.id, changed.version, changed.state, changed.grade, changed.ownership, changed.credit_code),
        *(changed.registration_no, changed.address, changed.licence_valid_from, changed.licence_valid_to),
        *(list(changed.departments), json.dumps(dict(changed.physicians)), changed.profile_complete),
        *(changed.responsibility_accepted_at, changed.updated_at, changed.state_changed_at),
    )
    try:
        await tx.execute(_UPDATE, *values)
    except asyncpg.UniqueViolationError as error:
        raise _taken(error) from None


async def update_registration(tx: Transaction, changed: Institution) -> None:
    """Write what only an application or an exam body may change. Raises InstitutionNameTaken, CreditCodeTaken,
    RegistrationNoTaken."""
    values = (
        *(changed.id, changed.name, name_key(changed.name), changed.division_code, changed.institution_type),
        *(changed.filing_body_id, list(changed.filing_body_path), changed.parent_institution_id),
        *(changed.credit_code, changed.credit_code_override_by, changed.registration_no, changed.merged_into_id),
    )
    try:
        await tx.execute(_UPDATE_REGISTRATION, *values)
    except asyncpg.UniqueViolationError as error:
        raise _taken(error) from None


async def select_taken(reader: Reader, wanted: Institution) -> dict[str, type[Conflict]]:
    """Which of its fields another institution of the library holds, with the refusal for each; the unique indexes have
    the last word when the institution enters it (B7)."""
    key = name_key(wanted.name)
    numbers = (wanted.credit_code, wanted.registration_no)
    row = await reader.fetchrow(_SELECT_TAKEN, wanted.id, wanted.division_code, key, *numbers)
    if row is None:
        raise AssertionError("a SELECT without FROM has one row")
    return {field: refusal for field, refusal in _HELD.items() if row[field]}


async def select_is_in_library(reader: Reader, institution_id: UUID) -> bool:
    """Whether it stands in the library now, whatever its scope."""
    found: bool = await reader.fetchval(_IS_IN_LIBRARY, institution_id)
    return found


def _taken(error: asyncpg.UniqueViolationError) -> Conflict:
    return _TAKEN[error.constraint_name or ""]()


def institution_of(row: Any) -> Institution:
    """A whole row of the table as the entity."""
    return Institution(
        id=row["id"],
        version=row["version"],
        state=row["state"],
        origin=row["origin"],
        name=row["name"],
        division_code=row["division_code"],
        institution_type=row["institution_type"],
        grade=row["grade"],
        ownership=row["ownership"],
        credit_code=row["credit_code"],
        credit_code_override_by=row["credit_code_override_by"],
        registration_no=row["registration_no"],
        address=row["address"],
        licence_valid_from=row["licence_valid_from"],
        licence_valid_to=row["licence_valid_to"],
        departments=tuple(row["departments"]),
        physicians=json.loads(row["physicians"]),
        filing_body_id=row["filing_body_id"],
        filing_body_path=tuple(row["filing_body_path"]),
        parent_institution_id=row["parent_institution_id"],
        merged_into_id=row["merged_into_id"],
        profile_complete=row["profile_complete"],
        responsibility_accepted_at=row["responsibility_accepted_at"],
        issued_by=row["issued_by"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        state_changed_at=row["state_changed_at"],
    )
