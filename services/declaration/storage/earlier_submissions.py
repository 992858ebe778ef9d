"""The last thing a person handed in before an exam year."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from shared.postgres.transaction import Reader

_SELECT: Final = """
SELECT s.declaration_id, s.submission, s.content, s.submitted_at, d.cycle_year, d.number, d.state
FROM declaration d JOIN declaration_snapshot s ON s.declaration_id = d.id AND s.submission = d.submission
WHERE d.person_id = $1 AND d.cycle_year < $2
ORDER BY d.cycle_year DESC LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class EarlierSubmission:
    """Its newest snapshot in `content`, sealed; see storage.handed_in."""

    declaration_id: UUID
    submission: int
    content: bytes
    submitted_at: datetime
    cycle_year: int
    number: str
    state: str


async def select(reader: Reader, person_id: UUID, before_year: int) -> EarlierSubmission | None:
    """The person's own, of the newest year before `before_year`; None when there is none."""
    row = await reader.fetchrow(_SELECT, person_id, before_year)
    return None if row is None else EarlierSubmission(**row)
