"""Table known_declaration: which declarations hold a binding; newer versions replace older ones."""

from typing import Final, Literal
from uuid import UUID

from services.institution.domain.binding import KnownDeclaration
from shared.postgres.transaction import Reader, Transaction

KNOWN: Final = "SELECT declaration_id AS id FROM known_declaration"
"""What is known of it, to compare with what was told (M11)."""
_SELECT_HOLDING: Final = """
SELECT state, cycle_year FROM known_declaration WHERE person_id = $1 AND institution_id = $2 AND state <> 'closed'
"""
_UPSERT: Final = """
INSERT INTO known_declaration AS known (declaration_id, version, person_id, institution_id, cycle_year, state)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (declaration_id) DO UPDATE SET version = excluded.version, person_id = excluded.person_id,
    institution_id = excluded.institution_id, cycle_year = excluded.cycle_year, state = excluded.state
WHERE known.version < excluded.version
"""

State = Literal["submitted", "approved", "filed", "closed"]


async def select_holding(reader: Reader, person_id: UUID, institution_id: UUID) -> list[KnownDeclaration]:
    """The person's declarations at an institution that are submitted, approved or filed."""
    rows = await reader.fetch(_SELECT_HOLDING, person_id, institution_id)
    return [KnownDeclaration(row["state"], row["cycle_year"]) for row in rows]


async def upsert(
    tx: Transaction,
    declaration_id: UUID,
    version: int,
    person_id: UUID,
    institution_id: UUID,
    cycle_year: int,
    state: State,
) -> None:
    """Learn a declaration's state, unless something newer is known."""
    await tx.execute(_UPSERT, declaration_id, version, person_id, institution_id, cycle_year, state)
