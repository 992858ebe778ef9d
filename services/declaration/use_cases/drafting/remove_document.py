"""Remove a file from a draft (A34). The object stays while a submission shows it."""

from datetime import datetime
from uuid import UUID

from services.declaration.domain.declaration import require_editable
from services.declaration.domain.sections import DOCUMENTS
from services.declaration.storage import contents, declarations, documents, prior_evidence
from shared import audit
from shared.actor import Actor
from shared.postgres.transaction import Transaction


async def remove_document(
    tx: Transaction, declaration_id: UUID, document_id: UUID, *, actor: Actor, now: datetime
) -> int:
    """The declaration's new version. Raises NotFound, DeclarationNotEditable."""
    draft = await declarations.lock_own(tx, declaration_id, actor.id, None)
    require_editable(draft.state)
    await documents.delete(tx, document_id, draft.id, now)
    await prior_evidence.update_gone(tx, draft.id)
    version = await contents.touch(tx, draft.id, now, [DOCUMENTS])
    audit.record(
        tx,
        "declaration.remove_document",
        actor=actor,
        subject_kind="declaration",
        subject_id=draft.id,
        at=now,
        document_id=str(document_id),
    )
    return version
