"""A person's identity was verified: from now on the person may bind (A20)."""

from services.institution.dependencies import Dependencies
from services.institution.storage import known_people
from services.institution.storage.known_people import KnownPerson
from shared.contracts.identity import PersonVerified
from shared.postgres.transaction import Transaction


async def on_person_verified(tx: Transaction, event: PersonVerified, _deps: Dependencies) -> None:
    """Keep the masked forms; the sealed identity is not needed here and is left in the event."""
    person = KnownPerson(
        person_id=event.person_id,
        version=event.aggregate_version,
        name_masked=event.name_masked,
        document_type=event.document_type,
        document_no_masked=event.document_no_masked,
        verified_at=event.verified_at,
    )
    await known_people.upsert(tx, person)
