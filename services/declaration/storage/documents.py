"""Rows of `declaration_document`: files that lie in the bucket. Deleted ones stay for the snapshots that show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from services.declaration.domain.facts import FileRef
from services.declaration.storage.declarations import DATA_CLASS
from shared.errors import NotFound
from shared.postgres.transaction import Reader, Row, Transaction
from shared.security.keyring import Keyring
from shared.security.sealing import seal_text, unseal_text
from shared.uploads.kinds import FileKind

OBJECT_CLASS: Final = "object"
PREFIX: Final = "declarations"
"""Where in the bucket these files lie."""

_SELECT_ALL: Final = """
SELECT id, declaration_id, kind, period_id, object_key, sha256, size, file_kind, file_name, uploaded_at,
       original_sha256, page_count
FROM declaration_document WHERE declaration_id = $1 AND deleted_at IS NULL ORDER BY id
"""
_SELECT: Final = """
SELECT id, declaration_id, kind, period_id, object_key, sha256, size, file_kind, file_name, uploaded_at,
       original_sha256, page_count
FROM declaration_document WHERE id = $1 AND declaration_id = $2 AND deleted_at IS NULL
"""
_SELECT_SNAPSHOT: Final = """
SELECT id, declaration_id, kind, period_id, object_key, sha256, size, file_kind, file_name, uploaded_at,
       original_sha256, page_count
FROM declaration_document WHERE declaration_id = $1 AND id = ANY ($2::uuid[]) ORDER BY id
"""
_INSERT: Final = """
INSERT INTO declaration_document (id, declaration_id, kind, period_id, object_key, sha256, size, file_kind, file_name,
                                  uploaded_at, original_sha256, page_count)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
"""
_UPDATE_PAGES: Final = """
UPDATE declaration_document
SET object_key = $2, sha256 = $3, size = $4, file_kind = $5, original_sha256 = $6, page_count = $7
WHERE id = $1
"""
_COUNT: Final = """
SELECT count(*) FROM declaration_document
WHERE declaration_id = $1 AND kind = $2 AND period_id IS NOT DISTINCT FROM $3::uuid AND deleted_at IS NULL
"""
_HAS_CERTIFICATE: Final = """
SELECT EXISTS (SELECT FROM declaration_document WHERE declaration_id = $1 AND period_id = $2
               AND kind = 'prior_certificate' AND deleted_at IS NULL)
"""
_DELETE: Final = """
UPDATE declaration_document SET deleted_at = $3 WHERE id = $1 AND declaration_id = $2 AND deleted_at IS NULL
"""
_DELETE_KINDS: Final = """
UPDATE declaration_document SET deleted_at = $3
WHERE declaration_id = $1 AND kind = ANY ($2::text[]) AND deleted_at IS NULL
"""
_DELETE_OF_GONE_PERIODS: Final = """
UPDATE declaration_document SET deleted_at = $3
WHERE declaration_id = $1 AND period_id IS NOT NULL AND period_id <> ALL ($2::uuid[]) AND deleted_at IS NULL
"""


@dataclass(frozen=True, slots=True)
class Document:
    """One file; `size` in bytes, `sha256` in hex of what is stored, `original_sha256` of what came, `file_name` sealed.

    Of several pages `object_key` and `file_kind` are the first one's, `size` is the sum, `sha256` that of the pages'
    hashes in their order; what came, the pages know."""

    id: UUID
    declaration_id: UUID
    kind: str
    period_id: UUID | None
    object_key: str
    sha256: str
    size: int
    file_kind: FileKind
    file_name: bytes
    uploaded_at: datetime
    original_sha256: str | None
    page_count: int

    def open_file_name(self, keyring: Keyring) -> str:
        """What the candidate called it. Raises SealBroken."""
        return unseal_text(keyring, DATA_CLASS, _place(self.id), self.file_name)

    @property
    def ref(self) -> FileRef:
        """What the rules ask of it."""
        return FileRef(self.id, self.kind, self.period_id)


def seal_file_name(keyring: Keyring, document_id: UUID, file_name: str) -> bytes:
    """For the column: people put names into file names."""
    return seal_text(keyring, DATA_CLASS, _place(document_id), file_name)


async def select_all(reader: Reader, declaration_id: UUID) -> list[Document]:
    """The files that lie with a declaration now."""
    return [_document(row) for row in await reader.fetch(_SELECT_ALL, declaration_id)]


async def select_snapshot(reader: Reader, declaration_id: UUID, document_ids: Sequence[UUID]) -> list[Document]:
    """The files of a submission, also those deleted since."""
    return [_document(row) for row in await reader.fetch(_SELECT_SNAPSHOT, declaration_id, list(document_ids))]


async def select(reader: Reader, document_id: UUID, declaration_id: UUID) -> Document:
    """Raises NotFound."""
    if (row := await reader.fetchrow(_SELECT, document_id, declaration_id)) is None:
        raise NotFound
    return _document(row)


async def select_has_certificate(reader: Reader, declaration_id: UUID, period_id: UUID) -> bool:
    """Whether the image of an earlier row's sealed certificate lies with the declaration (C4)."""
    found: bool = await reader.fetchval(_HAS_CERTIFICATE, declaration_id, period_id)
    return found


async def insert(tx: Transaction, document: Document) -> None:
    """A file whose object is stored."""
    await tx.execute(
        _INSERT,
        document.id,
        document.declaration_id,
        document.kind,
        document.period_id,
        document.object_key,
        document.sha256,
        document.size,
        document.file_kind.value,
        document.file_name,
        document.uploaded_at,
        document.original_sha256,
        document.page_count,
    )


async def update_pages(tx: Transaction, document: Document) -> None:
    """The pages of a document changed."""
    await tx.execute(
        _UPDATE_PAGES,
        document.id,
        document.object_key,
        document.sha256,
        document.size,
        document.file_kind.value,
        document.original_sha256,
        document.page_count,
    )


async def count(tx: Transaction, declaration_id: UUID, kind: str, period_id: UUID | None) -> int:
    """How many of a kind lie there, per row where the kind belongs to rows."""
    number: int = await tx.fetchval(_COUNT, declaration_id, kind, period_id)
    return number


async def delete(tx: Transaction, document_id: UUID, declaration_id: UUID, at: datetime) -> None:
    """Take a file away from the draft. Raises NotFound."""
    if not await tx.execute(_DELETE, document_id, declaration_id, at):
        raise NotFound


async def delete_orphans(
    tx: Transaction, declaration_id: UUID, kinds: Sequence[str], periods: Sequence[UUID], at: datetime
) -> int:
    """Take away files of kinds that the flags exclude (A29, A33), and of rows that are gone; how many."""
    gone = await tx.execute(_DELETE_KINDS, declaration_id, list(kinds), at) if kinds else 0
    return gone + await tx.execute(_DELETE_OF_GONE_PERIODS, declaration_id, list(periods), at)


def _document(row: Row) -> Document:
    return Document(**{**row, "file_kind": FileKind(row["file_kind"])})


def _place(document_id: UUID) -> str:
    return f"declaration_document.file_name:{document_id}"
