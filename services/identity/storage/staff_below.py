"""Accounts below somebody: every query names the caller's node, and what lies outside it does not exist (V24)."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from services.identity.domain.staff_account import StaffAccount
from services.identity.storage.staff_accounts import COLUMNS
from shared.errors import NotFound
from shared.postgres.transaction import Reader, Transaction
from shared.security.blind_index import BlindIndex

IN_SCOPE: Final = """scope_id IN (
    SELECT $1::uuid UNION SELECT k.scope_id FROM known_scope k WHERE k.path @> ARRAY[$1::uuid])"""
"""The condition of jurisdiction: the node $1 itself, and all below it."""

_SELECT: Final = f"""
SELECT {COLUMNS}
FROM staff_account WHERE {IN_SCOPE} AND role = ANY($2::text[]) AND staff_id = $3
"""
_LOCK: Final = f"""
SELECT {COLUMNS}
FROM staff_account WHERE {IN_SCOPE} AND role = ANY($2::text[]) AND staff_id = $3 FOR UPDATE
"""
_SELECT_PAGE: Final = f"""
SELECT {COLUMNS}
FROM staff_account
WHERE {IN_SCOPE} AND role = ANY($2::text[]) AND ($3::uuid IS NULL OR staff_id < $3)
  AND ($4::text IS NULL OR state = $4) AND ($5::text IS NULL OR role = $5) AND ($6::uuid IS NULL OR scope_id = $6)
  AND ($7::bytea[] IS NULL OR phone_index = ANY($7)) AND ($8::bytea[] IS NULL OR name_index = ANY($8))
ORDER BY staff_id DESC LIMIT $9
"""


@dataclass(frozen=True, slots=True)
class Superior:
    """Whose accounts are meant: those of `roles` in and below the node."""

    scope_id: UUID
    roles: frozenset[str]


@dataclass(frozen=True, slots=True)
class StaffFilter:
    """What a list is narrowed to; None means anything."""

    state: str | None = None
    role: str | None = None
    scope_id: UUID | None = None
    phone_index: BlindIndex | None = None
    name_index: BlindIndex | None = None


async def select(reader: Reader, superior: Superior, staff_id: UUID) -> StaffAccount:
    """The account. Raises NotFound, also for accounts outside the superior's jurisdiction."""
    row = await reader.fetchrow(_SELECT, superior.scope_id, list(superior.roles), staff_id)
    if row is None:
        raise NotFound
    return StaffAccount(**dict(row))


async def lock(tx: Transaction, superior: Superior, staff_id: UUID) -> StaffAccount:
    """The account, locked until commit. Raises NotFound, also for accounts outside the superior's jurisdiction."""
    row = await tx.fetchrow(_LOCK, superior.scope_id, list(superior.roles), staff_id)
    if row is None:
        raise NotFound
    return StaffAccount(**dict(row))


async def select_page(
    reader: Reader, superior: Superior, wanted: StaffFilter, before: UUID | None, limit: int
) -> list[StaffAccount]:
    """Accounts below, newest first."""
    rows = await reader.fetch(
        _SELECT_PAGE,
        superior.scope_id,
        list(superior.roles),
        before,
        wanted.state,
        wanted.role,
        wanted.scope_id,
        None if wanted.phone_index is None else wanted.phone_index.known,
        None if wanted.name_index is None else wanted.name_index.known,
        limit,
    )
    return [StaffAccount(**dict(row)) for row in rows]
