"""Arrange the pages of a document: the order as given, and pages left out are taken away (A34)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.declaration.domain.declaration import require_editable
from services.declaration.domain.page_errors import PagesUnknown
from services.declaration.domain.sections import DOCUMENTS
from services.declaration.storage import declarations, document_pages, documents
from services.declaration.storage.documents import Document
from services.declaration.use_cases.drafting.keep_pages import keep_pages
from services.declaration.use_cases.drafting.require_unchanged import require_unchanged
from shared.actor import Actor
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring


async def arrange_pages(
    tx: Transaction,
    declaration_id: UUID,
    document_id: UUID,
    page_ids: Sequence[UUID],
    *,
    expected_version: int,
    keyring: Keyring,
    actor: Actor,
    now: datetime,
) -> tuple[Document, int]:
    """The document and the declaration's new version. A page that came after the order was seen is never taken for one
    that was left out. Raises NotFound, DeclarationNotEditable, DraftChangedMeanwhile, PagesUnknown."""
    draft = await declarations.lock_own(tx, declaration_id, actor.id, None)
    require_editable(draft.state)
    await require_unchanged(tx, draft, expected_version, [DOCUMENTS])
    document = await documents.select(tx, document_id, draft.id)
    pages = {one.page_id: one for one in await document_pages.select_all(tx, document)}
    if len(set(page_ids)) != len(page_ids) or not pages.keys() >= set(page_ids):
        raise PagesUnknown
    ordered = [pages[one] for one in page_ids]
    return await keep_pages(tx, draft, document, ordered, keyring=keyring, actor=actor, now=now)
