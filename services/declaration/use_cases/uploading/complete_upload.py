"""Complete an upload: what was assembled and inspected becomes a document as one sent whole does, once (A34, P17)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.declaration.domain.upload_errors import UploadUnfinished
from services.declaration.storage import declarations, documents, uploads
from services.declaration.storage.catalogues import CatalogueCache
from services.declaration.storage.documents import Document
from services.declaration.use_cases.drafting.add_page import add_page
from services.declaration.use_cases.drafting.attach_document import StoredFile, attach_document
from services.declaration.use_cases.uploading.add_part import require_open
from shared.actor import Actor
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring


@dataclass(frozen=True, slots=True)
class Assembled:
    """`file` is None when the upload had been completed before; `sha256` of the whole as it was promised."""

    upload_id: UUID
    sha256: str
    file: StoredFile | None


async def complete_upload(
    tx: Transaction,
    declaration_id: UUID,
    assembled: Assembled,
    *,
    most_pages: int,
    keyring: Keyring,
    catalogues: CatalogueCache,
    actor: Actor,
    now: datetime,
) -> tuple[Document, int]:
    """The document and the declaration's version; the same again when it was completed before. Raises NotFound,
    UploadOver, UploadUnfinished, and what attach_document and add_page raise."""
    # The declaration first: whoever changes a draft locks it before anything in it.
    draft = await declarations.lock_own(tx, declaration_id, actor.id, None)
    upload = await uploads.lock_own(tx, assembled.upload_id, declaration_id, actor.id)
    if upload.document_id is not None:
        return await documents.select(tx, upload.document_id, declaration_id), draft.version
    require_open(upload, now)
    if assembled.file is None or upload.received < upload.size:
        raise UploadUnfinished(offset=upload.received, size=upload.size)
    if upload.page_of is not None:
        document, version = await add_page(
            tx,
            declaration_id,
            upload.page_of,
            assembled.file,
            most=most_pages,
            keyring=keyring,
            actor=actor,
            now=now,
        )
    else:
        document, version = await attach_document(
            tx, declaration_id, assembled.file, keyring=keyring, catalogues=catalogues, actor=actor, now=now
        )
    await uploads.update_completed(tx, upload.id, document.id)
    return document, version
