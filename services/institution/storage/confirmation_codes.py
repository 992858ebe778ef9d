"""Table confirmation_code: sealed, so that the owner can be shown the code; rotated ones are kept for the record."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import asyncpg

from services.institution.domain.confirmation_code import (
    CodeTerms,
    ConfirmationCodeNameTaken,
    new_confirmation_code,
)
from shared.ids import new_id
from shared.postgres.transaction import Reader, Transaction
from shared.security.keyring import Keyring
from shared.security.sealing import seal_text, unseal_text

_CLASS: Final = "institution"
_SELECT_IN_FORCE: Final = """
SELECT * FROM confirmation_code WHERE institution_id = $1 AND rotated_at IS NULL ORDER BY id
"""
_SELECT_NAMED: Final = """
SELECT * FROM confirmation_code WHERE institution_id = $1 AND name = $2 AND rotated_at IS NULL
"""
_SELECT: Final = """
SELECT * FROM confirmation_code WHERE institution_id = $1 AND id = $2 AND rotated_at IS NULL
"""
_SELECT_PAGE: Final = """
SELECT c.id, c.name, c.department, c.cohort, c.quota, c.created_at, c.expires_at, c.rotated_at,
    (SELECT count(*) FROM binding b WHERE b.confirmation_code_id = c.id) AS used
FROM confirmation_code c
WHERE c.institution_id = $1 AND ($2::uuid IS NULL OR c.id < $2) AND ($3::bool IS NULL OR (c.rotated_at IS NULL) = $3)
ORDER BY c.id DESC LIMIT $4
"""
_SELECT_USES: Final = """
SELECT b.id, b.person_id, b.state, b.bound_at, b.ended_at, p.name_masked
FROM binding b JOIN confirmation_code c ON c.id = b.confirmation_code_id
JOIN known_person p ON p.person_id = b.person_id
WHERE c.institution_id = $1 AND c.id = $2 AND ($3::uuid IS NULL OR b.id < $3)
ORDER BY b.id DESC LIMIT $4
"""
_SELECT_EXISTS: Final = "SELECT true FROM confirmation_code WHERE institution_id = $1 AND id = $2"
_COUNT_USES: Final = "SELECT count(*) FROM binding WHERE confirmation_code_id = $1"
# Bindings refer to the row, which FOR NO KEY UPDATE lets them.
_LOCK_QUOTA: Final = "SELECT quota FROM confirmation_code WHERE id = $1 AND quota IS NOT NULL FOR NO KEY UPDATE"
_INSERT: Final = """
INSERT INTO confirmation_code (id, institution_id, code_sealed, created_at, created_by, name, department, cohort, quota,
    expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""
_UPDATE_ROTATED: Final = "UPDATE confirmation_code SET rotated_at = $2 WHERE id = $1 AND rotated_at IS NULL"


@dataclass(frozen=True, slots=True)
class ConfirmationCode:
    """A code in force, opened."""

    id: UUID
    institution_id: UUID
    code: str
    created_at: datetime
    terms: CodeTerms


@dataclass(frozen=True, slots=True)
class CodeLine:
    """A line of an institution's list of codes, without the code; `rotated_at` is when it went out of force."""

    id: UUID
    name: str
    department: str | None
    cohort: str | None
    quota: int | None
    created_at: datetime
    expires_at: datetime | None
    rotated_at: datetime | None
    used: int


@dataclass(frozen=True, slots=True)
class CodeUse:
    """Somebody who bound with a code, masked; `id` is that of the binding."""

    id: UUID
    person_id: UUID
    name_masked: str
    state: str
    bound_at: datetime
    ended_at: datetime | None


async def select_in_force(reader: Reader, keyring: Keyring, institution_id: UUID) -> list[ConfirmationCode]:
    """All codes that can be typed, expired and used up ones included; none while the institution has none."""
    return [_opened(keyring, row) for row in await reader.fetch(_SELECT_IN_FORCE, institution_id)]


async def select_main(reader: Reader, keyring: Keyring, institution_id: UUID) -> ConfirmationCode | None:
    """The code without a name, or None while the institution has none."""
    row = await reader.fetchrow(_SELECT_NAMED, institution_id, "")
    return None if row is None else _opened(keyring, row)


async def select(reader: Reader, keyring: Keyring, institution_id: UUID, code_id: UUID) -> ConfirmationCode | None:
    """One code in force, or None."""
    row = await reader.fetchrow(_SELECT, institution_id, code_id)
    return None if row is None else _opened(keyring, row)


async def select_page(
    reader: Reader, institution_id: UUID, before: UUID | None, in_force: bool | None, limit: int
) -> list[CodeLine]:
    """An institution's codes, newest first."""
    rows = await reader.fetch(_SELECT_PAGE, institution_id, before, in_force, limit)
    return [CodeLine(**row) for row in rows]


async def select_exists(reader: Reader, institution_id: UUID, code_id: UUID) -> bool:
    """Whether the institution has or had the code."""
    return bool(await reader.fetchval(_SELECT_EXISTS, institution_id, code_id))


async def select_uses(
    reader: Reader, institution_id: UUID, code_id: UUID, before: UUID | None, limit: int
) -> list[CodeUse]:
    """Who bound with a code, last first, masked."""
    return [CodeUse(**row) for row in await reader.fetch(_SELECT_USES, institution_id, code_id, before, limit)]


async def count_uses(reader: Reader, code_id: UUID) -> int:
    """Bindings ever made with a code."""
    count: int = await reader.fetchval(_COUNT_USES, code_id)
    return count


async def lock_quota(tx: Transaction, code_id: UUID) -> int | None:
    """How many people the code is for, None without a limit; those who bind with it take turns from here on."""
    quota: int | None = await tx.fetchval(_LOCK_QUOTA, code_id)
    return quota


async def insert(
    tx: Transaction, keyring: Keyring, institution_id: UUID, created_by: UUID, terms: CodeTerms, now: datetime
) -> ConfirmationCode:
    """Make a fresh code. The caller has locked the institution and rotated the one before. Raises
    ConfirmationCodeNameTaken."""
    made = ConfirmationCode(new_id(), institution_id, new_confirmation_code(), now, terms)
    sealed = seal_text(keyring, _CLASS, _place(made.id), made.code)
    scope = (terms.name, terms.department, terms.cohort, terms.quota, terms.expires_at)
    try:
        await tx.execute(_INSERT, made.id, institution_id, sealed, now, created_by, *scope)
    except asyncpg.UniqueViolationError:
        raise ConfirmationCodeNameTaken from None
    return made


async def update_rotated(tx: Transaction, code_id: UUID, now: datetime) -> None:
    """Take a code out of force; bindings made with it stay (4.3)."""
    await tx.execute(_UPDATE_ROTATED, code_id, now)


def _opened(keyring: Keyring, row: Any) -> ConfirmationCode:
    code = unseal_text(keyring, _CLASS, _place(row["id"]), row["code_sealed"])
    terms = CodeTerms(row["name"], row["department"], row["cohort"], row["quota"], row["expires_at"])
    return ConfirmationCode(row["id"], row["institution_id"], code, row["created_at"], terms)


def _place(code_id: UUID) -> str:
    return f"confirmation_code.code:{code_id}"
