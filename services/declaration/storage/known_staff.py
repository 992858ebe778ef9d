"""Rows of `known_staff`: staff accounts without their names, learned from identity's events."""

from collections.abc import Collection
from typing import Final
from uuid import UUID

from shared.contracts.identity_staff import StaffChanged
from shared.postgres.transaction import Reader, Transaction

KNOWN: Final = "SELECT staff_id AS id FROM known_staff"
"""What is known of it, to compare with what was told (M11)."""
_UPSERT: Final = """
INSERT INTO known_staff AS known (staff_id, version, role, scope_id, state) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (staff_id) DO UPDATE
SET version = excluded.version, role = excluded.role, scope_id = excluded.scope_id, state = excluded.state
WHERE known.version < excluded.version
"""
_SELECT_REVIEWS_IN: Final = """
SELECT EXISTS (SELECT FROM known_staff WHERE staff_id = $1 AND scope_id = $2 AND role = 'institution_business_admin'
               AND state IN ('active', 'locked'))
"""
_SELECT_ACTS_IN: Final = """
SELECT scope_id = $2 AND role = $3 AND state IN ('active', 'locked') FROM known_staff WHERE staff_id = $1
"""
_SELECT_SCOPES: Final = "SELECT staff_id, scope_id FROM known_staff WHERE staff_id = ANY ($1::uuid[])"


async def upsert(tx: Transaction, event: StaffChanged) -> None:
    """Newer wins."""
    await tx.execute(_UPSERT, event.staff_id, event.aggregate_version, event.role, event.scope_id, event.state)


async def select_reviews_in(reader: Reader, staff_id: UUID, institution_id: UUID) -> bool:
    """Whether an account decides on reviews of a unit now."""
    found: bool = await reader.fetchval(_SELECT_REVIEWS_IN, staff_id, institution_id)
    return found


async def select_acts_in(reader: Reader, staff_id: UUID, scope_id: UUID | None, role: str) -> bool | None:
    """Whether an account has this role for this node now; None while nothing is known of the account."""
    rows = await reader.fetch(_SELECT_ACTS_IN, staff_id, scope_id, role)
    return bool(rows[0][0]) if rows else None


async def select_scopes(reader: Reader, staff_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """The nodes of those accounts that are known."""
    return {row["staff_id"]: row["scope_id"] for row in await reader.fetch(_SELECT_SCOPES, list(staff_ids))}
