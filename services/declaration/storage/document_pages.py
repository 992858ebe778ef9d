"""Rows of `document_page`: the photos that make one document, in order. A document of one file has no rows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from services.declaration.storage.documents import Document
from shared.postgres.transaction import Reader, Transaction
from shared.uploads.kinds import FileKind

_SELECT: Final = """
SELECT page_id, position, object_key, sha256, original_sha256, size, file_kind, uploaded_at
FROM document_page WHERE document_id = $1 ORDER BY position
"""
_DELETE: Final = "DELETE FROM document_page WHERE document_id = $1"
_INSERT: Final = """
INSERT INTO document_page (document_id, page_id, position, object_key, sha256, original_sha256, size, file_kind,
                           uploaded_at)
SELECT $1, * FROM unnest($2::uuid[], $3::integer[], $4::text[], $5::text[], $6::text[], $7::integer[], $8::text[],
                         $9::timestamptz[])
"""


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """One page, the first has `position` 1; `sha256` of what is stored, `original_sha256` of what came."""

    page_id: UUID
    position: int
    object_key: str
    sha256: str
    original_sha256: str | None
    size: int
    file_kind: FileKind
    uploaded_at: datetime


async def select_all(reader: Reader, document: Document) -> list[DocumentPage]:
    """In order; a document of one file is its own only page."""
    rows = await reader.fetch(_SELECT, document.id)
    if rows:
        return [DocumentPage(**{**row, "file_kind": FileKind(row["file_kind"])}) for row in rows]
    return [
        DocumentPage(
            document.id,
            1,
            document.object_key,
            document.sha256,
            document.original_sha256,
            document.size,
            document.file_kind,
            document.uploaded_at,
        )
    ]


async def insert(tx: Transaction, document_id: UUID, pages: Sequence[DocumentPage]) -> None:
    """Pages of a document that has none, in this order."""
    numbered = [replace(page, position=number) for number, page in enumerate(pages, 1)]
    columns = (
        [one.page_id for one in numbered],
        [one.position for one in numbered],
        [one.object_key for one in numbered],
        [one.sha256 for one in numbered],
        [one.original_sha256 for one in numbered],
        [one.size for one in numbered],
        [one.file_kind.value for one in numbered],
        [one.uploaded_at for one in numbered],
    )
    await tx.execute(_INSERT, document_id, *columns)


async def delete_all(tx: Transaction, document_id: UUID) -> None:
    """Before they are written in another order; objects of pages that do not come back are swept."""
    await tx.execute(_DELETE, document_id)
