"""Fills a migrated database with an exam year of so many declarations, by the database itself: rows as the services
write them in number, size and spread; what is sealed in them is as long as it would be and opens for nobody."""

from typing import Any, Final
from uuid import UUID

import asyncpg

from shared.ids import new_id

PER_UNIT: Final = 25
LARGEST: Final = 500
"""People of the largest unit, which is the one that is asked."""
LARGEST_UNIT: Final = UUID(int=0x7000_8000_0000_0000_0000 + 1)

# The largest unit's people stand all over the table, as people who declare at different hours do. Of twenty rows
# 8 wait, 2 are under review, 7 approved, 1 returned, 2 are drafts, in every unit.
_PLANNED: Final = """
CREATE TEMPORARY TABLE planned AS
SELECT n, lpad(to_hex(n), 32, '0')::uuid AS id,
       CASE WHEN n % {apart} = 0 THEN '{largest_unit}'::uuid
            ELSE ('00000000-0000-7000-9000-' || lpad(to_hex(n / {per_unit}), 12, '0'))::uuid END AS unit,
       CASE WHEN kind < 8 THEN 'submitted' WHEN kind < 10 THEN 'under_review' WHEN kind < 17 THEN 'approved'
            WHEN kind < 18 THEN 'returned' ELSE 'draft' END AS state,
       now() - interval '9 days' + n * interval '9 days' / {count} AS at
FROM generate_series(1, {count}) AS n, LATERAL (SELECT (n / 7 + n) % 20) AS spread (kind)
"""
_FILL: Final = (
    """
INSERT INTO known_institution (institution_id, version, state, name, institution_type, division_code, filing_body_id,
    filing_body_path, licence_valid_from, licence_valid_to, profile_complete)
SELECT unit, 1, 'active', '虚构第' || min(n) || '医院', 'general_hospital', '420102', $1::uuid, ARRAY[$1::uuid],
    '2015-01-01', '2035-01-01', true FROM planned GROUP BY unit
""",
    """
INSERT INTO known_person (person_id, version, identity, name_index, name_masked, document_type, document_no_masked,
    verified_at)
SELECT id, 1, decode(repeat(md5(n::text), 14), 'hex'), sha256(n::text::bytea), '虚*', 'resident_id',
    '420102********0000', at FROM planned WHERE $1::uuid IS NOT NULL
""",
    """
INSERT INTO known_person_document (document_index, person_id, document_type, version)
SELECT sha256(('d' || n)::bytea), id, 'resident_id', 1 FROM planned WHERE $1::uuid IS NOT NULL
""",
    """
INSERT INTO known_binding (binding_id, version, person_id, institution_id, institution_name, state, bound_at)
SELECT id, 1, id, unit, '虚构医院', 'active', at - interval '400 days' FROM planned WHERE $1::uuid IS NOT NULL
""",
    """
INSERT INTO declaration (id, number, person_id, cycle_id, cycle_year, institution_id, institution_name, state, version,
    exam_level, exam_category_code, route, origin, content, fresh_graduate, probation_months, submission,
    catalogue_version, notice_version, created_at, updated_at, submitted_at, decided_at, claimed_by, claimed_until)
SELECT id, CASE WHEN state <> 'draft' THEN 'D' || exam_year || '-9' || lpad(n::text, 8, '0') END, id, cycle_id,
    exam_year, unit,
    '虚构医院', state, 4, 'licensed_physician', '110', 'prescribed_education', 'candidate_declaration',
    decode(repeat(md5(n::text), 120), 'hex'), false, 14, CASE WHEN state = 'draft' THEN 0 ELSE 1 END,
    pinned, 1, at, at, CASE WHEN state <> 'draft' THEN at END,
    CASE WHEN state IN ('approved', 'returned') THEN at + interval '2 days' END,
    CASE WHEN state = 'under_review' THEN $1::uuid END,
    CASE WHEN state = 'under_review' THEN now() + interval '1 year' END
FROM planned, (SELECT id, year, catalogue_version FROM cycle) AS c (cycle_id, exam_year, pinned)
""",
    """
INSERT INTO declaration_snapshot (declaration_id, submission, version, institution_id, content, catalogue_version,
    notice_version, submitted_at)
SELECT id, 1, 3, unit, decode(repeat(md5(n::text), 140), 'hex'), 1, 1, at FROM planned
WHERE state <> 'draft' AND $1::uuid IS NOT NULL
""",
    """
INSERT INTO declaration_event (declaration_id, version, at, action, actor_id, role, from_state, to_state)
SELECT id, e.version, at, e.action, id, 'candidate', NULL, e.to_state FROM planned,
    (VALUES (1, 'create', 'draft'), (3, 'submit', 'submitted'), (4, 'approve', 'approved'))
        AS e (version, action, to_state)
WHERE (e.version = 1 OR (e.version = 3 AND state <> 'draft') OR state = 'approved') AND $1::uuid IS NOT NULL
""",
    """
INSERT INTO declaration_document (id, declaration_id, kind, object_key, sha256, size, file_kind, file_name, uploaded_at)
SELECT lpad(to_hex(n::bigint * 4 + k.place), 32, '0')::uuid, id, k.kind, id || k.kind, repeat('0', 64), 1000000,
    'jpeg', decode(repeat(md5(n::text), 4), 'hex'), at
FROM planned, (VALUES (1, 'diploma'), (2, 'photo')) AS k (place, kind) WHERE $1::uuid IS NOT NULL
""",
)
_TABLES: Final = (
    *("declaration", "declaration_snapshot", "declaration_event", "declaration_document"),
    *("known_person", "known_person_document", "known_binding", "known_institution"),
)


async def fill(dsn: str, count: int) -> None:
    """A year of `count` declarations; LARGEST of them lie with LARGEST_UNIT, the rest PER_UNIT with each other unit."""
    connection = await connect(dsn)
    await connection.execute("SET session_replication_role = replica; SET synchronous_commit = off")
    # allow built-sql: our own numbers
    planned = _PLANNED.format(apart=count // LARGEST, largest_unit=LARGEST_UNIT, per_unit=PER_UNIT, count=count)
    await connection.execute(planned)
    body = new_id()
    for part in _FILL:
        await connection.execute(part, body)
    for table in _TABLES:
        await connection.execute(f"VACUUM (ANALYZE) {table}")  # allow built-sql: names of our tables
    await connection.close()


async def connect(dsn: str) -> Any:
    """As the owner, in the service's schema, with time for large statements."""
    settings = {"search_path": "declaration,public", "jit": "off"}
    return await asyncpg.connect(dsn, server_settings=settings, command_timeout=7200)
