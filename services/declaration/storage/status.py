"""What the national network is told of: look-ups on the primary by blind index, by id, and by exam site (4.10)."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Final
from uuid import UUID

from services.declaration.storage.known_exempt_people import ExemptFound
from shared.postgres.transaction import Reader, Row
from shared.security.blind_index import BlindIndex

# Of content only what decides about the answer: an active soldier's declaration is one of another channel (A17).
_COLUMNS: Final = """
d.id AS declaration_id, d.person_id, p.identity, p.name_masked, p.document_type, p.document_no_masked, d.cycle_year,
d.state, CASE WHEN d.state NOT IN ('approved', 'filed', 'lapsed', 'revoked') THEN d.content END AS content,
d.submission, d.exam_level, d.exam_category_code, d.route, d.institution_name,
coalesce(i.registration_no, i.credit_code) AS institution_code, s.code AS exam_site_code,
coalesce(CASE WHEN e.state NOT IN ('in_progress', 'due') THEN e.months_counted END, d.probation_months)
    AS months_counted,
e.certificate_no, e.state AS evaluation_state, CASE WHEN e.state = 'provisional_certified' THEN (
    SELECT c.completion_deadline FROM cycle c WHERE c.id = d.cycle_id) END AS completes_before,
greatest(d.updated_at, every.updated_at, choice.changed_at) AS updated_at,
d.version + every.versions + coalesce(choice.version, 0) AS record_version,
coalesce(choice.state = 'chosen' AND choice.exam_year = d.cycle_year, false) AS chose_exempt
"""
# Voided evaluations, those of earlier submissions or former units, and a choice of another year or taken back count for
# the version too: it only ever rises.
_BESIDE: Final = """
LEFT JOIN evaluation e ON e.declaration_id = d.id AND e.submission = d.submission AND e.state <> 'voided'
    AND e.institution_id = d.institution_id
CROSS JOIN LATERAL (
    SELECT coalesce(sum(v.version), 0)::bigint AS versions, max(v.updated_at) AS updated_at
    FROM evaluation v WHERE v.declaration_id = d.id
) every
LEFT JOIN known_exempt_person choice ON choice.person_id = d.person_id
LEFT JOIN known_institution i ON i.institution_id = d.institution_id
LEFT JOIN LATERAL (
    SELECT b.code FROM known_exam_body b WHERE b.exam_body_id = ANY(i.filing_body_path)
    ORDER BY CASE b.level WHEN 'site' THEN 0 WHEN 'point' THEN 1 ELSE 2 END LIMIT 1
) s ON true
"""
# Through every document the person was ever verified with. A document that was taken from a fraud is its true holder's:
# he comes first. Who declares elsewhere is found by number and name together: a number alone opens nothing. What
# somebody says of himself counts for a document only while nobody else has proved to hold it. A nonce is looked for by
# a subquery with a value: EXISTS may be answered by reading the whole log into a table of hashes.
_SELECT_CASES: Final = f"""
SELECT w.nonce_used, f.*, o.exempt_id, o.exempt_sealed, o.exempt_at, o.exempt_version
FROM (
    SELECT u.*, ($7::bytea[])[(u.place::int - 1) * $8::int + 1 : u.place::int * $8::int] AS indexes,
        (SELECT true FROM status_call c WHERE c.client_id = u.client_id AND c.nonce = u.nonce LIMIT 1) IS NOT NULL
            AS nonce_used
    FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::int[], $5::uuid[], $6::bool[]) WITH ORDINALITY
        AS u (client_id, nonce, document_type, exam_year, scope_id, compares, place)
) w
LEFT JOIN LATERAL (
    SELECT {_COLUMNS}, n.content AS handed_in, n.institution_name AS handed_in_to,
        coalesce(u.registration_no, u.credit_code) AS handed_in_to_code
    FROM known_person_document k
    JOIN known_person p ON p.person_id = k.person_id
    JOIN declaration d ON d.person_id = k.person_id AND d.cycle_year = w.exam_year
    {_BESIDE}
    LEFT JOIN declaration_snapshot n ON w.compares AND n.declaration_id = d.id AND n.submission = d.submission
    LEFT JOIN known_institution u ON u.institution_id = n.institution_id
    WHERE k.document_index = ANY (w.indexes) AND k.document_type = w.document_type
      AND (w.scope_id IS NULL OR i.filing_body_path @> ARRAY[w.scope_id])
    ORDER BY EXISTS (SELECT FROM known_revoked_person r WHERE r.person_id = k.person_id), d.updated_at DESC LIMIT 1
) f ON true
LEFT JOIN LATERAL (
    SELECT x.person_id AS exempt_id, x.person_sealed AS exempt_sealed, x.changed_at AS exempt_at,
        x.version AS exempt_version
    FROM known_exempt_person x
    WHERE x.document_index = ANY (w.indexes) AND x.document_type = w.document_type AND x.exam_year = w.exam_year
      AND x.state = 'chosen'
      AND (x.name_index IS NULL OR EXISTS (
            SELECT FROM unnest($9::bytea[], $10::int[]) AS h (name_index, place)
            WHERE h.place = w.place AND h.name_index = x.name_index))
      AND (w.scope_id IS NULL OR NOT EXISTS (
            SELECT FROM declaration d LEFT JOIN known_institution i ON i.institution_id = d.institution_id
            WHERE d.person_id = x.person_id AND d.cycle_year = w.exam_year
              AND (i.filing_body_path @> ARRAY[w.scope_id]) IS NOT TRUE))
      AND NOT EXISTS (SELECT FROM known_revoked_person r WHERE r.person_id = x.person_id)
      AND NOT EXISTS (SELECT FROM known_person_document k
            WHERE k.document_index = ANY (w.indexes) AND k.person_id <> x.person_id)
    ORDER BY x.changed_at LIMIT 1
) o ON true
ORDER BY w.place
"""
_NOT_COMPARED: Final = "NULL::bytea AS handed_in, NULL AS handed_in_to, NULL AS handed_in_to_code"
# By the code that is told of a record; the bodies of that code only find the institutions by their index.
_SELECT_SITE_PAGE: Final = f"""
SELECT {_COLUMNS}, {_NOT_COMPARED}
FROM declaration d LEFT JOIN known_person p ON p.person_id = d.person_id {_BESIDE}
WHERE d.cycle_year = $1
  AND s.code = $2
  AND i.filing_body_path && (SELECT array_agg(b.exam_body_id) FROM known_exam_body b WHERE b.code = $2)
  AND ($3::uuid IS NULL OR i.filing_body_path @> ARRAY[$3])
  AND ($4::uuid IS NULL OR d.id > $4)
