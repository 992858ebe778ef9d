"""Begin an upload that comes in parts, or go on with one: a draft's file is never begun twice (P17)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.declaration.domain.declaration import require_editable
from services.declaration.domain.upload_errors import TooManyUploads
from services.declaration.storage import declarations, uploads
from services.declaration.storage.catalogues import CatalogueCache
from services.declaration.storage.uploads import Upload
from services.declaration.use_cases.uploading.kind_of_document import kind_of_document
from shared.actor import Actor
from shared.ids import new_id
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring
from shared.uploads.errors import UploadTooLarge

_MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Promise:
    """What is going to be sent: `size` in bytes, `sha256` in lower-case hex of the whole; `page_of` for a further page
    of a document."""

    kind: str
    period_id: UUID | None
    page_of: UUID | None
    file_name: str | None
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class UploadLimits:
    """`most` uploads of a draft at once, each up to `megabytes`, for `hours`."""

    most: int
    megabytes: int
    hours: int


async def begin_upload(
    tx: Transaction,
    declaration_id: UUID,
    promise: Promise,
    *,
    limits: UploadLimits,
    keyring: Keyring,
    catalogues: CatalogueCache,
    actor: Actor,
    now: datetime,
) -> Upload:
    """Raises NotFound, DeclarationNotEditable, DocumentKindUnknown, UploadTooLarge, TooManyUploads."""
    draft = await declarations.lock_own(tx, declaration_id, actor.id, None)
    require_editable(draft.state)
    await kind_of_document(tx, draft, promise.kind, catalogues=catalogues)
    if promise.size > limits.megabytes * _MEGABYTE:
        raise UploadTooLarge(limit_mb=limits.megabytes)
    begun = await uploads.select_open(tx, draft.id, actor.id, now)
    for one in begun:
        if _is(one, promise):
            return one
    if len(begun) >= limits.most:
        raise TooManyUploads(most=limits.most)
    upload_id = new_id()
    upload = Upload(
        id=upload_id,
        declaration_id=draft.id,
        kind=promise.kind,
        period_id=promise.period_id,
        page_of=promise.page_of,
        file_name=uploads.seal_file_name(keyring, upload_id, promise.file_name),
        size=promise.size,
        sha256=promise.sha256,
        received=0,
        created_at=now,
        expires_at=now + timedelta(hours=limits.hours),
        document_id=None,
    )
    await uploads.insert(tx, upload)
    return upload


def _is(begun: Upload, promise: Promise) -> bool:
    wanted = (promise.kind, promise.period_id, promise.page_of, promise.size, promise.sha256)
    return (begun.kind, begun.period_id, begun.page_of, begun.size, begun.sha256) == wanted
