"""Rows of `upload` and `upload_part`: files that come in parts. How much was received is the sum of the parts whose
objects are stored, written in the transaction that acknowledges the last of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from services.declaration.storage.declarations import DATA_CLASS
from shared.errors import NotFound
from shared.postgres.transaction import Reader, Row, Transaction
from shared.security.keyring import Keyring
from shared.security.sealing import seal_text, unseal_text

PREFIX: Final = "parts"
"""Where in the bucket parts lie."""

_COLUMNS: Final = """
SELECT u.id, u.declaration_id, u.kind, u.period_id, u.page_of, u.file_name, u.size, u.sha256, u.received, u.created_at,
       u.expires_at, u.document_id
FROM upload u JOIN declaration d ON d.id = u.declaration_id
WHERE d.person_id = $1 AND u.declaration_id = $2
"""
_SELECT_OWN: Final = f"{_COLUMNS} AND u.id = $3"
_LOCK_OWN: Final = f"{_COLUMNS} AND u.id = $3 FOR UPDATE OF u"
_SELECT_OPEN: Final = f"{_COLUMNS} AND u.document_id IS NULL AND u.expires_at > $3 ORDER BY u.id LIMIT 100"
_INSERT: Final = """
INSERT INTO upload (id, declaration_id, kind, period_id, page_of, file_name, size, sha256, created_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""
_INSERT_PART: Final = """
WITH stored AS (
    INSERT INTO upload_part (upload_id, start_at, size, object_key) VALUES ($1, $2, $3, $4) RETURNING size
)
UPDATE upload SET received = received + stored.size FROM stored WHERE id = $1
"""
_SELECT_PARTS: Final = "SELECT object_key FROM upload_part WHERE upload_id = $1 ORDER BY start_at LIMIT $2"
_DELETE_ALL_PARTS: Final = "DELETE FROM upload_part WHERE upload_id = $1"
_DELETE_PARTS: Final = "DELETE FROM upload_part WHERE upload_id = $1 AND object_key = ANY($2::text[])"
_RESTART: Final = "UPDATE upload SET received = 0 WHERE id = $1"
_COMPLETE: Final = "UPDATE upload SET document_id = $2 WHERE id = $1"
_DELETE: Final = "DELETE FROM upload WHERE id = $1"
_EXPIRE: Final = "UPDATE upload SET expires_at = $2 WHERE id = $1"
_LOCK_OVER: Final = """
SELECT id FROM upload WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED
"""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file on its way; `size` and `received` in bytes, `sha256` in hex of the whole as the client promised it.
    `document_id` is what it became."""

    id: UUID
    declaration_id: UUID
    kind: str
    period_id: UUID | None
    page_of: UUID | None
    file_name: bytes
    size: int
    sha256: str
    received: int
    created_at: datetime
    expires_at: datetime
    document_id: UUID | None

    def open_file_name(self, keyring: Keyring) -> str | None:
        """What the candidate called it. Raises SealBroken."""
        return unseal_text(keyring, DATA_CLASS, _place(self.id), self.file_name) or None


def seal_file_name(keyring: Keyring, upload_id: UUID, file_name: str | None) -> bytes:
    """For the column: people put names into file names."""
    return seal_text(keyring, DATA_CLASS, _place(upload_id), file_name or "")


async def insert(tx: Transaction, upload: Upload) -> None:
    """One of which nothing was received yet."""
    await tx.execute(
        _INSERT,
        upload.id,
        upload.declaration_id,
        upload.kind,
        upload.period_id,
        upload.page_of,
        upload.file_name,
        upload.size,
        upload.sha256,
        upload.created_at,
        upload.expires_at,
    )


async def select_own(reader: Reader, upload_id: UUID, declaration_id: UUID, person_id: UUID) -> Upload:
    """Raises NotFound."""
    return _found(await reader.fetchrow(_SELECT_OWN, person_id, declaration_id, upload_id))


async def lock_own(tx: Transaction, upload_id: UUID, declaration_id: UUID, person_id: UUID) -> Upload:
    """Raises NotFound."""
    return _found(await tx.fetchrow(_LOCK_OWN, person_id, declaration_id, upload_id))


async def select_open(reader: Reader, declaration_id: UUID, person_id: UUID, now: datetime) -> list[Upload]:
    """Those of a declaration that may go on."""
    return [_found(row) for row in await reader.fetch(_SELECT_OPEN, person_id, declaration_id, now)]


async def insert_part(tx: Transaction, upload: Upload, size: int, object_key: str) -> None:
    """The next part of a locked upload, whose object is stored."""
    await tx.execute(_INSERT_PART, upload.id, upload.received, size, object_key)


async def select_part_keys(reader: Reader, upload_id: UUID, limit: int | None = None) -> list[str]:
    """Where the parts lie, in order: the first `limit` of them, or all."""
    return [row["object_key"] for row in await reader.fetch(_SELECT_PARTS, upload_id, limit)]


async def update_restarted(tx: Transaction, upload_id: UUID) -> None:
    """Nothing of a locked upload was received; its objects are swept."""
    await tx.execute(_DELETE_ALL_PARTS, upload_id)
    await tx.execute(_RESTART, upload_id)


async def update_completed(tx: Transaction, upload_id: UUID, document_id: UUID) -> None:
    """A locked upload became a document."""
    await tx.execute(_COMPLETE, upload_id, document_id)


async def update_expired(tx: Transaction, upload_id: UUID, at: datetime) -> None:
    """Nobody goes on with a locked upload."""
    await tx.execute(_EXPIRE, upload_id, at)


async def delete_parts(tx: Transaction, upload_id: UUID, keys: Sequence[str]) -> None:
    """Parts of a locked upload, by where they lay."""
    await tx.execute(_DELETE_PARTS, upload_id, list(keys))


async def delete(tx: Transaction, upload_id: UUID) -> None:
    """A locked upload without parts."""
    await tx.execute(_DELETE, upload_id)


async def lock_over(tx: Transaction, now: datetime, limit: int) -> list[UUID]:
    """Uploads whose time is over, except those somebody works on right now."""
    return [row["id"] for row in await tx.fetch(_LOCK_OVER, now, limit)]


def _found(row: Row | None) -> Upload:
    if row is None:
        raise NotFound
    return Upload(**row)


def _place(upload_id: UUID) -> str:
    return f"upload.file_name:{upload_id}"
