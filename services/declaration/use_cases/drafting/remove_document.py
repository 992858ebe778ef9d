"""Remove a file from a draft (A34). The object stays while a submission shows it."""

from datetime import datetime
from uuid import UUID

from services.declaration.domain.declaration import require_editable
from services.declaration.domain.sections import DOCUMENTS
from services.declaration.storage import contents, declarations, documents
from services.declaration.use_cases.prior_rows.renew_confirmations import renew_confirmations
from shared import audit
from shared.actor import Actor
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring


async def remove_document(
    tx: Transaction, declaration_id: UUID, document_id: UUID, *, keyring: Keyring, actor: Actor, now: datetime
) -> int:
    """The declaration's new version. Raises NotFound, DeclarationNotEditable."""
    draft = await declarations.lock_own(tx, declaration_id, actor.id, None)
    require_editable(draft.state)
    removed = await documents.select(tx, document_id, draft.id)
    await documents.delete(tx, document_id, draft.id, now)
    if removed.period_id is not None:
        content = await contents.select(tx, keyring, draft.id)
        await renew_confirmations(tx, draft.id, content, keyring=keyring, actor=actor, now=now)
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
