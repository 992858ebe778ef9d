"""Table qualified_list: one row per edition of an institution's list (4.7)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from services.declaration.domain.qualified_list import ListKind, ListState, QualifiedList
from services.declaration.storage.site_cycles import FILING_DEADLINE
from shared.postgres.transaction import Row, Transaction

_INSERT: Final = """
INSERT INTO qualified_list (id, institution_id, institution_name, cycle_id, exam_year, kind, edition, replaces_id,
    state, version, opened_by, opened_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'draft', 1, $9, $10, $10)
"""
_LOCK_OWN: Final = f"""
SELECT l.*, {FILING_DEADLINE}, c.state AS cycle_state
FROM qualified_list l JOIN cycle c ON c.id = l.cycle_id
WHERE l.id = $1 AND l.institution_id = $2 FOR UPDATE OF l
"""
_LOCK_IN_SCOPE: Final = f"""
SELECT l.*, {FILING_DEADLINE}, c.state AS cycle_state
FROM qualified_list l JOIN cycle c ON c.id = l.cycle_id
WHERE l.id = $1 AND l.filing_body_path @> ARRAY[$2::uuid] AND l.submitted_at IS NOT NULL FOR UPDATE OF l
"""
_LOCK_BEFORE_SUBMISSION: Final = f"""
SELECT l.*, {FILING_DEADLINE}, c.state AS cycle_state
FROM qualified_list l JOIN cycle c ON c.id = l.cycle_id
WHERE l.id = $1 AND l.filing_body_path @> ARRAY[$2::uuid] AND l.state IN ('generated', 'printed', 'sealed_uploaded')
FOR UPDATE OF l
"""
_LOCK_SAME_KIND: Final = """
SELECT l.id, l.kind, l.edition, l.state FROM qualified_list l
WHERE l.institution_id = $1 AND l.cycle_id = $2 AND l.state <> 'void' ORDER BY l.opened_at, l.id FOR UPDATE OF l
"""
_UPDATE_GENERATED: Final = """
UPDATE qualified_list SET state = 'generated', version = version + 1, number = $2, line_count = $3,
    provisional_count = $4, content_hash = $5, print_header = $6, institution_name = $7, filing_body_id = $8,
    filing_body_path = $9, generated_by = $10, generated_at = $11, updated_at = $11
WHERE id = $1 RETURNING version
"""
_UPDATE_PRINTED: Final = """
UPDATE qualified_list SET state = 'printed', version = version + 1, printed_by = $2, printed_at = $3, updated_at = $3
WHERE id = $1 RETURNING version
"""
_UPDATE_SCAN: Final = """
UPDATE qualified_list SET state = 'sealed_uploaded', version = version + 1, scan_sha256 = $2, scan_uploaded_by = $3,
    scan_uploaded_at = $4, updated_at = $4
WHERE id = $1 RETURNING version
"""
# A list whose scan changed after it was confirmed can not be handed in before it is confirmed again.
_UPDATE_SCAN_UNCONFIRMED: Final = """
UPDATE qualified_list SET scan_sha256 = NULL, version = version + 1, updated_at = $2
WHERE id = $1 RETURNING version
"""
_UPDATE_SUBMITTED: Final = """
UPDATE qualified_list SET state = 'submitted', version = version + 1, late = $2, submitted_by = $3, submitted_at = $4,
    updated_at = $4
WHERE id = $1 RETURNING version
"""
_UPDATE_DECIDED: Final = """
UPDATE qualified_list SET state = $2, version = version + 1, decided_by = $3, decided_at = $4, return_codes = $5,
    return_reasons = $6, updated_at = $4
WHERE id = $1 RETURNING version
"""
# A list on paper keeps its number and text; the version stays, since whoever works on it sees nothing change.
_UPDATE_FILING_BODIES: Final = """
UPDATE qualified_list l SET filing_body_id = k.filing_body_id, filing_body_path = k.filing_body_path
FROM known_institution k
WHERE k.institution_id = $1 AND l.institution_id = $1 AND l.filing_body_path <> k.filing_body_path
  AND l.state IN ('generated', 'printed', 'sealed_uploaded', 'submitted')
