"""Declarations whose year is over and that were not filed (4.4)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from services.declaration.domain.declaration import Action, State
from shared.actor import SYSTEM
from shared.ids import InstitutionId, PersonId
from shared.postgres.transaction import Transaction

_LAPSE: Final = """
WITH due AS MATERIALIZED (
    SELECT d.id, d.state, d.first_approved_by FROM declaration d JOIN cycle c ON c.id = d.cycle_id
    WHERE c.state = 'closed' AND d.state NOT IN ('filed', 'lapsed', 'revoked')
    ORDER BY d.id LIMIT $2 FOR UPDATE OF d SKIP LOCKED
), lapsed AS (
    UPDATE declaration d
    SET state = $3, version = d.version + 1, updated_at = $1, claimed_by = NULL, claimed_until = NULL,
        first_approved_by = NULL, first_approved_person_id = NULL, first_approved_at = NULL
    FROM due WHERE d.id = due.id
    RETURNING d.id, d.version, due.state AS from_state, d.person_id, d.institution_id, d.institution_name,
              d.cycle_year, coalesce(d.number, '') AS number, due.first_approved_by
), recorded AS (
    INSERT INTO declaration_event (declaration_id, version, at, action, actor_id, role, from_state, to_state)
    SELECT id, version, $1, $4::text, $5::uuid, $6::text, from_state, $3 FROM lapsed
)
SELECT id, version, from_state, person_id, institution_id, institution_name, cycle_year, number, first_approved_by
FROM lapsed
"""


@dataclass(frozen=True, slots=True)
class Lapsed:
    """A declaration that has just lapsed; `version` is its new one, `number` empty where it was never handed in,
    `first_approved_by` the reviewer whose word it made void."""

    id: UUID
    version: int
    from_state: State
    person_id: PersonId
    institution_id: InstitutionId
    institution_name: str
    cycle_year: int
    number: str
    first_approved_by: UUID | None


async def update_lapsed(tx: Transaction, at: datetime, limit: int) -> list[Lapsed]:
    """Let a batch lapse, with its timeline entries; those that somebody works on right now wait for the next run."""
    rows = await tx.fetch(_LAPSE, at, limit, State.LAPSED.value, Action.LAPSE.value, SYSTEM.id, SYSTEM.role)
    return [Lapsed(**{**dict(row), "from_state": State(row["from_state"])}) for row in rows]