ORDER BY d.id LIMIT $5
"""
_SELECT_RECORDS: Final = f"""
SELECT {_COLUMNS}, {_NOT_COMPARED}
FROM declaration d LEFT JOIN known_person p ON p.person_id = d.person_id {_BESIDE}
WHERE d.id = ANY ($1::uuid[]) AND ($2::uuid IS NULL OR i.filing_body_path @> ARRAY[$2])
"""


@dataclass(frozen=True, slots=True, repr=False)
class Wanted:
    """Whose record is looked for, by whom: `index` is the keyed hash of the number, `names` are those of the name as it
    may be spelled, `scope_id` is the client's exam body; without one a client asks about everybody. `compares`: what
    was handed in is wanted too."""

    client_id: UUID
    nonce: UUID
    document_type: str
    index: BlindIndex
    names: Sequence[BlindIndex]
    exam_year: int
    scope_id: UUID | None
    compares: bool


@dataclass(frozen=True, slots=True)
class Found:
    """A declaration of a person and year; `identity`, `content` and `handed_in` are sealed. `content` is there while
    nothing is decided; `identity` and masks are None while the person is not known here; `completes_before`
    is when a provisional certificate ends; `handed_in_to` is the unit at that time, None in submissions from before it
    was kept."""

    declaration_id: UUID
    person_id: UUID
    identity: bytes | None
    name_masked: str | None
    document_type: str | None
    document_no_masked: str | None
    cycle_year: int
    state: str
    content: bytes | None
    submission: int
    exam_level: str
    exam_category_code: str
    route: str
    institution_name: str
    institution_code: str | None
    exam_site_code: str | None
    months_counted: int | None
    certificate_no: str | None
    evaluation_state: str | None
    completes_before: datetime | None
    updated_at: datetime
    record_version: int
    chose_exempt: bool
    handed_in: bytes | None
    handed_in_to: str | None
    handed_in_to_code: str | None


@dataclass(frozen=True, slots=True)
class StatusCase:
    """What is known of one question."""

    nonce_used: bool
    found: Found | None
    exempt: ExemptFound | None


_FOUND: Final = tuple(one.name for one in fields(Found))


async def select_cases(reader: Reader, wanted: Sequence[Wanted]) -> list[StatusCase]:
    """One case per question, in their order, by one statement that looks the same for known and unknown people."""
    indexes = [index for one in wanted for index in one.index.known]
    names = [(form, place) for place, one in enumerate(wanted, 1) for name in one.names for form in name.known]
    rows = await reader.fetch(
        _SELECT_CASES,
        [one.client_id for one in wanted],
        [one.nonce for one in wanted],
        [one.document_type for one in wanted],
        [one.exam_year for one in wanted],
        [one.scope_id for one in wanted],
        [one.compares for one in wanted],
        indexes,
        len(indexes) // len(wanted),
        [form for form, _ in names],
        [place for _, place in names],
    )
    return [StatusCase(row["nonce_used"], _found(row), _exempt(row)) for row in rows]


async def select_site_page(
    reader: Reader, exam_year: int, site_code: str, scope_id: UUID | None, after: UUID | None, limit: int
) -> list[Found]:
    """Records of institutions under one exam site, by their ids; none for a site outside the client's scope."""
    rows = await reader.fetch(_SELECT_SITE_PAGE, exam_year, site_code, scope_id, after, limit)
    return [_record(row) for row in rows]


async def select_records(reader: Reader, ids: Sequence[UUID], scope_id: UUID | None) -> dict[UUID, Found]:
    """Those of the records that stand in the client's scope now."""
    rows = await reader.fetch(_SELECT_RECORDS, list(ids), scope_id)
    return {row["declaration_id"]: _record(row) for row in rows}


def _found(row: Row) -> Found | None:
    return None if row["declaration_id"] is None else _record(row)


def _record(row: Row) -> Found:
    return Found(**{name: row[name] for name in _FOUND})


def _exempt(row: Row) -> ExemptFound | None:
    if row["exempt_id"] is None:
        return None
    return ExemptFound(row["exempt_id"], row["exempt_sealed"], row["exempt_at"], row["exempt_version"])
