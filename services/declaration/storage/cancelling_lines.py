"""Lines of cancellation lists in list_line: each stands beside the accepted line that it takes back (4.7). They are
never `live`; while their list is under way they are `cancelling`, and a declaration has at most one such line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from services.declaration.storage.list_lines import NewLine
from shared.postgres.transaction import Transaction

# In the order of ids, as every set of declarations is locked.
_LOCK: Final = """
SELECT d.id FROM declaration d
WHERE d.id = ANY($1::uuid[]) AND d.institution_id = $2 AND d.cycle_id = $3 ORDER BY d.id FOR UPDATE OF d
"""
_SELECT: Final = """
SELECT n.list_id, n.line, n.declaration_id, n.declaration_number, n.submission, n.evaluation_id, n.person_id,
    n.provisional, n.exam_level, n.exam_category_code, n.name_masked, n.document_no_masked, n.display
FROM list_line n
JOIN qualified_list l ON l.id = n.list_id AND l.state = 'accepted' AND l.institution_id = $2 AND l.cycle_id = $3
JOIN declaration d ON d.id = n.declaration_id AND d.state = 'filed' AND d.submission = n.submission
WHERE n.declaration_id = ANY($1::uuid[]) AND n.live
ORDER BY n.exam_level DESC, n.exam_category_code, n.declaration_number
"""
_INSERT: Final = """
INSERT INTO list_line (list_id, line, declaration_id, declaration_number, submission, evaluation_id, person_id,
    provisional, exam_level, exam_category_code, name_masked, document_no_masked, display, live, cancelling,
    cancels_list_id, reason_code, reason_text)
SELECT $1, n.line, o.declaration_id, o.declaration_number, o.submission, o.evaluation_id, o.person_id, o.provisional,
    o.exam_level, o.exam_category_code, o.name_masked, o.document_no_masked, n.display, false, true, o.list_id,
    n.reason_code, n.reason_text
FROM unnest($2::int[], $3::uuid[], $4::int[], $5::bytea[], $6::text[], $7::bytea[])
    AS n (line, old_list_id, old_line, display, reason_code, reason_text)
JOIN list_line o ON o.list_id = n.old_list_id AND o.line = n.old_line
ON CONFLICT DO NOTHING
"""
_SELECT_NUMBERS: Final = """
SELECT number FROM declaration WHERE id = ANY($1::uuid[]) AND institution_id = $2 AND cycle_id = $3
    AND number IS NOT NULL ORDER BY number
"""
_SELECT_REASONS: Final = """
SELECT d.id, d.version, n.line, n.reason_code, n.reason_text
FROM list_line n JOIN declaration d ON d.id = n.declaration_id WHERE n.list_id = $1 AND n.cancelling
"""
_LOCK_STALE: Final = """
WITH held AS MATERIALIZED (
    SELECT n.line, n.cancelling, n.cancels_list_id, d.id, d.state, d.submission = n.submission AS same_submission
    FROM list_line n JOIN declaration d ON d.id = n.declaration_id
    WHERE n.list_id = $1 ORDER BY d.id FOR UPDATE OF d
)
SELECT h.line FROM held h
WHERE NOT (h.cancelling AND h.state = 'filed' AND h.same_submission AND EXISTS (
    SELECT FROM list_line o WHERE o.list_id = h.cancels_list_id AND o.declaration_id = h.id AND o.live))
