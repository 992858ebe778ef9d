"""Numbers and lists of the records of a jurisdiction; both read the same rows, so that each number opens its list (B8).
Jurisdiction is in the statements: in the path of a unit the caller's body stands before the body looked at, or is
it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from services.declaration.domain.evaluation import LISTABLE
from services.declaration.domain.record_standing import BodyRecords, Lack, RecordFilter, Standing
from services.declaration.storage.timeline import REOPENING
from shared.errors import NotFound
from shared.postgres.transaction import Reader, Row

REOPENED: Final = f"""EXISTS (SELECT FROM declaration_event t
        WHERE t.declaration_id = d.id AND {REOPENING})"""
_LATE: Final = """EXISTS (SELECT FROM list_line n JOIN qualified_list l ON l.id = n.list_id
        WHERE n.declaration_id = d.id AND n.live AND l.late)"""
_STANDING: Final = """CASE
        WHEN d.state = 'draft' THEN 'drafting'
        WHEN d.state IN ('submitted', 'under_review') THEN 'waiting'
        WHEN d.state IN ('returned', 'withdrawn', 'modification_allowed') THEN 'returned'
        WHEN d.state = 'filed' THEN 'filed'
        WHEN d.state <> 'approved' THEN 'ended'
        WHEN EXISTS (SELECT FROM evaluation e WHERE e.declaration_id = d.id AND e.submission = d.submission
                     AND e.state = ANY($1::text[])) THEN 'qualified'
        ELSE 'approved' END"""
# $2 the caller's body, $3 the body looked at, $4 the year.
RECORDS: Final = f"""
SELECT d.id, d.number, d.state, d.version, d.person_id, d.exam_level, d.exam_category_code, d.institution_id,
       d.submission, d.submitted_at, d.decided_at, d.updated_at,
       i.name AS institution_name, i.filing_body_id, i.filing_body_path,
       {_STANDING} AS standing, {REOPENED} AS reopened, {_LATE} AS late
FROM known_institution i JOIN declaration d ON d.institution_id = i.institution_id
WHERE i.filing_body_path @> ARRAY[$2::uuid, $3::uuid] AND d.cycle_id = $4
  AND array_position(i.filing_body_path, $2) <= array_position(i.filing_body_path, $3)
"""
# What the caller's body files itself counts for it; everything else for the body right below in the path.
_COUNT: Final = f"""
WITH record AS ({RECORDS})
SELECT coalesce(r.filing_body_path[array_position(r.filing_body_path, $3::uuid) + 1], $3::uuid) AS body_id, r.standing,
       count(*) AS records, count(*) FILTER (WHERE r.reopened) AS reopened, count(*) FILTER (WHERE r.late) AS late
FROM record r GROUP BY 1, 2
"""
# Of the record `r` with its judgement `e` and the line `n` on which it stands.
_LACKS: Final = """array_remove(ARRAY[
    CASE WHEN r.state IN ('submitted', 'under_review') AND EXISTS (
        SELECT FROM prior_confirmation c WHERE c.declaration_id = r.id
        AND c.state NOT IN ('confirmed_by_current', 'confirmed_by_prior')) THEN 'prior_confirmation' END,
    CASE WHEN r.state IN ('submitted', 'under_review', 'approved')
        AND coalesce(e.state, 'due') IN ('in_progress', 'due') THEN 'evaluation' END,
    CASE WHEN r.state IN ('approved', 'filed') AND e.state = 'evaluated_qualified' THEN 'certificate' END,
    CASE WHEN r.state IN ('approved', 'filed') AND e.state = 'provisional_certified' THEN 'full_year' END,
    CASE WHEN r.standing = 'qualified' AND n.list_id IS NULL THEN 'list' END], NULL)"""
_FILTERED: Final = f"""
WITH record AS ({RECORDS} AND (NOT $5 OR i.filing_body_id = $3) AND ($6::uuid IS NULL OR d.institution_id = $6)
    AND ($7::text IS NULL OR position(lower($7) IN lower(i.name)) > 0 OR d.number = upper($7))
    AND ($8::uuid IS NULL OR d.id > $8))
