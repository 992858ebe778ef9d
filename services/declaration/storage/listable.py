"""Who may go on a list now: approved, evaluated on what is declared, on no other open list (B13, 4.7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from shared.postgres.transaction import Row, Transaction

_LOCK: Final = """
SELECT d.id
FROM declaration d JOIN evaluation e ON e.declaration_id = d.id
WHERE d.institution_id = $1 AND d.cycle_id = $2 AND d.state = 'approved' AND d.submission = e.submission
  AND e.state = ANY($3::text[])
ORDER BY d.id FOR UPDATE OF d
"""
# A statement of its own after the locks: only then it sees what a parallel generation has committed.
_SELECT: Final = """
SELECT d.id, d.number, d.submission, d.person_id, d.exam_level, d.exam_category_code, k.name_zh AS category_name,
    s.content, e.id AS evaluation_id, e.state AS evaluation_state, e.months_counted, e.certificate_no, e.decided_at
FROM declaration d
JOIN evaluation e ON e.declaration_id = d.id AND e.submission = d.submission
JOIN declaration_snapshot s ON s.declaration_id = d.id AND s.submission = d.submission
LEFT JOIN LATERAL (
    SELECT c.name_zh FROM exam_category c
    WHERE c.catalogue_version = d.catalogue_version AND c.code = d.exam_category_code ORDER BY c.valid_from DESC LIMIT 1
) k ON true
WHERE d.id = ANY($1::uuid[]) AND d.state = 'approved' AND e.state = ANY($2::text[]) AND NOT EXISTS (
    SELECT FROM list_line n JOIN qualified_list l ON l.id = n.list_id
    WHERE n.declaration_id = d.id AND n.live AND l.state <> 'accepted'
)
ORDER BY d.exam_level DESC, d.exam_category_code, d.number
"""
_LOCK_ISSUER: Final = """
SELECT i.name, i.credit_code, i.registration_no, i.division_code, i.address, i.profile_complete, i.state,
    i.filing_body_id, i.filing_body_path, b.name AS filing_body_name
FROM known_institution i LEFT JOIN known_exam_body b ON b.exam_body_id = i.filing_body_id
WHERE i.institution_id = $1 FOR SHARE OF i
"""


@dataclass(frozen=True, slots=True)
class Listable:
    """One person who can be listed. `content`, the snapshot, is sealed."""

    id: UUID
    number: str
    submission: int
    person_id: UUID
    exam_level: str
    exam_category_code: str
    category_name: str
    content: bytes
    evaluation_id: UUID
    evaluation_state: str
    months_counted: int
    certificate_no: str | None
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class Issuer:
    """The institution that issues lists and certificates, and the exam body it files with."""

    name: str
    code: str
    division_code: str
    address: str
    profile_complete: bool
    state: str
    filing_body_id: UUID
    filing_body_path: tuple[UUID, ...]
    filing_body_name: str


async def lock_listable(
    tx: Transaction, institution_id: UUID, cycle_id: UUID, listable: Sequence[str]
) -> list[Listable]:
    """Lock everybody who is approved and evaluated, then read those who are free. Evaluation states in `listable`."""
    ids = [row["id"] for row in await tx.fetch(_LOCK, institution_id, cycle_id, list(listable))]
    if not ids:
        return []
    return [_listable(row) for row in await tx.fetch(_SELECT, ids, list(listable))]


async def lock_issuer(tx: Transaction, institution_id: UUID) -> Issuer | None:
    """The institution as this service knows it, or None while its event is on the way."""
    if (row := await tx.fetchrow(_LOCK_ISSUER, institution_id)) is None:
        return None
    return Issuer(
        name=row["name"],
        code=row["registration_no"] or row["credit_code"] or "",
        division_code=row["division_code"],
        address=row["address"] or "",
        profile_complete=row["profile_complete"],
        state=row["state"],
        filing_body_id=row["filing_body_id"],
        filing_body_path=tuple(row["filing_body_path"]),
        filing_body_name=row["filing_body_name"] or "",
    )


def _listable(row: Row) -> Listable:
    values = dict(row)
    values["category_name"] = values["category_name"] or values["exam_category_code"]
    return Listable(**values)
