"""Table binding, all rows of one institution at once: when it is suspended, resumed, merged or closed (4.2, 4.3)."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from services.institution.domain.binding import Binding, BindingState
from services.institution.storage import bindings
from shared.postgres.transaction import Transaction

_LOCK: Final = """
SELECT id FROM binding WHERE institution_id = $1 AND state = ANY($2::text[]) ORDER BY id FOR UPDATE
"""
_UPDATE: Final = """
UPDATE binding b SET version = n.version, state = n.state, ended_at = n.ended_at, ended_by = n.ended_by,
    end_reason = CASE WHEN n.ended_at IS NULL THEN b.end_reason ELSE $6 END
FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::timestamptz[], $5::text[])
    AS n (id, version, state, ended_at, ended_by)
WHERE b.id = n.id
"""
_INSERT: Final = """
INSERT INTO binding (id, version, person_id, institution_id, state, bound_at)
SELECT n.id, 1, n.person_id, n.institution_id, n.state, n.bound_at
FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::timestamptz[])
    AS n (id, person_id, institution_id, state, bound_at)
"""


async def lock_all(tx: Transaction, institution_id: UUID, states: Sequence[BindingState]) -> list[Binding]:
    """The institution's bindings in these states, locked in a fixed order. The caller has locked the institution, so
    that none is added meanwhile."""
    ids = [row["id"] for row in await tx.fetch(_LOCK, institution_id, list(states))]
    return sorted(await bindings.select_these(tx, ids), key=lambda one: one.id)


async def update_all(tx: Transaction, changed: Sequence[Binding], end_reason: str | None) -> None:
    """Write state and end of many bindings; `end_reason` for those that ended."""
    await tx.execute(
        _UPDATE,
        [one.id for one in changed],
        [one.version for one in changed],
        [one.state for one in changed],
        [one.ended_at for one in changed],
        [one.ended_by for one in changed],
        end_reason,
    )


async def insert_all(tx: Transaction, made: Sequence[Binding]) -> None:
    """Add bindings that came about without a confirmation code. Their predecessors have ended before."""
    await tx.execute(
        _INSERT,
        [one.id for one in made],
        [one.person_id for one in made],
        [one.institution_id for one in made],
        [one.state for one in made],
        [one.bound_at for one in made],
    )