"""
_UPDATE_VOID: Final = """
UPDATE qualified_list SET state = 'void', version = version + 1, updated_at = $2 WHERE id = $1 RETURNING version
"""
_UPDATE_LATE_PERMITTED: Final = """
UPDATE qualified_list SET version = version + 1, late_permitted_by = $2, late_permitted_at = $3, updated_at = $3
WHERE id = $1 RETURNING version
"""
# Readiness of the file is progress, not a step of 4.7: the version that a reader holds stays good.
_UPDATE_RENDERED: Final = """
UPDATE qualified_list SET pdf_key = $2, pdf_sha256 = $3, page_count = $4 WHERE id = $1 AND state <> 'void'
"""


@dataclass(frozen=True, slots=True)
class LockedList:
    """A locked list with what its next step needs of the cycle. `filing_deadline` is exclusive."""

    entity: QualifiedList
    pdf_ready: bool
    filing_deadline: datetime
    cycle_state: str
    opened_by: UUID
    filing_body_path: tuple[UUID, ...]
    content_hash: str | None
    page_count: int | None
    seal_confirmed: bool


@dataclass(frozen=True, slots=True)
class Sibling:
    """Another list of the same institution and cycle."""

    id: UUID
    kind: ListKind
    edition: int
    state: ListState


async def insert_draft(tx: Transaction, draft: QualifiedList, replaces_id: UUID | None, by: UUID, at: datetime) -> None:
    """A new draft. Raises asyncpg.UniqueViolationError (uq__qualified_list__open) when one is open."""
    await tx.execute(
        _INSERT,
        draft.id,
        draft.institution_id,
        draft.institution_name,
        draft.cycle_id,
        draft.exam_year,
        draft.kind,
        draft.edition,
        replaces_id,
        by,
        at,
    )


async def lock_own(tx: Transaction, list_id: UUID, institution_id: UUID | None) -> LockedList | None:
    """The institution's own list, locked; None outside its jurisdiction."""
    return _locked(await tx.fetchrow(_LOCK_OWN, list_id, institution_id))


async def lock_in_scope(tx: Transaction, list_id: UUID, exam_body_id: UUID | None) -> LockedList | None:
    """A list handed in below an exam body, locked; None outside its jurisdiction."""
    return _locked(await tx.fetchrow(_LOCK_IN_SCOPE, list_id, exam_body_id))


async def lock_before_submission(tx: Transaction, list_id: UUID, exam_body_id: UUID | None) -> LockedList | None:
    """A frozen list below an exam body that is not handed in yet, locked; None outside its jurisdiction."""
    return _locked(await tx.fetchrow(_LOCK_BEFORE_SUBMISSION, list_id, exam_body_id))


async def lock_siblings(tx: Transaction, institution_id: UUID, cycle_id: UUID) -> list[Sibling]:
    """All lists of an institution and cycle that are not void, oldest first, locked."""
    rows = await tx.fetch(_LOCK_SAME_KIND, institution_id, cycle_id)
    return [Sibling(row["id"], row["kind"], row["edition"], ListState(row["state"])) for row in rows]


@dataclass(frozen=True, slots=True)
class Generated:
    """What freezing a list writes on it; `print_header` is sealed for its row."""

    number: str
    lines: int
    provisional: int
    content_hash: str
    print_header: bytes
    institution_name: str
    filing_body_id: UUID
    filing_body_path: tuple[UUID, ...]


