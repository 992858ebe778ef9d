"""Write down who somebody proved to be, and tell the others (A8, A12, V32)."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from services.identity.storage import identity_documents, persons
from services.identity.storage.identity_documents import IdentityDocument
from services.identity.use_cases.verifying.search_people import name_and_birth_index
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
        country=identity.country,
        name_index=blind_index(keyring, "index_person", "name", identity.name),
        name_and_birth_index=name_and_birth_index(keyring, identity.name, identity.birth_date),
    )
    if method == "manual":
        await identity_documents.update_superseded(tx, person_id, now)
    if not await identity_documents.insert(tx, document):
        return False
    await _tell(tx, document, method, content, keyring)
    return True


async def _tell(
    tx: Transaction, document: IdentityDocument, method: Literal["auto", "manual"], content: str, keyring: Keyring
) -> None:
    """`content` is the identity as JSON."""
    version = await persons.update_version(tx, document.person_id)
    outbox.add(tx, person_verified(document, method, content, version, keyring))


def person_verified(
    document: IdentityDocument, method: Literal["auto", "manual"], content: str, version: int, keyring: Keyring
) -> PersonVerified:
    """Who somebody is, as the others hear of it; `content` is the identity as JSON, `version` the event's."""
    person_id = document.person_id
    return PersonVerified(
        occurred_at=document.verified_at,
        aggregate_version=version,
        person_id=PersonId(person_id),
        method=method,
        identity=seal_for_event(keyring, "person", f"{PersonVerified.TYPE}.identity:{person_id}", content),
        name_masked=document.name_masked,
        document_type=document.document_type,
        document_no_masked=document.document_no_masked,
        verified_at=document.verified_at,
    )


def identity_place(document_id: UUID) -> str:
    """Where a verified identity is sealed for."""
    return f"identity_document.identity:{document_id}"
