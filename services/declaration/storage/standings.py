"""Where a person stands in an exam year: the state of the declaration, and whether it was judged as passed (A1)."""

from typing import Final
from uuid import UUID

from services.declaration.domain.declaration import State
from shared.postgres.transaction import Reader

_SELECT: Final = """
SELECT d.state, EXISTS (
    SELECT FROM evaluation e WHERE e.declaration_id = d.id AND e.submission = d.submission
      AND e.state IN ('evaluated_qualified', 'provisional_certified', 'completed', 'certified')) AS evaluated
FROM declaration d WHERE d.person_id = $1 AND d.cycle_id = $2
"""


async def select(reader: Reader, person_id: UUID, cycle_id: UUID) -> tuple[State | None, bool]:
    """State and judgement; None without a declaration in that year."""
    row = await reader.fetchrow(_SELECT, person_id, cycle_id)
    return (None, False) if row is None else (State(row["state"]), row["evaluated"])
