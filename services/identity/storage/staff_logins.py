"""The staff_login table: who logged in, or tried to, when and from where (B6, C6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from services.identity.domain.staff_account import StaffMethod
from services.identity.storage.staff_below import IN_SCOPE, Superior
from shared.postgres.transaction import Reader, Transaction

Result = Literal["opened", "refused", "locked"]
_COLUMNS: Final = 8

# One statement for any number of rows, also none: a phone nobody has costs as many round trips as any (V6).
_INSERT: Final = """
INSERT INTO staff_login (login_id, staff_id, scope_id, at, address_masked, client, result, method)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::timestamptz[], $5::text[], $6::text[], $7::text[],
    $8::text[])
"""
# The caller's own logins, and those of accounts below; the account's role decides, as in every list of accounts.
_SELECT_PAGE: Final = f"""
SELECT l.login_id, l.staff_id, l.scope_id, l.at, l.address_masked, l.client, l.result, l.method, a.role, a.name_sealed
FROM staff_login l JOIN staff_account a USING (staff_id)
WHERE l.{IN_SCOPE} AND (a.role = ANY($2::text[]) OR l.staff_id = $3) AND ($4::uuid IS NULL OR l.login_id < $4)
  AND ($5::uuid IS NULL OR l.staff_id = $5) AND ($6::text IS NULL OR l.result = $6)
ORDER BY l.login_id DESC LIMIT $7
"""
_DELETE_OLD: Final = "DELETE FROM staff_login WHERE at < $1"


@dataclass(frozen=True, slots=True)
class StaffLogin:
    """One try; `client` is a short description of the device."""

    login_id: UUID
    staff_id: UUID
    scope_id: UUID
    at: datetime
    address_masked: str
    client: str
    result: Result
    method: StaffMethod | None
    """Which factors were shown; None in tries of before this was kept."""


@dataclass(frozen=True, slots=True)
class SeenLogin(StaffLogin):
    """With the account it was a try at; the name is sealed."""

    role: str
    name_sealed: bytes


async def insert(tx: Transaction, logins: Sequence[StaffLogin]) -> None:
    """Remember tries."""
    rows = [
        (one.login_id, one.staff_id, one.scope_id, one.at, one.address_masked, one.client, one.result, one.method)
        for one in logins
    ]
    columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(_COLUMNS)]
    await tx.execute(_INSERT, *columns)


async def select_page(
    reader: Reader,
    superior: Superior,
    own_id: UUID,
    before: UUID | None,
    staff_id: UUID | None,
    result: str | None,
    limit: int,
) -> list[SeenLogin]:
    """Tries at one's own account and at those below, newest first."""
    rows = await reader.fetch(
        _SELECT_PAGE, superior.scope_id, list(superior.roles), own_id, before, staff_id, result, limit
    )
    return [SeenLogin(**dict(row)) for row in rows]


async def delete_old(tx: Transaction, before: datetime) -> int:
    """Forget tries made before a moment."""
    return await tx.execute(_DELETE_OLD, before)
