"""Where a person stands in an exam year: the state of the declaration, handed in or not, and judged as passed (A1)."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from services.declaration.domain.declaration import State
from shared.postgres.transaction import Reader

_SELECT: Final = """
SELECT d.state, d.submission > 0 AS handed_in, EXISTS (
    SELECT FROM evaluation e
    WHERE e.declaration_id = d.id AND e.submission = d.submission AND e.institution_id = d.institution_id
      AND e.state IN ('evaluated_qualified', 'provisional_certified', 'completed', 'certified')) AS evaluated
FROM declaration d WHERE d.person_id = $1 AND d.cycle_id = $2
"""


@dataclass(frozen=True, slots=True)
class Declared:
    """The state in a year (None: no declaration), whether it was handed in once, and whether it was evaluated."""

    state: State | None = None
    handed_in: bool = False
    evaluated: bool = False


async def select(reader: Reader, person_id: UUID, cycle_id: UUID) -> Declared:
    """Where that year's declaration stands, or that there is none."""
    row = await reader.fetchrow(_SELECT, person_id, cycle_id)
    return Declared() if row is None else Declared(State(row["state"]), row["handed_in"], row["evaluated"])
