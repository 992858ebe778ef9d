"""Key rings that change while a service runs, and many people to rotate under."""

import base64
import json
from dataclasses import dataclass
from pathlib import Path

from services.identity.domain.resident_number import check_character
from services.identity.storage import identity_documents, persons
from services.identity.storage.identity_documents import IdentityDocument
from services.identity.use_cases.verifying.record_verified_identity import identity_place
from shared.contracts.identity import PersonIdentity
from shared.ids import PersonId, new_id
from shared.security.blind_index import blind_index
from shared.security.keyring import Key, Keyring
from shared.security.sealing import seal_text, unseal_text
from tests.integration.identity.people import phone_number
from tests.support.service_under_test import ServiceUnderTest


@dataclass(frozen=True, slots=True)
class Known:
    """One person of the crowd."""

    person_id: PersonId
    phone: str
    document_no: str


def install(service: ServiceUnderTest, data_class: str, active: str, *ids: str, algorithm: str = "AES-256-GCM") -> None:
    """What a restart with another key ring does: of one class these keys are known, and one of them is active. k1 is
    the ring's own first key."""
    ring = service.keyring
    first = ring.find(data_class, "k1") if _has(ring, data_class) else _first[id(ring)][data_class]
    _first.setdefault(id(ring), {})[data_class] = first
    keys = {i: first if i == "k1" else Key(i, algorithm, (i * 32)[:32].encode()) for i in ids}
    ring._classes = {**ring._classes, data_class: (active, keys)}


_first: dict[int, dict[str, Key]] = {}


def _has(ring: Keyring, data_class: str) -> bool:
    return "k1" in ring._classes[data_class][1]


def write_ring(service: ServiceUnderTest, path: Path) -> Path:
    """The ring as it is now, as the file of another process."""
    path.write_text(
        json.dumps(
            {
                name: {
                    "active": active,
                    "keys": {
                        i: {"algorithm": key.algorithm, "secret": base64.b64encode(key.secret).decode()}
                        for i, key in keys.items()
                    },
                }
                for name, (active, keys) in service.keyring._classes.items()
            }
        )
    )
    return path


async def crowd(service: ServiceUnderTest, count: int, first: int = 0) -> list[Known]:
    """Verified people, written as the service writes them."""
    people = []
    async with service.database.transaction() as tx:
        for n in range(first, first + count):
            known = Known(PersonId(new_id()), phone_number(10_000 + n), _number(n))
            people.append(known)
            sealed = seal_text(service.keyring, "contact", f"person.phone:{known.person_id}", known.phone)
            index = blind_index(service.keyring, "index_contact", "phone", known.phone)
            now = service.clock.now()
            await persons.insert(tx, persons.Person(known.person_id, sealed, "zh", "active"), index, now)
            assert await identity_documents.insert(tx, document_of(service, known))
    return people


def _number(n: int) -> str:
    """Valid, and different for the first forty thousand."""
    digits = f"4201061990{n // 28 % 12 + 1:02}{n % 28 + 1:02}{n % 1000:03}"
    return digits + check_character(digits)


def document_of(service: ServiceUnderTest, known: Known) -> IdentityDocument:
    """The document of a person, sealed and indexed with the ring as it is."""
    document_id = new_id()
    identity = PersonIdentity(
        name="林试", document_type="resident_id", document_no=known.document_no, sex="1", birth_date="1990-03-07"
    )
    return IdentityDocument(
        document_id=document_id,
        person_id=known.person_id,
        document_type="resident_id",
        document_index=blind_index(service.keyring, "index_person", "document_no", known.document_no),
        identity_sealed=seal_text(service.keyring, "person", identity_place(document_id), identity.model_dump_json()),
        name_masked="林*",
        document_no_masked="*",
        valid_to=None,
        verified_at=service.clock.now(),
    )


async def read_number(service: ServiceUnderTest, known: Known) -> str:
    """The number of a person, opened from the database with the ring of the running service."""
    async with service.database.read() as reader:
        document = await identity_documents.select_current(reader, known.person_id)
    assert document is not None
    text = unseal_text(service.keyring, "person", identity_place(document.document_id), document.identity_sealed)
    return PersonIdentity.model_validate_json(text).document_no
