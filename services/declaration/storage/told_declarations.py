"""Of which declarations neighbours were told, and what, for those who lost it (M11)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from shared.postgres.transaction import Reader

TOLD: Final = "SELECT id FROM declaration WHERE submission > 0"
# A declaration that lapsed with its year was told last before that. A provisional filing is one until the full year is
# judged: whoever lost it may have lost the judgement as well, or heard it before.
_SELECT_THESE: Final = """
SELECT d.id, d.version, d.person_id, d.institution_id, d.institution_name, d.cycle_year, d.number, d.submission,
       CASE WHEN d.state = 'lapsed' THEN coalesce((
           SELECT e.from_state FROM declaration_event e WHERE e.declaration_id = d.id AND e.to_state = 'lapsed'
           ORDER BY e.version DESC LIMIT 1), 'withdrawn') ELSE d.state END AS state,
       n.list_id, coalesce(n.provisional AND EXISTS (
           SELECT FROM evaluation e WHERE e.declaration_id = d.id AND e.state = 'provisional_certified'), false
       ) AS provisional
FROM declaration d LEFT JOIN list_line n ON n.declaration_id = d.id AND n.live
WHERE d.id = ANY($1::uuid[])
"""


@dataclass(frozen=True, slots=True)
class ToldDeclaration:
    """A declaration in the state others know it in; with the list it stands on, if any. `provisional` while the full
    year is not judged."""

    id: UUID
    version: int
    person_id: UUID
    institution_id: UUID
    institution_name: str
    cycle_year: int
    number: str
    submission: int
    state: str
    list_id: UUID | None
    provisional: bool


async def select_these(reader: Reader, ids: Sequence[UUID]) -> list[ToldDeclaration]:
    """Declarations by id, whosever they are."""
    return [ToldDeclaration(**dict(row)) for row in await reader.fetch(_SELECT_THESE, list(ids))]
