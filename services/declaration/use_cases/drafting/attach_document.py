"""Attach a file to a draft: its object was inspected and stored before the transaction (A34, V34-V39)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.declaration.domain.declaration import require_editable
from services.declaration.domain.drafting_errors import PeriodUnknown, TooManyDocuments
from services.declaration.domain.sections import DOCUMENTS
from services.declaration.storage import contents, declarations, documents
from services.declaration.storage.catalogues import CatalogueCache
from services.declaration.storage.documents import Document
from services.declaration.use_cases.prior_rows.renew_confirmations import renew_confirmations
from services.declaration.use_cases.uploading.kind_of_document import kind_of_document
from shared import audit
from shared.actor import Actor
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring
from shared.uploads.kinds import FileKind


@dataclass(frozen=True, slots=True)
class StoredFile:
    """An inspected file that lies in the bucket; `sha256` of what is stored, `original_sha256` of what came, `size` in
    bytes."""

    document_id: UUID
    kind: str
    period_id: UUID | None
    object_key: str
    sha256: str
    original_sha256: str
    size: int
    file_kind: FileKind
    file_name: str


async def attach_document(
    tx: Transaction,
    declaration_id: UUID,
    file: StoredFile,
    *,
    keyring: Keyring,
    catalogues: CatalogueCache,
    actor: Actor,
    now: datetime,
) -> tuple[Document, int]:
    """The row and the declaration's new version. Files may arrive in parallel, so none expects a version.
    Raises NotFound, DeclarationNotEditable, DocumentKindUnknown, PeriodUnknown, TooManyDocuments."""
    draft = await declarations.lock_own(tx, declaration_id, actor.id, None)
    require_editable(draft.state)
    kind = await kind_of_document(tx, draft, file.kind, catalogues=catalogues)
    content = await contents.select(tx, keyring, draft.id) if kind.per_period else None
    if content is not None and file.period_id not in {one.id for one in content.prior_periods}:
        raise PeriodUnknown
    period_id = file.period_id if kind.per_period else None
    if await documents.count(tx, draft.id, file.kind, period_id) >= kind.most:
        raise TooManyDocuments(most=kind.most)
    document = _row(draft.id, file, period_id, keyring, now)
    await documents.insert(tx, document)
    if content is not None:
        await renew_confirmations(tx, draft.id, content, keyring=keyring, actor=actor, now=now)
    version = await contents.touch(tx, draft.id, now, [DOCUMENTS])
    audit.record(
        tx,
        "declaration.attach_document",
        actor=actor,
        subject_kind="declaration",
        subject_id=draft.id,
        at=now,
        document_id=str(document.id),
        kind=document.kind,
        sha256=document.sha256,
    )
    return document, version


def _row(declaration_id: UUID, file: StoredFile, period_id: UUID | None, keyring: Keyring, now: datetime) -> Document:
    return Document(
        id=file.document_id,
        declaration_id=declaration_id,
        kind=file.kind,
        period_id=period_id,
        object_key=file.object_key,
        sha256=file.sha256,
        size=file.size,
        file_kind=file.file_kind,
        file_name=documents.seal_file_name(keyring, file.document_id, file.file_name),
        uploaded_at=now,
        original_sha256=file.original_sha256,
        page_count=1,
    )
