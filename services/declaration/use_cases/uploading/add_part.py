"""Add a part to an upload: its object was stored before the transaction, and counts with its commit (P17)."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from services.declaration.domain.upload_errors import OffsetDiffers, PartTooSmall, UploadOver
from services.declaration.storage import uploads
from services.declaration.storage.uploads import Upload
from shared.actor import Actor
from shared.postgres.transaction import Transaction

_LEAST_KILOBYTES: Final = 16


@dataclass(frozen=True, slots=True)
class StoredPart:
    """A part that lies in the bucket: where in the file it begins, its size in bytes, its own hash."""

    start_at: int
    size: int
    sha256: str
    object_key: str


async def add_part(
    tx: Transaction, declaration_id: UUID, upload_id: UUID, part: StoredPart, *, actor: Actor, now: datetime
) -> Upload:
    """The upload as it stands then. Raises NotFound, UploadOver, OffsetDiffers, PartTooSmall."""
    upload = await uploads.lock_own(tx, upload_id, declaration_id, actor.id)
    require_open(upload, now)
    require_offset(upload, part.start_at)
    require_size(upload, part.size)
    await uploads.insert_part(tx, upload, part.size, part.object_key)
    return replace(upload, received=upload.received + part.size)


def require_open(upload: Upload, now: datetime) -> None:
    """Raises UploadOver."""
    if upload.document_id is not None or upload.expires_at <= now:
        raise UploadOver


def require_offset(upload: Upload, start_at: int) -> None:
    """Raises OffsetDiffers with the offset that counts."""
    if start_at != upload.received:
        raise OffsetDiffers(offset=upload.received)


def require_size(upload: Upload, size: int) -> None:
    """`size` in bytes, of the next part; the last one is as short as it is. Raises PartTooSmall."""
    if size < min(_LEAST_KILOBYTES * 1024, upload.size - upload.received):
        raise PartTooSmall(least_kb=_LEAST_KILOBYTES)
