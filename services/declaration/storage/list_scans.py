"""Tables list_scan_file, list_scan_page and list_seal_check: the sealed paper page by page (4.7, P7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from shared.postgres.transaction import Reader, Transaction

_INSERT_FILE: Final = """
INSERT INTO list_scan_file (id, list_id, object_key, sha256, file_kind, size, uploaded_by, uploaded_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""
_INSERT_PAGES: Final = """
INSERT INTO list_scan_page (list_id, page, file_id, position)
SELECT $1, n.page, $2, n.position FROM unnest($3::int[]) WITH ORDINALITY AS n (page, position)
"""
_SELECT_PAGES: Final = "SELECT page FROM list_scan_page WHERE list_id = $1"
_SELECT_FILES: Final = """
SELECT f.id, f.object_key, f.sha256, f.file_kind, f.size, f.uploaded_by, f.uploaded_at,
    coalesce(array_agg(p.page ORDER BY p.position) FILTER (WHERE p.page IS NOT NULL), '{}') AS pages
FROM list_scan_file f LEFT JOIN list_scan_page p ON p.file_id = f.id
WHERE f.list_id = $1 GROUP BY f.id ORDER BY min(p.page) NULLS FIRST, f.uploaded_at, f.id
"""
_DELETE_FILE: Final = "DELETE FROM list_scan_file WHERE id = $2 AND list_id = $1"
_DELETE_CHECKS: Final = "DELETE FROM list_seal_check WHERE list_id = $1"
_INSERT_CHECKS: Final = """
INSERT INTO list_seal_check (list_id, item, confirmed_by, confirmed_at)
SELECT $1, n.item, $3, $4 FROM unnest($2::text[]) AS n (item)
"""
_SELECT_CHECKS: Final = "SELECT item, confirmed_by, confirmed_at FROM list_seal_check WHERE list_id = $1 ORDER BY item"


@dataclass(frozen=True, slots=True)
class ScanFile:
    """One uploaded file; `sha256` in hex of the clear bytes, `file_kind` jpeg, png or pdf, `pages` of the list in the
    order of its sheets."""

    id: UUID
    object_key: str
    sha256: str
    file_kind: str
    size: int
    uploaded_by: UUID
    uploaded_at: datetime
    pages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SealCheck:
    """One confirmed point of the checklist."""

    item: str
    confirmed_by: UUID
    confirmed_at: datetime


async def insert_file(tx: Transaction, list_id: UUID, file: ScanFile) -> None:
    """A file and its pages. The caller holds the list's lock; pk__list_scan_page__list_id_page is the last guard."""
    await tx.execute(
        _INSERT_FILE,
        file.id,
        list_id,
        file.object_key,
        file.sha256,
        file.file_kind,
        file.size,
        file.uploaded_by,
        file.uploaded_at,
    )
    await tx.execute(_INSERT_PAGES, list_id, file.id, list(file.pages))


async def delete_file(tx: Transaction, list_id: UUID, file_id: UUID) -> bool:
    """Take a file off the list; False when it has none such. The stored object is left to the sweep of orphans."""
    return await tx.execute(_DELETE_FILE, list_id, file_id) == 1


async def select_pages(reader: Reader, list_id: UUID) -> frozenset[int]:
    """The pages that are there."""
    return frozenset(row["page"] for row in await reader.fetch(_SELECT_PAGES, list_id))


async def select_files(reader: Reader, list_id: UUID) -> list[ScanFile]:
    """All files, in the order of their pages."""
    rows = await reader.fetch(_SELECT_FILES, list_id)
    return [ScanFile(**dict(row) | {"pages": tuple(row["pages"])}) for row in rows]


async def insert_checks(tx: Transaction, list_id: UUID, items: Sequence[str], by: UUID, at: datetime) -> None:
    """The confirmed points; earlier ones are replaced."""
    await tx.execute(_DELETE_CHECKS, list_id)
    await tx.execute(_INSERT_CHECKS, list_id, list(items), by, at)


async def delete_checks(tx: Transaction, list_id: UUID) -> None:
    """The paper changed: nothing is confirmed any more."""
    await tx.execute(_DELETE_CHECKS, list_id)


async def select_checks(reader: Reader, list_id: UUID) -> list[SealCheck]:
    """What was confirmed, by whom and when."""
    return [SealCheck(**dict(row)) for row in await reader.fetch(_SELECT_CHECKS, list_id)]
