"""Reading lists: the institution's own, and those filed below an exam body. Jurisdiction is in the statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from services.declaration.domain.qualified_list import ListKind, ListState
from services.declaration.storage.site_cycles import FILING_DEADLINE
from services.declaration.storage.timeline import REOPENING
from shared.postgres.transaction import Reader, Row

REOPENED_LINES: Final = f"""(SELECT count(*) FROM list_line n WHERE n.list_id = l.id AND EXISTS (
    SELECT FROM declaration_event t WHERE t.declaration_id = n.declaration_id AND {REOPENING})) AS reopened"""
"""How many people of a list `l` were reopened once."""
_HAS_REOPENED: Final = f"""EXISTS (SELECT FROM list_line n JOIN declaration_event t ON
      t.declaration_id = n.declaration_id AND {REOPENING} WHERE n.list_id = l.id)"""

_SELECT_OWN: Final = f"""
SELECT l.*, {FILING_DEADLINE}, {REOPENED_LINES}, j.state AS print_state
FROM qualified_list l JOIN cycle c ON c.id = l.cycle_id
LEFT JOIN print_job j ON j.kind = 'qualified_list' AND j.subject_id = l.id
WHERE l.id = $1 AND l.institution_id = $2
"""
_SELECT_IN_SCOPE: Final = f"""
SELECT l.*, {FILING_DEADLINE}, {REOPENED_LINES}, j.state AS print_state
FROM qualified_list l JOIN cycle c ON c.id = l.cycle_id
LEFT JOIN print_job j ON j.kind = 'qualified_list' AND j.subject_id = l.id
WHERE l.id = $1 AND l.filing_body_path @> ARRAY[$2::uuid]
"""
_SELECT_OWN_PAGE: Final = f"""
SELECT l.*, {FILING_DEADLINE}, {REOPENED_LINES}, j.state AS print_state
FROM qualified_list l JOIN cycle c ON c.id = l.cycle_id
LEFT JOIN print_job j ON j.kind = 'qualified_list' AND j.subject_id = l.id
WHERE l.institution_id = $1 AND ($2::uuid IS NULL OR l.cycle_id = $2) AND ($3::text IS NULL OR l.state = $3)
  AND ($4::text IS NULL OR l.kind = $4) AND ($5::timestamptz IS NULL OR (l.opened_at, l.id) < ($5, $6::uuid))
ORDER BY l.opened_at DESC, l.id DESC LIMIT $7
"""
_SELECT_PAGE_IN_SCOPE: Final = f"""
SELECT l.*, {FILING_DEADLINE}, {REOPENED_LINES}, j.state AS print_state
FROM qualified_list l JOIN cycle c ON c.id = l.cycle_id
LEFT JOIN print_job j ON j.kind = 'qualified_list' AND j.subject_id = l.id
WHERE l.filing_body_path @> ARRAY[$1::uuid] AND ($2::uuid IS NULL OR l.cycle_id = $2) AND l.state = ANY($3::text[])
  AND ($4::text IS NULL OR l.kind = $4) AND ($5::bool IS NULL OR l.late = $5)
  AND ($6::text IS NULL OR position(lower($6) IN lower(l.institution_name)) > 0
       OR position(lower($6) IN lower(l.number)) > 0)
  AND ($7::bool IS NULL OR {_HAS_REOPENED} = $7)
  AND ($8::timestamptz IS NULL OR (coalesce(l.submitted_at, l.generated_at), l.id) > ($8, $9::uuid))
ORDER BY coalesce(l.submitted_at, l.generated_at), l.id LIMIT $10
"""
_COUNT_IN_SCOPE: Final = """
SELECT l.state, count(*) AS lists, sum(l.line_count) AS people
FROM qualified_list l
WHERE l.filing_body_path @> ARRAY[$1::uuid] AND ($2::uuid IS NULL OR l.cycle_id = $2)
GROUP BY l.state
"""


@dataclass(frozen=True, slots=True)
class ListRow:
    """A list as read; `return_reasons` and `print_header` are sealed."""

    id: UUID
    institution_id: UUID
    institution_name: str
    cycle_id: UUID
    exam_year: int
    kind: ListKind
    edition: int
    replaces_id: UUID | None
    state: ListState
    version: int
    number: str | None
    line_count: int
    provisional_count: int
    content_hash: str | None
    filing_body_id: UUID | None
    filing_deadline: datetime
    opened_at: datetime
    generated_at: datetime | None
    print_state: str | None
    pdf_key: str | None
    pdf_sha256: str | None
    printed_at: datetime | None
    page_count: int | None
    scan_sha256: str | None
    scan_uploaded_at: datetime | None
    late: bool
    reopened: int
    late_permitted_at: datetime | None
    submitted_at: datetime | None
    decided_at: datetime | None
    return_reasons: bytes | None
    print_header: bytes | None


@dataclass(frozen=True, slots=True)
class StateCount:
    """How many lists stand in a state, and how many people on them."""

    state: ListState
    lists: int
    people: int


@dataclass(frozen=True, slots=True)
class Filter:
    """What the inbox shows; None does not filter. `text` is part of an institution's name or of a list number;
    `reopened`: somebody on it was reopened once."""

    states: Sequence[ListState]
    cycle_id: UUID | None = None
    kind: str | None = None
    late: bool | None = None
    text: str | None = None
    reopened: bool | None = None


async def select_own(reader: Reader, list_id: UUID, institution_id: UUID | None) -> ListRow | None:
    """The institution's own list, or None."""
    row = await reader.fetchrow(_SELECT_OWN, list_id, institution_id)
    return None if row is None else _list_row(row)


async def select_in_scope(reader: Reader, list_id: UUID, exam_body_id: UUID | None) -> ListRow | None:
    """A list below the exam body, generated at least, or None."""
    row = await reader.fetchrow(_SELECT_IN_SCOPE, list_id, exam_body_id)
    return None if row is None else _list_row(row)


async def select_own_page(
    reader: Reader,
    institution_id: UUID | None,
    *,
    cycle_id: UUID | None,
    state: str | None,
    kind: str | None,
    after: tuple[datetime | None, UUID | None],
    limit: int,
) -> list[ListRow]:
    """The institution's lists, newest first."""
    rows = await reader.fetch(_SELECT_OWN_PAGE, institution_id, cycle_id, state, kind, *after, limit)
    return [_list_row(row) for row in rows]


async def select_page_in_scope(
    reader: Reader,
    exam_body_id: UUID | None,
    wanted: Filter,
    after: tuple[datetime | None, UUID | None],
    limit: int,
) -> list[ListRow]:
    """Lists below the exam body, the one that waits longest first."""
    states = [state.value for state in wanted.states]
    rows = await reader.fetch(
        _SELECT_PAGE_IN_SCOPE,
        exam_body_id,
        wanted.cycle_id,
        states,
        wanted.kind,
        wanted.late,
        wanted.text,
        wanted.reopened,
        *after,
        limit,
    )
    return [_list_row(row) for row in rows]


async def count_in_scope(reader: Reader, exam_body_id: UUID | None, cycle_id: UUID | None) -> list[StateCount]:
    """Lists and people per state below the exam body."""
    rows = await reader.fetch(_COUNT_IN_SCOPE, exam_body_id, cycle_id)
    return [StateCount(ListState(row["state"]), row["lists"], int(row["people"])) for row in rows]


def _list_row(row: Row) -> ListRow:
    values = {name: row[name] for name in ListRow.__slots__}
    values["state"] = ListState(row["state"])
    return ListRow(**values)