ORDER BY h.line
"""
_REOPEN: Final = """
WITH reopened AS (
    UPDATE declaration d SET state = 'modification_allowed', version = d.version + 1, updated_at = $2,
        decided_by = NULL, decided_at = NULL,
        first_approved_by = NULL, first_approved_person_id = NULL, first_approved_at = NULL
    FROM list_line n
    WHERE n.list_id = $1 AND n.cancelling AND d.id = n.declaration_id AND d.state = 'filed'
    RETURNING d.id, d.version, d.number, d.person_id, n.reason_code, n.cancels_list_id, n.line
), told AS (
    INSERT INTO declaration_event (declaration_id, version, at, action, actor_id, role, from_state, to_state,
        reason_codes, reasons)
    SELECT r.id, r.version, $2, 'reopen', $3, $4, 'filed', 'modification_allowed', ARRAY[r.reason_code], s.reasons
    FROM reopened r LEFT JOIN unnest($5::uuid[], $6::bytea[]) AS s (declaration_id, reasons) ON s.declaration_id = r.id
), taken_back AS (
    UPDATE list_line o SET live = false FROM reopened r
    WHERE o.list_id = r.cancels_list_id AND o.declaration_id = r.id AND o.live
), done AS (
    UPDATE list_line n SET cancelling = false FROM reopened r WHERE n.list_id = $1 AND n.line = r.line
)
SELECT r.id, r.version, r.number, r.person_id, r.reason_code FROM reopened r ORDER BY r.line
"""


@dataclass(frozen=True, slots=True)
class AcceptedLine(NewLine):
    """A line that stands on an accepted list; `display` is sealed for its place there."""

    list_id: UUID


@dataclass(frozen=True, slots=True)
class NewCancellation:
    """A line that cancels another; `display` and `reason_text` are sealed for its own place."""

    line: int
    old_list_id: UUID
    old_line: int
    display: bytes
    reason_code: str
    reason_text: bytes


@dataclass(frozen=True, slots=True)
class CancelledFor:
    """Why a declaration of this `version` is about to be taken off; `reason_text` is sealed for its line."""

    id: UUID
    version: int
    line: int
    reason_code: str
    reason_text: bytes | None


@dataclass(frozen=True, slots=True)
class Reopened:
    """A declaration that acceptance has just taken off the filed ones; `version` is its new one."""

    id: UUID
    version: int
    number: str
    person_id: UUID
    reason_code: str


async def lock_accepted(
    tx: Transaction, declaration_ids: Sequence[UUID], institution_id: UUID, cycle_id: UUID
) -> list[AcceptedLine]:
    """Lock declarations, then read the accepted lines of those that are filed."""
    await tx.fetch(_LOCK, list(declaration_ids), institution_id, cycle_id)
    rows = await tx.fetch(_SELECT, list(declaration_ids), institution_id, cycle_id)
    return [AcceptedLine(**dict(row)) for row in rows]


async def insert_lines(tx: Transaction, list_id: UUID, lines: Sequence[NewCancellation]) -> int:
    """Freeze lines; fewer than given when somebody is being cancelled by another list already."""
    return await tx.execute(
        _INSERT,
        list_id,
        [one.line for one in lines],
        [one.old_list_id for one in lines],
        [one.old_line for one in lines],
        [one.display for one in lines],
        [one.reason_code for one in lines],
        [one.reason_text for one in lines],
    )


async def select_numbers(
    tx: Transaction, declaration_ids: Sequence[UUID], institution_id: UUID, cycle_id: UUID
) -> list[str]:
    """Receipt numbers of those that are the institution's, in their order."""
    return [row["number"] for row in await tx.fetch(_SELECT_NUMBERS, list(declaration_ids), institution_id, cycle_id)]


async def select_reasons(tx: Transaction, list_id: UUID) -> list[CancelledFor]:
    """Why each declaration of a cancellation is to be taken off; call it after they were locked."""
    return [CancelledFor(**dict(row)) for row in await tx.fetch(_SELECT_REASONS, list_id)]


async def lock_stale(tx: Transaction, list_id: UUID) -> list[int]:
    """Lock the declarations of a cancellation; the lines whose declaration is not filed as it was any more."""
    return [row["line"] for row in await tx.fetch(_LOCK_STALE, list_id)]


async def update_reopened(
    tx: Transaction, list_id: UUID, reasons: Mapping[UUID, bytes], by: UUID, role: str, at: datetime
) -> list[Reopened]:
    """Take everybody on a cancellation off the filed ones and off their accepted list, in one statement; `reasons` are
    sealed for the timeline, by declaration."""
    rows = await tx.fetch(_REOPEN, list_id, at, by, role, list(reasons), list(reasons.values()))
    return [Reopened(**dict(row)) for row in rows]
