"""How many probations began and were registered, month by month, below an exam body (B17)."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from shared.postgres.transaction import Reader

_SELECT: Final = """
SELECT date_trunc('month', b.probation_started_on)::date AS month, count(*) AS registered,
    count(*) FILTER (WHERE b.probation_recorded_at < b.probation_started_on + interval '1 month') AS in_time
FROM binding b JOIN institution i ON i.id = b.institution_id
WHERE i.filing_body_path @> ARRAY[$1::uuid] AND b.probation_started_on >= $2
  AND NOT EXISTS (SELECT FROM binding n WHERE n.continues = b.id)
GROUP BY 1 ORDER BY 1
"""
_COUNT_UNREGISTERED: Final = """
SELECT count(*) FROM known_declaration d JOIN institution i ON i.id = d.institution_id
WHERE i.filing_body_path @> ARRAY[$1::uuid] AND d.state <> 'closed' AND d.cycle_year = $2 AND NOT EXISTS (
    SELECT FROM binding b WHERE b.person_id = d.person_id AND b.institution_id = d.institution_id
    AND b.probation_started_on IS NOT NULL)
"""


@dataclass(frozen=True, slots=True)
class MonthOfStarts:
    """Probations that began in a month; `in_time` of them were registered within a month of their start."""

    month: date
    registered: int
    in_time: int


async def select_months(reader: Reader, scope_id: UUID, since: date) -> list[MonthOfStarts]:
    """The months since then in which a registered probation began; a binding that goes on elsewhere counts once."""
    return [MonthOfStarts(**dict(row)) for row in await reader.fetch(_SELECT, scope_id, since)]


async def count_unregistered(reader: Reader, scope_id: UUID, cycle_year: int) -> int:
    """Declarations of an exam year whose probation nobody registered."""
    return int(await reader.fetchval(_COUNT_UNREGISTERED, scope_id, cycle_year))
