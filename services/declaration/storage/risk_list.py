"""Hits as exam bodies read them: of institutions below them, the gravest first. Jurisdiction is in the statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from services.declaration.domain.risk.rules import Subject
from services.declaration.storage.risk_hits import HitState
from shared.postgres.transaction import Reader, Row

# A body stands at one place of the path, as its level says: two of the three parts find nothing, and each that finds
# something is read in the order of its index, a page and no more.
_CONDITIONS: Final = """
    h.cycle_id = $2 AND h.state = $3 AND ($4::text IS NULL OR h.rule = $4)
    AND ($5::uuid IS NULL OR h.institution_id = $5) AND ($6::uuid[] IS NULL OR h.person_id = ANY ($6))
    AND ($7::int IS NULL OR (h.score, h.id) < ($7, $8::uuid))
ORDER BY h.score DESC, h.id DESC LIMIT $9
"""
_SELECT_PAGE: Final = f"""
SELECT h.*, i.name AS institution_name, p.name_masked, p.document_no_masked
FROM (
    (SELECT h.* FROM risk_hit h WHERE h.body_path[1] = $1::uuid AND {_CONDITIONS})
    UNION ALL (SELECT h.* FROM risk_hit h WHERE h.body_path[2] = $1::uuid AND {_CONDITIONS})
    UNION ALL (SELECT h.* FROM risk_hit h WHERE h.body_path[3] = $1::uuid AND {_CONDITIONS})
) h
LEFT JOIN known_institution i ON i.institution_id = h.institution_id
LEFT JOIN known_person p ON p.person_id = h.person_id
ORDER BY h.score DESC, h.id DESC LIMIT $9
"""
_SELECT_IN_SCOPE: Final = """
SELECT h.*, i.name AS institution_name, p.name_masked, p.document_no_masked
FROM risk_hit h
LEFT JOIN known_institution i ON i.institution_id = h.institution_id
LEFT JOIN known_person p ON p.person_id = h.person_id
WHERE h.id = $1 AND h.body_path @> ARRAY[$2::uuid]
"""
_SELECT_PEOPLE: Final = """
SELECT d.id AS declaration_id, d.number, d.institution_id, d.institution_name, p.name_masked, p.document_no_masked
FROM declaration d
JOIN known_institution i ON i.institution_id = d.institution_id AND i.filing_body_path @> ARRAY[$2::uuid]
LEFT JOIN known_person p ON p.person_id = d.person_id
WHERE d.id = ANY ($1::uuid[])
ORDER BY d.number
"""
_SELECT_PERSONS: Final = """
SELECT person_id FROM known_person WHERE name_index = ANY ($1::bytea[])
UNION SELECT person_id FROM known_person_document WHERE document_index = ANY ($2::bytea[])
LIMIT 200
"""


@dataclass(frozen=True, slots=True)
class HitRow:
    """A hit as read, its person masked; `evidence` is sealed."""

    id: UUID
    cycle_id: UUID
    rule: str
    subject_kind: Subject
    subject_id: UUID
    institution_id: UUID
    institution_name: str | None
    person_id: UUID | None
    name_masked: str | None
    document_no_masked: str | None
    state: HitState
    version: int
    score: int
    value: int
    thresholds_version: int
    evidence: bytes
    found_at: datetime
    cleared_at: datetime | None
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class Concerned:
    """Somebody whom a hit speaks of, masked."""

    declaration_id: UUID
    number: str | None
    institution_id: UUID
    institution_name: str
    name_masked: str | None
    document_no_masked: str | None


@dataclass(frozen=True, slots=True)
class HitFilter:
    """One state of one cycle; None does not filter."""

    cycle_id: UUID
    state: HitState = "open"
    rule: str | None = None
    institution_id: UUID | None = None
    person_ids: Sequence[UUID] | None = None


async def select_page(
    reader: Reader,
    exam_body_id: UUID | None,
    wanted: HitFilter,
    after: tuple[int | None, UUID | None],
    limit: int,
) -> list[HitRow]:
    """Hits below an exam body, the highest score first, then the newest."""
    people = None if wanted.person_ids is None else list(wanted.person_ids)
    filters = (wanted.cycle_id, wanted.state, wanted.rule, wanted.institution_id, people)
    return [_hit(row) for row in await reader.fetch(_SELECT_PAGE, exam_body_id, *filters, *after, limit)]


async def select_in_scope(reader: Reader, hit_id: UUID, exam_body_id: UUID | None) -> HitRow | None:
    """A hit below an exam body, or None."""
    row = await reader.fetchrow(_SELECT_IN_SCOPE, hit_id, exam_body_id)
    return None if row is None else _hit(row)


async def select_people(reader: Reader, declaration_ids: Sequence[UUID], exam_body_id: UUID | None) -> list[Concerned]:
    """Those of the people that declared below the exam body."""
    rows = await reader.fetch(_SELECT_PEOPLE, list(declaration_ids), exam_body_id)
    return [Concerned(**row) for row in rows]


async def select_persons(reader: Reader, names: Sequence[bytes], numbers: Sequence[bytes]) -> list[UUID]:
    """Who is called so, or has such a document; by keyed hashes."""
    return [row["person_id"] for row in await reader.fetch(_SELECT_PERSONS, list(names), list(numbers))]


def _hit(row: Row) -> HitRow:
    return HitRow(**{name: row[name] for name in HitRow.__slots__})
