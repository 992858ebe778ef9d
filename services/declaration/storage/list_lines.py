"""Table list_line: who stands on which list, frozen. A declaration has at most one live line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from services.declaration.storage.timeline import REOPENING
from shared.postgres.transaction import Reader, Transaction

_INSERT: Final = """
INSERT INTO list_line (list_id, line, declaration_id, declaration_number, submission, evaluation_id, person_id,
    provisional, exam_level, exam_category_code, name_masked, document_no_masked, display, live)
SELECT $1, n.line, n.declaration_id, n.declaration_number, n.submission, n.evaluation_id, n.person_id, n.provisional,
    n.exam_level, n.exam_category_code, n.name_masked, n.document_no_masked, n.display, true
FROM unnest($2::int[], $3::uuid[], $4::text[], $5::int[], $6::uuid[], $7::uuid[], $8::bool[], $9::text[], $10::text[],
    $11::text[], $12::text[], $13::bytea[])
    AS n (line, declaration_id, declaration_number, submission, evaluation_id, person_id, provisional, exam_level,
        exam_category_code, name_masked, document_no_masked, display)
ON CONFLICT DO NOTHING
"""
_SELECT: Final = f"""
SELECT n.line, n.declaration_id, n.declaration_number, n.provisional, n.exam_level, n.exam_category_code,
    n.name_masked, n.document_no_masked, d.state AS declaration_state, e.months_counted, e.certificate_no,
    EXISTS (SELECT FROM declaration_event t WHERE t.declaration_id = n.declaration_id AND {REOPENING}) AS reopened,
    n.reason_code
FROM list_line n JOIN declaration d ON d.id = n.declaration_id JOIN evaluation e ON e.id = n.evaluation_id
WHERE n.list_id = $1 ORDER BY n.line
"""
_SELECT_DISPLAYS: Final = "SELECT line, display FROM list_line WHERE list_id = $1 ORDER BY line"
# In the order of ids, as every set of declarations is locked: two sets that overlap can not wait for each other.
_LOCK_STALE: Final = """
WITH held AS MATERIALIZED (
    SELECT n.line, d.state, d.submission = n.submission AS same_submission, n.evaluation_id, n.live
    FROM list_line n JOIN declaration d ON d.id = n.declaration_id
    WHERE n.list_id = $1 ORDER BY d.id FOR UPDATE OF d
)
SELECT h.line FROM held h JOIN evaluation e ON e.id = h.evaluation_id
WHERE NOT (h.live AND h.state = 'approved' AND h.same_submission AND e.state = ANY($2::text[]))
ORDER BY h.line
"""
_FILE: Final = """
WITH filed AS (
    UPDATE declaration d SET state = 'filed', version = d.version + 1, updated_at = $2
    FROM list_line n
    WHERE n.list_id = $1 AND n.live AND d.id = n.declaration_id AND d.state = 'approved'
    RETURNING d.id, d.version, d.number, d.person_id, n.provisional, n.line
), told AS (
    INSERT INTO declaration_event (declaration_id, version, at, action, actor_id, role, from_state, to_state)
    SELECT f.id, f.version, $2, 'file', $3, $4, 'approved', 'filed' FROM filed f
)
SELECT f.id, f.version, f.number, f.person_id, f.provisional FROM filed f ORDER BY f.line
"""
_RELEASE: Final = """
UPDATE list_line SET live = false, cancelling = false WHERE list_id = $1 AND (live OR cancelling)
"""
# Filed once and taken back by the exam body, reopened or revoked: the old line is history (Q10).
_RELEASE_REOPENED: Final = """
UPDATE list_line n SET live = false FROM qualified_list l
WHERE n.declaration_id = ANY($1::uuid[]) AND n.live AND l.id = n.list_id AND l.state = 'accepted'
"""
_SELECT_STATE_OF_LIST: Final = """
SELECT l.state FROM list_line n JOIN qualified_list l ON l.id = n.list_id WHERE n.declaration_id = $1 AND n.live
"""


@dataclass(frozen=True, slots=True)
class NewLine:
    """One frozen line; `display` is sealed for its place."""

    line: int
    declaration_id: UUID
    declaration_number: str
    submission: int
    evaluation_id: UUID
    person_id: UUID
    provisional: bool
    exam_level: str
    exam_category_code: str
    name_masked: str
    document_no_masked: str
    display: bytes


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line as shown: masked. `declaration_state` and `reopened` are today's, the rest was frozen."""

    line: int
    declaration_id: UUID
    declaration_number: str
    provisional: bool
    exam_level: str
    exam_category_code: str
    name_masked: str
    document_no_masked: str
    declaration_state: str
    months_counted: int
    certificate_no: str | None
    reopened: bool
    reason_code: str | None


@dataclass(frozen=True, slots=True)
class FiledDeclaration:
    """A declaration that acceptance has just filed; `version` is its new one."""

    id: UUID
    version: int
    number: str
    person_id: UUID
    provisional: bool


async def insert_lines(tx: Transaction, list_id: UUID, lines: Sequence[NewLine]) -> int:
    """Freeze lines; how many went in: fewer than given when somebody was taken by another list meanwhile."""
    return await tx.execute(
        _INSERT,
        list_id,
        [n.line for n in lines],
        [n.declaration_id for n in lines],
        [n.declaration_number for n in lines],
        [n.submission for n in lines],
        [n.evaluation_id for n in lines],
        [n.person_id for n in lines],
        [n.provisional for n in lines],
        [n.exam_level for n in lines],
        [n.exam_category_code for n in lines],
        [n.name_masked for n in lines],
        [n.document_no_masked for n in lines],
        [n.display for n in lines],
    )


async def select_lines(reader: Reader, list_id: UUID) -> list[LineRow]:
    """The lines of a list as they may be shown."""
    return [LineRow(**dict(row)) for row in await reader.fetch(_SELECT, list_id)]


async def select_displays(reader: Reader, list_id: UUID) -> list[tuple[int, bytes]]:
    """(line, sealed display data) in order, for the print role only."""
    return [(row["line"], row["display"]) for row in await reader.fetch(_SELECT_DISPLAYS, list_id)]


async def lock_stale_lines(tx: Transaction, list_id: UUID, listable: Sequence[str]) -> list[int]:
    """Lock the declarations of a list; the lines whose declaration or evaluation is not what was frozen any more."""
    return [row["line"] for row in await tx.fetch(_LOCK_STALE, list_id, list(listable))]


async def update_filed(tx: Transaction, list_id: UUID, by: UUID, role: str, at: datetime) -> list[FiledDeclaration]:
    """File every approved declaration of a list and write its timeline, in one statement, however many they are."""
    return [FiledDeclaration(**dict(row)) for row in await tx.fetch(_FILE, list_id, at, by, role)]


async def release_lines(tx: Transaction, list_id: UUID) -> int:
    """The people of a discarded or replaced list are free again; how many they were."""
    return await tx.execute(_RELEASE, list_id)


async def release_reopened(tx: Transaction, declaration_ids: Sequence[UUID]) -> None:
    """Declarations that were filed and taken back leave their old accepted list."""
    await tx.execute(_RELEASE_REOPENED, list(declaration_ids))


async def select_state_of_list(reader: Reader, declaration_id: UUID) -> str | None:
    """The state of the list on which a declaration stands now, or None. For the guard of allow_modification: call it
    after the declaration was locked, in a statement of its own."""
    state: str | None = await reader.fetchval(_SELECT_STATE_OF_LIST, declaration_id)
    return state
