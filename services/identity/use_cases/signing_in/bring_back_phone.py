"""A phone whose key was lost comes back when its holder proves it (V58)."""

from datetime import datetime

import structlog

from services.identity.storage import persons
from services.identity.storage.persons import Person
from services.identity.use_cases.signing_in.become_known import phone_of, publish_contact, seal_phone
from shared.postgres.database import DatabaseUnavailable
from shared.postgres.transaction import Transaction
from shared.security.blind_index import blind_index
from shared.security.keyring import KeyMissing, Keyring
from shared.security.sealing import SealBroken
from shared.security.subject_keys import SubjectErased

log = structlog.get_logger()


async def bring_back_phone(tx: Transaction, person: Person, phone: str, keyring: Keyring, now: datetime) -> None:
    """Seal `phone`, proven just now and found by its hash, anew where what rests does not open; tell the neighbours.
    Who was erased gets nothing back, and a store that does not answer keeps nobody from logging in: the next login
    looks again."""
    try:
        await phone_of(person, keyring)
    except (SubjectErased, DatabaseUnavailable):
        return
    except (KeyMissing, SealBroken):
        await _seal_anew(tx, person, phone, keyring, now)


async def _seal_anew(tx: Transaction, person: Person, phone: str, keyring: Keyring, now: datetime) -> None:
    index = blind_index(keyring, "index_contact", "phone", phone)
    person = await persons.lock(tx, person.person_id)
    if not index.matches(person.phone_index or b""):
        # Changed or closed since it was found.
        return
    sealed = await seal_phone(person.person_id, phone, keyring)
    await persons.update_phone(tx, person.person_id, sealed, index, person.held_until)
    version = await persons.update_version(tx, person.person_id)
    await publish_contact(tx, person, phone, version, keyring, now)
    log.warning("phone_sealed_anew", person_id=str(person.person_id))
