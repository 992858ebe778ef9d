"""Let a reviewer open a file of a submission; audited, as it may show identity papers (V64)."""

from datetime import datetime
from uuid import UUID

from services.declaration.storage import declarations, documents, snapshots
from services.declaration.storage.documents import Document
from services.declaration.use_cases.reviewing.reviewable import scope_of
from shared import audit
from shared.actor import Actor
from shared.errors import NotFound
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring


async def open_file(
    tx: Transaction, declaration_id: UUID, document_id: UUID, *, keyring: Keyring, actor: Actor, now: datetime
) -> Document:
    """Raises NotFound: only files of the submission as handed in to the own unit."""
    declaration = await declarations.select_in_institution(tx, declaration_id, scope_of(actor))
    snapshot = await snapshots.select(tx, keyring, declaration.id, declaration.submission)
    shown = [one for one in snapshot.document_ids if one == document_id]
    found = await documents.select_snapshot(tx, declaration.id, shown)
    if not found:
        raise NotFound
    audit.record(
        tx,
        "declaration.open_file",
        actor=actor,
        subject_kind="declaration",
        subject_id=declaration.id,
        at=now,
        document_id=str(document_id),
        kind=found[0].kind,
    )
    return found[0]
