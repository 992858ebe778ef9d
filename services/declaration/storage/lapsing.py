"""Declarations whose year is over and that were not filed (4.4)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from services.declaration.domain.declaration import Action, State
from shared.actor import SYSTEM
from shared.postgres.transaction import Transaction

_LAPSE: Final = """
WITH due AS MATERIALIZED (
    SELECT d.id, d.state FROM declaration d JOIN cycle c ON c.id = d.cycle_id
    WHERE c.state = 'closed' AND d.state NOT IN ('filed', 'lapsed', 'revoked')
    ORDER BY d.id LIMIT $2 FOR UPDATE OF d SKIP LOCKED
), lapsed AS (
    UPDATE declaration d
    SET state = $3, version = d.version + 1, updated_at = $1, claimed_by = NULL, claimed_until = NULL
    FROM due WHERE d.id = due.id
    RETURNING d.id, d.version, due.state AS from_state
), recorded AS (
    INSERT INTO declaration_event (declaration_id, version, at, action, actor_id, role, from_state, to_state)
    SELECT id, version, $1, $4::text, $5::uuid, $6::text, from_state, $3 FROM lapsed
)
SELECT id, from_state FROM lapsed
"""


@dataclass(frozen=True, slots=True)
class Lapsed:
    """A declaration that has just lapsed."""

    id: UUID
    from_state: State


async def update_lapsed(tx: Transaction, at: datetime, limit: int) -> list[Lapsed]:
    """Let a batch lapse, with its timeline entries; those that somebody works on right now wait for the next run."""
    rows = await tx.fetch(_LAPSE, at, limit, State.LAPSED.value, Action.LAPSE.value, SYSTEM.id, SYSTEM.role)
    return [Lapsed(row["id"], State(row["from_state"])) for row in rows]
