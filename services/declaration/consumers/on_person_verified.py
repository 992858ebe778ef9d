"""A person was verified: keep the identity sealed for this service, findable by keyed indexes only."""

from services.declaration.dependencies import Dependencies
from services.declaration.storage import known_people, risk_tasks
from services.declaration.storage.known_people import KnownPerson
from shared.contracts.identity import PersonIdentity, PersonVerified
from shared.postgres.transaction import Transaction
from shared.security.blind_index import blind_index
from shared.security.sealing import seal_text, unseal_from_event


async def on_person_verified(tx: Transaction, event: PersonVerified, deps: Dependencies) -> None:
    """Remember the newest identity and every document (A28, 4.10)."""
    keyring, person_id = deps.keyring, event.person_id
    place = f"{PersonVerified.TYPE}.identity:{person_id}"
    text = unseal_from_event(keyring, known_people.DATA_CLASS, place, event.identity)
    identity = PersonIdentity.model_validate_json(text)
    person = KnownPerson(
        person_id=person_id,
        version=event.aggregate_version,
        identity=seal_text(keyring, known_people.DATA_CLASS, known_people.identity_place(person_id), text),
        name_masked=event.name_masked,
        document_type=event.document_type,
        document_no_masked=event.document_no_masked,
        verified_at=event.verified_at,
    )
    name_index = blind_index(keyring, "index_person", "name", identity.name)
    document_index = blind_index(keyring, "index_person", "document_no", identity.document_no)
    await known_people.upsert(tx, person, name_index, document_index)
    await risk_tasks.insert_of_person(tx, person_id, deps.clock.now())
