"""Write down who somebody proved to be, and tell the others (A8, A12, V32)."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from services.identity.storage import identity_documents, persons
from services.identity.storage.identity_documents import IdentityDocument
from shared import outbox
from shared.contracts.identity import PersonIdentity, PersonVerified
from shared.ids import PersonId, new_id
from shared.masking import mask_document_no, mask_name
from shared.postgres.transaction import Transaction
from shared.security.blind_index import blind_index
from shared.security.keyring import Keyring
from shared.security.sealing import seal_for_event, seal_text


async def record_verified_identity(
    tx: Transaction,
    person_id: UUID,
    identity: PersonIdentity,
    method: Literal["auto", "manual"],
    valid_to: date | None,
    keyring: Keyring,
    now: datetime,
) -> bool:
    """False when another person holds the document: the unique index decides races (V32). A manual decision that gets
    False must be rolled back, since the person's earlier document has been put aside already."""
    document_id = new_id()
    content = identity.model_dump_json()
    document = IdentityDocument(
        document_id=document_id,
        person_id=person_id,
        document_type=identity.document_type,
        document_index=blind_index(keyring, "index_person", "document_no", identity.document_no),
        identity_sealed=seal_text(keyring, "person", identity_place(document_id), content),
        name_masked=mask_name(identity.name),
        document_no_masked=mask_document_no(identity.document_no),
        valid_to=valid_to,
        verified_at=now,
    )
    if method == "manual":
        await identity_documents.update_superseded(tx, person_id, now)
    if not await identity_documents.insert(tx, document):
        return False
    version = await persons.update_version(tx, person_id)
    event = PersonVerified(
        occurred_at=now,
        aggregate_version=version,
        person_id=PersonId(person_id),
        method=method,
        identity=seal_for_event(keyring, "person", f"{PersonVerified.TYPE}.identity:{person_id}", content),
        name_masked=document.name_masked,
        document_type=document.document_type,
        document_no_masked=document.document_no_masked,
        verified_at=now,
    )
    outbox.add(tx, event)
    return True


def identity_place(document_id: UUID) -> str:
    """Where a verified identity is sealed for."""
    return f"identity_document.identity:{document_id}"
