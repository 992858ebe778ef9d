"""Table `filing_forecast`, and the numbers that forecasts rest on; jurisdiction is in the statements (B8)."""

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from services.declaration.domain.filing_forecast import PACE_DAYS, Forecast, Inputs
from services.declaration.storage.site_cycles import SITE_OF_UNIT
from services.declaration.storage.supervised_records import LISTABLE_STATES, RECORDS
from shared.errors import NotFound
from shared.postgres.transaction import Reader, Transaction

# Bodies of open years without a forecast of the day, locked by nothing: of two that make one, the key keeps the first.
_SELECT_MISSING: Final = """
SELECT b.exam_body_id, c.id AS cycle_id FROM known_exam_body b CROSS JOIN cycle c
WHERE b.state = 'active' AND c.state NOT IN ('planned', 'closed', 'archived') AND NOT EXISTS (
    SELECT FROM filing_forecast f WHERE f.exam_body_id = b.exam_body_id AND f.cycle_id = c.id AND f.day = $1)
ORDER BY b.exam_body_id LIMIT $2
"""
_COUNT: Final = f"""
WITH record AS ({RECORDS})
SELECT count(*) FILTER (WHERE r.standing = 'filed') AS filed,
       count(*) FILTER (WHERE r.standing = 'qualified') AS qualified,
       count(*) FILTER (WHERE r.standing = 'approved') AS approved,
       count(*) FILTER (WHERE r.standing = 'waiting') AS submitted,
       count(*) FILTER (WHERE r.standing IN ('drafting', 'returned')) AS editable,
       count(*) FILTER (WHERE r.state IN ('approved', 'filed')) AS accepted,
       count(*) FILTER (WHERE r.state = 'rejected') AS rejected,
       count(*) FILTER (WHERE r.standing = 'filed' AND r.updated_at > $5) AS filed_lately
FROM record r
"""
_SELECT_DUE: Final = f"""
SELECT (LEAST(c.filing_deadline, site.filing_deadline) AT TIME ZONE 'Asia/Shanghai' - interval '1 microsecond')::date
           AS day,
       count(DISTINCT d.institution_id) AS institutions, count(*) AS people
FROM cycle c JOIN declaration d ON d.cycle_id = c.id AND d.state IN ('submitted', 'under_review', 'approved')
JOIN known_institution i ON i.institution_id = d.institution_id {SITE_OF_UNIT}
WHERE c.id = $2 AND i.filing_body_path @> ARRAY[$1::uuid] GROUP BY 1 ORDER BY 1
"""
_INSERT: Final = """
INSERT INTO filing_forecast (exam_body_id, cycle_id, day, inputs, result, made_at)
VALUES ($1, $2, $3, $4::text::jsonb, $5::text::jsonb, $6) ON CONFLICT DO NOTHING
"""
_SELECT_PAGE: Final = """
SELECT f.day, f.inputs::text AS inputs, f.result::text AS result, f.made_at
FROM filing_forecast f JOIN known_exam_body b ON b.exam_body_id = f.exam_body_id
WHERE f.exam_body_id = $2 AND b.path @> ARRAY[$1::uuid] AND f.cycle_id = $3 AND ($4::date IS NULL OR f.day < $4)
ORDER BY f.day DESC LIMIT $5
"""


@dataclass(frozen=True, slots=True)
class KeptForecast:
    """A forecast of a day as it was made, with what it rests on."""

    day: date
    inputs: dict[str, Any]
    result: dict[str, Any]
    made_at: datetime


async def select_missing(reader: Reader, day: date, limit: int) -> list[tuple[UUID, UUID]]:
    """(exam body, cycle) without a forecast of the day."""
    return [(row["exam_body_id"], row["cycle_id"]) for row in await reader.fetch(_SELECT_MISSING, day, limit)]


async def select_inputs(reader: Reader, body_id: UUID, cycle_id: UUID, now: datetime) -> Inputs:
    """The numbers of this moment."""
    since = now - timedelta(days=PACE_DAYS)
    counted = await reader.fetchrow(_COUNT, LISTABLE_STATES, body_id, body_id, cycle_id, since)
    if counted is None:
        raise NotFound
    due = [(r["day"], r["institutions"], r["people"]) for r in await reader.fetch(_SELECT_DUE, body_id, cycle_id)]
    return Inputs(**dict(counted), due=due)


async def insert(
    tx: Transaction, body_id: UUID, cycle_id: UUID, day: date, inputs: Inputs, result: Forecast, now: datetime
) -> None:
    """Once per body, year and day."""
    values = (json.dumps(asdict(inputs), default=str), json.dumps(asdict(result)))
    await tx.execute(_INSERT, body_id, cycle_id, day, *values, now)


async def select_page(
    reader: Reader, scope_id: UUID, body_id: UUID, cycle_id: UUID, before: date | None, limit: int
) -> list[KeptForecast]:
    """The newest first; of a body outside the jurisdiction there are none."""
    rows = await reader.fetch(_SELECT_PAGE, scope_id, body_id, cycle_id, before, limit)
    return [KeptForecast(r["day"], json.loads(r["inputs"]), json.loads(r["result"]), r["made_at"]) for r in rows]
