"""Table known_staff: staff accounts without their names; newer versions replace older ones."""

from datetime import datetime
from typing import Final
from uuid import UUID

from shared.postgres.transaction import Reader, Transaction

KNOWN: Final = "SELECT staff_id AS id FROM known_staff"
"""What is known of it, to compare with what was told (M11)."""
_HAS_ACTIVE_OWNER: Final = """
SELECT EXISTS (SELECT FROM known_staff WHERE scope_id = $1 AND role = 'institution_owner' AND state = 'active')
"""
_HAS_OWNER: Final = """
SELECT EXISTS (SELECT FROM known_staff
               WHERE scope_id = $1 AND role = 'institution_owner' AND state IN ('active', 'locked'))
"""
_SELECT_ACTS_IN: Final = """
SELECT scope_id = $2 AND role = $3 AND state IN ('active', 'locked') FROM known_staff WHERE staff_id = $1
"""
# The first moment counts, in whatever order events come, and a late one is not lost.
_UPDATE_FIRST: Final = """
UPDATE known_staff SET invited_at = least(invited_at, $2), activated_at = least(activated_at, $3) WHERE staff_id = $1
"""
_UPSERT: Final = """
INSERT INTO known_staff AS known (staff_id, version, role, scope_kind, scope_id, state, responsibility_accepted_at,
    invited_until)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (staff_id) DO UPDATE SET version = excluded.version, role = excluded.role,
    scope_kind = excluded.scope_kind, scope_id = excluded.scope_id, state = excluded.state,
    responsibility_accepted_at = excluded.responsibility_accepted_at, invited_until = excluded.invited_until
WHERE known.version < excluded.version
"""


async def has_active_owner(reader: Reader, institution_id: UUID) -> bool:
    """Whether somebody answers for the institution now (B6)."""
    found: bool = await reader.fetchval(_HAS_ACTIVE_OWNER, institution_id)
    return found


async def select_has_owner(reader: Reader, institution_id: UUID) -> bool:
    """Whether an owner works there or is locked out for a time: nobody else is invited meanwhile (C1)."""
    found: bool = await reader.fetchval(_HAS_OWNER, institution_id)
    return found


async def select_acts_in(reader: Reader, staff_id: UUID, scope_id: UUID, role: str) -> bool | None:
    """Whether an account has this role for this node now; None while nothing is known of the account."""
    rows = await reader.fetch(_SELECT_ACTS_IN, staff_id, scope_id, role)
    return bool(rows[0][0]) if rows else None


async def update_first_seen(
    tx: Transaction, staff_id: UUID, invited_at: datetime | None, activated_at: datetime | None
) -> None:
    """When the account was first heard of as invited, as active."""
    await tx.execute(_UPDATE_FIRST, staff_id, invited_at, activated_at)


async def upsert(
    tx: Transaction,
    staff_id: UUID,
    version: int,
    role: str,
    scope_kind: str,
    scope_id: UUID,
    state: str,
    responsibility_accepted_at: datetime | None,
    invited_until: datetime | None = None,
) -> bool:
    """Learn an account. False when something newer is known."""
    touched = await tx.execute(
        _UPSERT, staff_id, version, role, scope_kind, scope_id, state, responsibility_accepted_at, invited_until
    )
    return touched == 1
