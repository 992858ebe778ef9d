"""Counts and lists of a jurisdiction for those who supervise it, always from the path, body by body (B7, B8)."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from services.institution.domain.institution_kinds import WITHOUT_LICENCE
from services.institution.domain.supervised import (
    BodyCompleteness,
    BodyStandings,
    RequiredField,
    Standing,
    SupervisedInstitution,
)
from services.institution.storage.institutions import institution_of
from shared.errors import NotFound
from shared.postgres.transaction import Reader, Row

_IN_LIBRARY: Final = "i.state IN ('issued', 'profile_incomplete', 'active', 'suspended')"
# The body right below the one looked at in an institution's path; that one itself where it files with it directly. The
# caller's body ($1) and the one looked at (the last parameter) stand both in the path.
_BELOW_3: Final = "coalesce(i.filing_body_path[array_position(i.filing_body_path, $3::uuid) + 1], $3::uuid)"
_BELOW_4: Final = "coalesce(i.filing_body_path[array_position(i.filing_body_path, $4::uuid) + 1], $4::uuid)"
_STANDING: Final = """CASE
        WHEN i.state = 'issued' OR (i.state <> 'profile_incomplete' AND i.responsibility_accepted_at IS NULL)
            THEN 'not_activated'
        WHEN i.state = 'profile_incomplete' THEN 'profile_incomplete'
        WHEN i.state = 'suspended' THEN 'suspended'
        WHEN coalesce(d.records, 0) = 0 AND n.institution_id IS NOT NULL THEN 'filed'
        WHEN coalesce(d.records, 0) = 0 THEN 'no_record'
        WHEN d.filed = 0 THEN 'not_filed'
        ELSE 'filed' END"""
_DECLARED: Final = """count(*) FILTER (WHERE k.state <> 'closed') AS records,
        count(*) FILTER (WHERE k.state = 'approved') AS approved, count(*) FILTER (WHERE k.state = 'filed') AS filed"""
_NIL_RETURN: Final = "LEFT JOIN known_nil_return n ON n.institution_id = i.id AND n.cycle_year = $2"
_BODIES: Final = """
SELECT id, name, level FROM exam_body
WHERE (id = $2 OR parent_id = $2)
  AND EXISTS (SELECT FROM exam_body a WHERE a.id = $2 AND a.path @> ARRAY[$1::uuid])
ORDER BY id <> $2, code
"""
_COUNT_STANDINGS: Final = f"""
WITH declared AS (
    SELECT {_DECLARED}, k.institution_id FROM known_declaration k WHERE k.cycle_year = $2 GROUP BY k.institution_id
)
SELECT {_BELOW_3} AS body_id, {_STANDING} AS standing, count(*) AS institutions
FROM institution i LEFT JOIN declared d ON d.institution_id = i.id {_NIL_RETURN}
WHERE i.filing_body_path @> ARRAY[$1::uuid, $3::uuid] AND {_IN_LIBRARY} GROUP BY 1, 2
"""
# What is missing, by field: the report counts it, and the list behind each number asks for it.
_LACKS: Final = {
    "legal_representative": "c.legal_representative_sealed IS NULL",
    "probation_officer": "c.probation_officer_sealed IS NULL",
    "probation_officer_phone": "c.probation_officer_phone_sealed IS NULL",
    "address": "i.address IS NULL",
    "grade": "i.grade IS NULL",
    "departments": "i.departments = '{}'",
    "physicians": "i.physicians = '{}'",
    "registration_no": "licensed AND i.registration_no IS NULL",
    "licence_valid_from": "licensed AND i.licence_valid_from IS NULL",
    "licence_valid_to": "licensed AND i.licence_valid_to IS NULL",
    "credit_code": "NOT licensed AND i.credit_code IS NULL",
    "licence_image": """NOT EXISTS (
        SELECT FROM licence_image l WHERE l.institution_id = i.id AND l.replaced_at IS NULL)""",
}
_COUNTED: Final = ",\n    ".join(f"count(*) FILTER (WHERE {lacking}) AS {name}" for name, lacking in _LACKS.items())
_NAMED: Final = ",\n        ".join(f"CASE WHEN {lacking} THEN '{name}' END" for name, lacking in _LACKS.items())
_COUNT_COMPLETE: Final = f"""
SELECT {_BELOW_4} AS body_id, count(*) AS institutions,
    count(*) FILTER (WHERE i.profile_complete) AS complete,
    count(*) FILTER (WHERE i.licence_valid_to < $3) AS licence_ended,
    {_COUNTED}
FROM institution i LEFT JOIN institution_contact c ON c.institution_id = i.id,
    LATERAL (SELECT i.institution_type <> ALL($2::text[]) AS licensed) AS kind
