"""Where a job stands in the queue of the print role, for whoever waits for the paper."""

from dataclasses import dataclass
from typing import Final, Literal
from uuid import UUID

from services.declaration.storage.print_jobs import PrintKind
from shared.postgres.transaction import Reader

PrintState = Literal["queued", "leased", "done", "failed", "cancelled"]

# In the order in which jobs are claimed; what is being set now comes before all that wait.
_SELECT: Final = """
SELECT j.state, j.attempts, CASE WHEN j.state = 'queued' THEN (
    SELECT count(*) FROM print_job q
    WHERE q.state = 'leased' OR (q.state = 'queued' AND (q.next_try_at, q.id) < (j.next_try_at, j.id))
) ELSE 0 END AS ahead
FROM print_job j WHERE j.kind = $1 AND j.subject_id = $2
"""


@dataclass(frozen=True, slots=True)
class PrintPlace:
    """`ahead` jobs, of whichever unit, come first; `attempts` counts the tries so far, the present one included."""

    state: PrintState
    attempts: int
    ahead: int


async def select_place(reader: Reader, kind: PrintKind, subject_id: UUID) -> PrintPlace | None:
    """The place of a subject's job, or None without one. Access was checked by the select of its subject."""
    row = await reader.fetchrow(_SELECT, kind, subject_id)
    return None if row is None else PrintPlace(**dict(row))
