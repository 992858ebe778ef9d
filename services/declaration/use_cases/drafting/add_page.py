"""Add a photo to a document as its last page (A34)."""

from datetime import datetime
from uuid import UUID

from services.declaration.domain.declaration import require_editable
from services.declaration.domain.page_errors import PagesArePictures, TooManyPages
from services.declaration.storage import declarations, document_pages, documents
from services.declaration.storage.document_pages import DocumentPage
from services.declaration.storage.documents import Document
from services.declaration.use_cases.drafting.attach_document import StoredFile
from services.declaration.use_cases.drafting.keep_pages import keep_pages
from shared.actor import Actor
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring
from shared.uploads.kinds import IMAGES


async def add_page(
    tx: Transaction,
    declaration_id: UUID,
    document_id: UUID,
    file: StoredFile,
    *,
    most: int,
    keyring: Keyring,
    actor: Actor,
    now: datetime,
) -> tuple[Document, int]:
    """The document and the declaration's new version. Raises NotFound, DeclarationNotEditable, PagesArePictures,
    TooManyPages."""
    draft = await declarations.lock_own(tx, declaration_id, actor.id, None)
    require_editable(draft.state)
    document = await documents.select(tx, document_id, draft.id)
    if not IMAGES.issuperset((document.file_kind, file.file_kind)):
        raise PagesArePictures
    pages = await document_pages.select_all(tx, document)
    if len(pages) >= most:
        raise TooManyPages(most=most)
    page = DocumentPage(
        page_id=file.document_id,
        position=len(pages) + 1,
        object_key=file.object_key,
        sha256=file.sha256,
        original_sha256=file.original_sha256,
        size=file.size,
        file_kind=file.file_kind,
        uploaded_at=now,
    )
    return await keep_pages(tx, draft, document, [*pages, page], keyring=keyring, actor=actor, now=now)
