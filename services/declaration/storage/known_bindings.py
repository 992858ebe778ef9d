"""Rows of `known_binding`: who is bound to which institution, learned from institution's events."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from shared.contracts.institution import BindingChanged
from shared.ids import BindingId, InstitutionId
from shared.postgres.transaction import Reader, Row, Transaction

KNOWN: Final = "SELECT binding_id AS id FROM known_binding"
"""What is known of it, to compare with what was told (M11)."""
REGISTERED_START: Final = """
LEAST(k.probation_started_on, (
    SELECT min(r.started_on) FROM evaluation r
    WHERE r.person_id = k.person_id AND r.institution_id = k.institution_id AND r.registered_at IS NOT NULL))
"""
"""The first day of probation as it was registered with a binding `k`, or for the evaluation there (B17)."""
_UPSERT: Final = """
INSERT INTO known_binding AS known (binding_id, version, person_id, institution_id, institution_name, state, bound_at,
                                    ended_at, since, probation_started_on, probation_recorded_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
ON CONFLICT (binding_id) DO UPDATE
SET version = excluded.version, person_id = excluded.person_id, institution_id = excluded.institution_id,
    institution_name = excluded.institution_name, state = excluded.state, bound_at = excluded.bound_at,
    ended_at = excluded.ended_at, since = excluded.since, probation_started_on = excluded.probation_started_on,
    probation_recorded_at = excluded.probation_recorded_at
WHERE known.version < excluded.version
"""
# Between two events of a change both bindings can look open here: the later one counts.
_SELECT_OPEN: Final = """
SELECT b.binding_id, b.version, b.institution_id, coalesce(i.name, b.institution_name) AS institution_name, b.state,
       b.bound_at
FROM known_binding b LEFT JOIN known_institution i ON i.institution_id = b.institution_id
WHERE b.person_id = $1 AND b.state IN ('active', 'frozen') ORDER BY b.bound_at DESC LIMIT 1
"""
_SELECT_START: Final = f"""
SELECT {REGISTERED_START} AS probation_started_on, coalesce(k.since, k.bound_at) AS bound_since FROM known_binding k
WHERE k.person_id = $1 AND k.state IN ('active', 'frozen') ORDER BY k.bound_at DESC LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class KnownBinding:
    """The open binding of a person; `state` is active or frozen."""

    binding_id: BindingId
    version: int
    institution_id: InstitutionId
    institution_name: str
    state: str
    bound_at: datetime | None


async def upsert(tx: Transaction, event: BindingChanged) -> None:
    """Newer wins."""
    await tx.execute(
        _UPSERT,
        event.binding_id,
        event.aggregate_version,
        event.person_id,
        event.institution_id,
        event.institution_name,
        event.state,
        event.bound_at,
        event.ended_at,
        event.since,
        event.probation_started_on,
        event.probation_recorded_at,
    )


async def select_open(reader: Reader, person_id: UUID) -> KnownBinding | None:
    """The person's active or frozen binding, or None."""
    row: Row | None = await reader.fetchrow(_SELECT_OPEN, person_id)
    return KnownBinding(**row) if row is not None else None


async def select_start(reader: Reader, person_id: UUID) -> tuple[date | None, datetime | None]:
    """The first day of probation as it was registered (B17), and since when the person is bound there."""
    row: Row | None = await reader.fetchrow(_SELECT_START, person_id)
    return (row["probation_started_on"], row["bound_since"]) if row is not None else (None, None)
