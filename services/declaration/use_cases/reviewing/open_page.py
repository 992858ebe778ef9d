"""Let a reviewer open a page of a document of a submission; audited as every file is (V64)."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.declaration.storage import document_pages
from services.declaration.storage.document_pages import DocumentPage
from services.declaration.storage.documents import Document
from services.declaration.use_cases.reviewing.open_file import open_file
from shared.actor import Actor
from shared.errors import NotFound
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring


async def open_page(
    tx: Transaction,
    declaration_id: UUID,
    document_id: UUID,
    position: int,
    *,
    keyring: Keyring,
    actor: Actor,
    now: datetime,
) -> Document:
    """The document with this page as its file. Raises NotFound."""
    document = await open_file(tx, declaration_id, document_id, keyring=keyring, actor=actor, now=now)
    return as_page(document, await document_pages.select_all(tx, document), position)


def as_page(document: Document, pages: list[DocumentPage], position: int) -> Document:
    """A document seen as one of its pages. Raises NotFound."""
    for page in pages:
        if page.position == position:
            return replace(document, object_key=page.object_key, file_kind=page.file_kind)
    raise NotFound
