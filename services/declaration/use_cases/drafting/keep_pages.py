"""Keep the pages of a document of a locked draft. What a submission shows never changes: a document that was handed in
gets a successor instead (4.4). What was said of an earlier row is not said of other pages (A32)."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from services.declaration.domain.sections import DOCUMENTS
from services.declaration.storage import contents, document_pages, documents
from services.declaration.storage.declarations import Declaration
from services.declaration.storage.document_pages import DocumentPage
from services.declaration.storage.documents import Document
from services.declaration.use_cases.prior_rows.renew_confirmations import renew_confirmations
from shared import audit
from shared.actor import Actor
from shared.ids import new_id
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring


async def keep_pages(
    tx: Transaction,
    draft: Declaration,
    document: Document,
    pages: Sequence[DocumentPage],
    *,
    keyring: Keyring,
    actor: Actor,
    now: datetime,
) -> tuple[Document, int]:
    """The document as it is then, under a new id where it was handed in before, and the declaration's new version."""
    changed = _made_of(document, pages)
    if draft.submitted_at is not None and document.uploaded_at <= draft.submitted_at:
        successor = new_id()
        name = documents.seal_file_name(keyring, successor, document.open_file_name(keyring))
        changed = replace(changed, id=successor, file_name=name, uploaded_at=now)
        await documents.delete(tx, document.id, draft.id, now)
        await documents.insert(tx, changed)
    else:
        await document_pages.delete_all(tx, document.id)
        await documents.update_pages(tx, changed)
    await document_pages.insert(tx, changed.id, pages)
    if changed.period_id is not None:
        content = await contents.select(tx, keyring, draft.id)
        await renew_confirmations(tx, draft.id, content, keyring=keyring, actor=actor, now=now)
    version = await contents.touch(tx, draft.id, now, [DOCUMENTS])
    audit.record(
        tx,
        "declaration.keep_pages",
        actor=actor,
        subject_kind="declaration",
        subject_id=draft.id,
        at=now,
        document_id=str(changed.id),
        pages=changed.page_count,
        sha256=changed.sha256,
    )
    return changed, version


def _made_of(document: Document, pages: Sequence[DocumentPage]) -> Document:
    first, alone = pages[0], len(pages) == 1
    together = hashlib.sha256("".join(one.sha256 for one in pages).encode()).hexdigest()
    return replace(
        document,
        object_key=first.object_key,
        file_kind=first.file_kind,
        sha256=first.sha256 if alone else together,
        original_sha256=first.original_sha256 if alone else None,
        size=sum(one.size for one in pages),
        page_count=len(pages),
    )