SELECT * FROM (
SELECT r.*, {_LACKS} AS lacks, b.name AS body_name, p.name_masked, p.document_no_masked, e.state AS evaluation_state,
       e.months_counted, e.certificate_no, l.number AS list_number, l.state AS list_state
FROM record r
LEFT JOIN known_exam_body b ON b.exam_body_id = r.filing_body_id
LEFT JOIN known_person p ON p.person_id = r.person_id
LEFT JOIN evaluation e ON e.declaration_id = r.id AND e.submission = r.submission AND e.state <> 'voided'
    AND e.institution_id = r.institution_id
LEFT JOIN list_line n ON n.declaration_id = r.id AND n.live
LEFT JOIN qualified_list l ON l.id = n.list_id
WHERE ($9::text IS NULL OR r.standing = $9) AND ($10::boolean IS NULL OR r.reopened = $10)
  AND ($11::boolean IS NULL OR r.late = $11)
) AS line WHERE $12::text IS NULL OR $12 = ANY (line.lacks)
"""
_SELECT_PAGE: Final = f"{_FILTERED} ORDER BY line.id LIMIT $13"
_COUNT_FILTERED: Final = f"SELECT count(*) FROM ({_FILTERED} LIMIT $13) AS found"
_BODIES: Final = """
SELECT exam_body_id AS id, name, level, state FROM known_exam_body
WHERE (exam_body_id = $2 OR parent_id = $2)
  AND EXISTS (SELECT FROM known_exam_body a WHERE a.exam_body_id = $2 AND a.path @> ARRAY[$1::uuid])
ORDER BY exam_body_id <> $2, code
"""
LISTABLE_STATES: Final = sorted(LISTABLE)


@dataclass(frozen=True, slots=True)
class RecordRow:
    """One record as exam bodies see it: masked."""

    id: UUID
    number: str | None
    state: str
    version: int
    standing: Standing
    reopened: bool
    late: bool
    exam_level: str
    exam_category_code: str
    institution_id: UUID
    institution_name: str
    filing_body_id: UUID
    body_name: str | None
    name_masked: str | None
    document_no_masked: str | None
    submission: int
    submitted_at: datetime | None
    decided_at: datetime | None
    updated_at: datetime
    evaluation_state: str | None
    months_counted: int | None
    certificate_no: str | None
    list_number: str | None
    list_state: str | None
    lacks: list[Lack]


async def select_counts(reader: Reader, scope_id: UUID, body_id: UUID, cycle_id: UUID) -> list[BodyRecords]:
    """The body looked at first (what files with it directly), then each body right below with all of its subtree.
    Raises NotFound for a body outside the caller's jurisdiction."""
    bodies = await reader.fetch(_BODIES, scope_id, body_id)
    if not bodies:
        raise NotFound
    counted: dict[UUID, list[Row]] = {}
    for row in await reader.fetch(_COUNT, LISTABLE_STATES, scope_id, body_id, cycle_id):
        counted.setdefault(row["body_id"], []).append(row)
    return [
        BodyRecords(
            body["id"],
            body["name"],
            body["level"],
            body["id"] == body_id,
            {row["standing"]: row["records"] for row in counted.get(body["id"], ())},
            sum(row["reopened"] for row in counted.get(body["id"], ())),
            sum(row["late"] for row in counted.get(body["id"], ())),
        )
        for body in bodies
        if body["state"] == "active" or body["id"] in counted
    ]


async def select_page(
    reader: Reader, scope_id: UUID, wanted: RecordFilter, after: UUID | None, limit: int
) -> list[RecordRow]:
    """Records in the order of their creation; of a body outside the caller's jurisdiction there are none."""
    rows = await reader.fetch(_SELECT_PAGE, *_arguments(scope_id, wanted, after), limit)
    return [RecordRow(**{name: row[name] for name in RecordRow.__slots__}) for row in rows]


async def count(reader: Reader, scope_id: UUID, wanted: RecordFilter, most: int) -> int:
    """How many there are; stops counting behind `most`."""
    number: int = await reader.fetchval(_COUNT_FILTERED, *_arguments(scope_id, wanted, None), most + 1)
    return number


def _arguments(scope_id: UUID, wanted: RecordFilter, after: UUID | None) -> tuple[object, ...]:
    place = (LISTABLE_STATES, scope_id, wanted.body_id, wanted.cycle_id, wanted.direct, wanted.institution_id)
    return (*place, wanted.text, after, wanted.standing, wanted.reopened, wanted.late, wanted.lacks)
