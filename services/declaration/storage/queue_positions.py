"""How many submissions a unit has before one, and how long it usually takes: counted in the unit's own queue (A43)."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from services.declaration.storage.declarations import Declaration
from shared.postgres.transaction import Reader

# The last decisions, not all of a year: a unit that became quicker should not look slow.
_SELECT: Final = """
SELECT (SELECT count(*) FROM declaration q
        WHERE q.institution_id = $1 AND q.cycle_id = $2 AND q.submission > 0
          AND q.state IN ('submitted', 'under_review')
          AND (q.submitted_at, q.id) < ($3::timestamptz, $4::uuid)) AS ahead,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY d.decided_at - d.submitted_at) AS usual,
       count(d.decided_at) AS decided
FROM (SELECT submitted_at, decided_at FROM declaration
      WHERE institution_id = $1 AND cycle_id = $2 AND submission > 0 AND decided_at > submitted_at
      ORDER BY submitted_at DESC LIMIT 100) d
"""


@dataclass(frozen=True, slots=True)
class QueuePosition:
    """`ahead` wait for the same unit and came before; `usual` is the median of its last decisions, None before any."""

    ahead: int
    usual: timedelta | None
    decided: int


async def select(reader: Reader, declaration: Declaration) -> QueuePosition:
    """Of a declaration that waits. Access was checked by its own select."""
    row = await reader.fetchrow(
        _SELECT, declaration.institution_id, declaration.cycle_id, declaration.submitted_at, declaration.id
    )
    assert row is not None, "an aggregate has a row"
    return QueuePosition(row["ahead"], row["usual"], row["decided"])