WHERE i.filing_body_path @> ARRAY[$1::uuid, $4::uuid] AND {_IN_LIBRARY} GROUP BY 1
"""
_FILTERED: Final = f"""
SELECT * FROM (
    SELECT i.*, {_STANDING} AS standing, d.records, d.approved, d.filed, b.name AS body_name,
        array_remove(ARRAY[{_NAMED}], NULL) AS lacks
    FROM institution i
    LEFT JOIN institution_contact c ON c.institution_id = i.id
    LEFT JOIN exam_body b ON b.id = i.filing_body_id {_NIL_RETURN}
    CROSS JOIN LATERAL (SELECT i.institution_type <> ALL($7::text[]) AS licensed) AS kind
    CROSS JOIN LATERAL (
        SELECT {_DECLARED} FROM known_declaration k WHERE k.institution_id = i.id AND k.cycle_year = $2) d
    WHERE i.filing_body_path @> ARRAY[$1::uuid] AND ($3::uuid IS NULL OR i.filing_body_path @> ARRAY[$3::uuid])
      AND (NOT $6 OR i.filing_body_id = coalesce($3, $1::uuid))
      AND {_IN_LIBRARY} AND ($4::uuid IS NULL OR i.id > $4)
) AS line
WHERE ($5::text IS NULL OR line.standing = $5) AND ($8::text IS NULL OR $8 = ANY (line.lacks))
  AND ($9::date IS NULL OR line.licence_valid_to < $9)
"""
_SELECT_PAGE: Final = f"{_FILTERED} ORDER BY line.id LIMIT $10"
_COUNT: Final = f"SELECT count(*) FROM ({_FILTERED} LIMIT $10) AS counted"


@dataclass(frozen=True, slots=True)
class SupervisionFilter:
    """Which lines: of one body with all below it, or of the whole jurisdiction; `direct`: only what files with the body
    itself; `lacking`: where that field is empty; `ended_before`: whose licence ran out. None does not filter."""

    standing: Standing | None
    cycle_year: int
    body_id: UUID | None
    direct: bool = False
    lacking: RequiredField | None = None
    ended_before: date | None = None


async def select_standings(reader: Reader, scope_id: UUID, body_id: UUID, cycle_year: int) -> list[BodyStandings]:
    """The body looked at first (what files with it directly), then each body right below with all of its subtree.
    Raises NotFound for a body outside the jurisdiction."""
    counts: dict[UUID, dict[Standing, int]] = {}
    for row in await reader.fetch(_COUNT_STANDINGS, scope_id, cycle_year, body_id):
        counts.setdefault(row["body_id"], {})[row["standing"]] = row["institutions"]
    bodies = await _bodies(reader, scope_id, body_id)
    return [BodyStandings(b["id"], b["name"], b["level"], counts.get(b["id"], {})) for b in bodies]


async def select_completeness(reader: Reader, scope_id: UUID, body_id: UUID, today: date) -> list[BodyCompleteness]:
    """The same bodies with what is missing in their parts of the library. Raises NotFound."""
    rows = await reader.fetch(_COUNT_COMPLETE, scope_id, sorted(WITHOUT_LICENCE), today, body_id)
    counted = {row["body_id"]: row for row in rows}
    return [_completeness(body, counted.get(body["id"])) for body in await _bodies(reader, scope_id, body_id)]


async def select_page(
    reader: Reader, scope_id: UUID, wanted: SupervisionFilter, after: UUID | None, limit: int
) -> list[SupervisedInstitution]:
    """Institutions that stand there, in the order of their creation."""
    return [_line(row) for row in await reader.fetch(_SELECT_PAGE, *_arguments(scope_id, wanted, after, limit))]


async def count(reader: Reader, scope_id: UUID, wanted: SupervisionFilter, most: int) -> int:
    """How many there are; stops counting behind `most`."""
    number: int = await reader.fetchval(_COUNT, *_arguments(scope_id, wanted, None, most + 1))
    return number


def _arguments(scope_id: UUID, wanted: SupervisionFilter, after: UUID | None, limit: int) -> tuple[object, ...]:
    place = (scope_id, wanted.cycle_year, wanted.body_id, after, wanted.standing, wanted.direct)
    return (*place, sorted(WITHOUT_LICENCE), wanted.lacking, wanted.ended_before, limit)


def _line(row: Row) -> SupervisedInstitution:
    return SupervisedInstitution(
        institution=institution_of(row),
        standing=row["standing"],
        records=row["records"],
        approved=row["approved"],
        filed=row["filed"],
        body_name=row["body_name"],
        lacks=tuple(row["lacks"]),
    )


async def _bodies(reader: Reader, scope_id: UUID, body_id: UUID) -> list[Any]:
    found: list[Any] = await reader.fetch(_BODIES, scope_id, body_id)
    if not found:
        raise NotFound
    return found


def _completeness(body: Any, row: Any) -> BodyCompleteness:
    found = row or dict.fromkeys((*_LACKS, "institutions", "complete", "licence_ended"), 0)
    return BodyCompleteness(
        body_id=body["id"],
        name=body["name"],
        level=body["level"],
        institutions=found["institutions"],
        complete=found["complete"],
        licence_ended=found["licence_ended"],
        missing={name: found[name] for name in _LACKS if found[name]},
    )
