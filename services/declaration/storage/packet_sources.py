"""What a decision packet is made of. Access is in the first statement: the person himself, or a body above the unit."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from shared.errors import NotFound
from shared.postgres.transaction import Reader, Row

_SELECT_ACCESSIBLE: Final = """
SELECT d.id, d.number, d.person_id, d.cycle_id, d.cycle_year, d.institution_id, d.institution_name, d.state, d.version,
       d.exam_level, d.exam_category_code, d.route, d.origin, d.submission, d.created_at, d.updated_at, d.submitted_at,
       d.decided_at,
       coalesce(i.filing_body_path, '{}') AS filing_body_path
FROM declaration d LEFT JOIN known_institution i ON i.institution_id = d.institution_id
WHERE d.id = $1 AND d.submission > 0 AND (d.person_id = $2 OR i.filing_body_path @> ARRAY[$3::uuid])
"""
# A submission shows what lay with the declaration at its moment.
_COUNT_FILES: Final = """
SELECT (SELECT count(*) FROM declaration_snapshot WHERE declaration_id = $1)
     + (SELECT coalesce(sum(f.page_count), 0) FROM declaration_document f WHERE f.declaration_id = $1
        AND EXISTS (SELECT FROM declaration_snapshot s WHERE s.declaration_id = f.declaration_id
                    AND s.submitted_at >= f.uploaded_at AND (f.deleted_at IS NULL OR s.submitted_at < f.deleted_at)))
"""
_SELECT_SNAPSHOTS: Final = """
SELECT submission, version, institution_id, catalogue_version, notice_version, submitted_at, content
FROM declaration_snapshot WHERE declaration_id = $1 ORDER BY submission
"""
_SELECT_EVALUATIONS: Final = """
SELECT id, submission, institution_id, state, version, months_counted, reason_code, opinion, decided_at, certificate_no,
       certified_at FROM evaluation WHERE declaration_id = $1 ORDER BY decided_at, id
"""
_SELECT_LISTS: Final = """
SELECT l.id, l.number, l.kind, l.edition, l.state, l.content_hash, l.pdf_sha256, l.scan_sha256, l.late, l.submitted_at,
       l.decided_at, n.line, n.submission, n.provisional, n.live
FROM list_line n JOIN qualified_list l ON l.id = n.list_id WHERE n.declaration_id = $1 ORDER BY l.opened_at, l.id
"""
_SELECT_NOTICES: Final = """
SELECT submission, step, told_at FROM review_notice WHERE declaration_id = $1 ORDER BY told_at, step
"""
# What messages about a declaration open, besides the declaration: ids that are given here. Earlier rows are not among
# them, as the candidate chooses theirs.
_SELECT_SUBJECTS: Final = """
SELECT ARRAY(SELECT id FROM evaluation WHERE declaration_id = $1 ORDER BY id) AS evaluations,
       ARRAY(SELECT DISTINCT list_id FROM list_line WHERE declaration_id = $1 ORDER BY list_id) AS lists
"""
# Each entry with the digest that it was chained to.
_SELECT_ENTRIES: Final = """
SELECT e.lane, e.sequence, e.entry, e.digest, p.digest AS previous
FROM audit_entry e LEFT JOIN audit_entry p ON p.lane = e.lane AND p.sequence = e.sequence - 1
WHERE e.subject_id = ANY ($1::uuid[]) AND e.action <> ALL ($2::text[])
ORDER BY e.entry::jsonb ->> 'at', e.lane, e.sequence
"""


@dataclass(frozen=True, slots=True)
class Sources:
    """Rows as they are kept; contents, opinions and reasons are sealed."""

    declaration: dict[str, Any]
    snapshots: list[dict[str, Any]]
    evaluations: list[dict[str, Any]]
    lists: list[dict[str, Any]]
    notices: list[dict[str, Any]]
    entries: list[dict[str, Any]]


async def select_accessible(
    reader: Reader, declaration_id: UUID, person_id: UUID | None, scope_id: UUID | None
) -> dict[str, Any]:
    """One that was handed in, of the person himself or of a unit below the body. Raises NotFound."""
    row: Row | None = await reader.fetchrow(_SELECT_ACCESSIBLE, declaration_id, person_id, scope_id)
    if row is None:
        raise NotFound
    return dict(row)


async def count_files(reader: Reader, declaration_id: UUID) -> int:
    """How many submissions there are, and pages of the documents that were handed in with them."""
    return int(await reader.fetchval(_COUNT_FILES, declaration_id))


async def select_subjects(reader: Reader, declaration_id: UUID) -> tuple[list[UUID], list[UUID]]:
    """(evaluations, lists) of a declaration."""
    (row,) = await reader.fetch(_SELECT_SUBJECTS, declaration_id)
    return row["evaluations"], row["lists"]


async def select_sources(reader: Reader, declaration: dict[str, Any], withheld: Sequence[str]) -> Sources:
    """Everything around a declaration that was selected before; but for audit entries of actions that are withheld."""
    subject = declaration["id"]
    evaluations = [dict(row) for row in await reader.fetch(_SELECT_EVALUATIONS, subject)]
    subjects = [subject, *(one["id"] for one in evaluations)]
    return Sources(
        declaration,
        [dict(row) for row in await reader.fetch(_SELECT_SNAPSHOTS, subject)],
        evaluations,
        [dict(row) for row in await reader.fetch(_SELECT_LISTS, subject)],
        [dict(row) for row in await reader.fetch(_SELECT_NOTICES, subject)],
        [dict(row) for row in await reader.fetch(_SELECT_ENTRIES, subjects, list(withheld))],
    )