async def update_generated(tx: Transaction, list_id: UUID, frozen: Generated, by: UUID, at: datetime) -> int:
    """Freeze; the new version."""
    version: int = await tx.fetchval(
        _UPDATE_GENERATED,
        list_id,
        frozen.number,
        frozen.lines,
        frozen.provisional,
        frozen.content_hash,
        frozen.print_header,
        frozen.institution_name,
        frozen.filing_body_id,
        list(frozen.filing_body_path),
        by,
        at,
    )
    return version


async def update_printed(tx: Transaction, list_id: UUID, by: UUID, at: datetime) -> int:
    """Mark as printed; the new version."""
    version: int = await tx.fetchval(_UPDATE_PRINTED, list_id, by, at)
    return version


async def update_scan(tx: Transaction, list_id: UUID, sha256: str, by: UUID, at: datetime) -> int:
    """The scan is complete and its seal confirmed; the new version."""
    version: int = await tx.fetchval(_UPDATE_SCAN, list_id, sha256, by, at)
    return version


async def update_scan_unconfirmed(tx: Transaction, list_id: UUID, at: datetime) -> int:
    """What was confirmed of the scan does not hold any more; the new version."""
    version: int = await tx.fetchval(_UPDATE_SCAN_UNCONFIRMED, list_id, at)
    return version


async def update_submitted(tx: Transaction, list_id: UUID, late: bool, by: UUID, at: datetime) -> int:
    """Hand in; the new version."""
    version: int = await tx.fetchval(_UPDATE_SUBMITTED, list_id, late, by, at)
    return version


async def update_accepted(tx: Transaction, list_id: UUID, by: UUID, at: datetime) -> int:
    """Accept; the new version."""
    version: int = await tx.fetchval(_UPDATE_DECIDED, list_id, "accepted", by, at, [], None)
    return version


async def update_returned(
    tx: Transaction, list_id: UUID, codes: list[str], reasons: bytes, by: UUID, at: datetime
) -> int:
    """Send back with sealed reasons; the new version."""
    version: int = await tx.fetchval(_UPDATE_DECIDED, list_id, "returned", by, at, codes, reasons)
    return version


async def update_void(tx: Transaction, list_id: UUID, at: datetime) -> int:
    """Discard; the new version."""
    version: int = await tx.fetchval(_UPDATE_VOID, list_id, at)
    return version


async def update_filing_bodies(tx: Transaction, institution_id: UUID) -> None:
    """Let an institution's undecided lists follow it to the body that it files with, as known here."""
    await tx.execute(_UPDATE_FILING_BODIES, institution_id)


async def update_late_permitted(tx: Transaction, list_id: UUID, by: UUID, at: datetime) -> int:
    """Let it be handed in after the deadline; the new version."""
    version: int = await tx.fetchval(_UPDATE_LATE_PERMITTED, list_id, by, at)
    return version


async def update_rendered(tx: Transaction, list_id: UUID, key: str, sha256: str, pages: int) -> None:
    """Attach the rendered file of so many pages, unless the list was discarded meanwhile."""
    await tx.execute(_UPDATE_RENDERED, list_id, key, sha256, pages)


def _locked(row: Row | None) -> LockedList | None:
    if row is None:
        return None
    entity = QualifiedList(
        id=row["id"],
        institution_id=row["institution_id"],
        institution_name=row["institution_name"],
        cycle_id=row["cycle_id"],
        exam_year=row["exam_year"],
        kind=row["kind"],
        edition=row["edition"],
        state=ListState(row["state"]),
        version=row["version"],
        number=row["number"],
        lines=row["line_count"],
        filing_body_id=row["filing_body_id"],
        late_permitted=row["late_permitted_at"] is not None,
    )
    return LockedList(
        entity=entity,
        pdf_ready=row["pdf_key"] is not None,
        filing_deadline=row["filing_deadline"],
        cycle_state=row["cycle_state"],
        opened_by=row["opened_by"],
        filing_body_path=tuple(row["filing_body_path"]),
        content_hash=row["content_hash"],
        page_count=row["page_count"],
        seal_confirmed=row["scan_sha256"] is not None,
    )
