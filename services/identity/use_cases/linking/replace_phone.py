"""Give a person a phone: the first one, or another one. The old number is told, sensitive acts are held, and the other
sessions end (V9, P14)."""

from datetime import datetime, timedelta

from services.identity.domain.limits import SessionLimits
from services.identity.storage import persons
from services.identity.storage.persons import Person
from services.identity.use_cases.linking.tell_credential_change import tell_credential_change
from services.identity.use_cases.signing_in.become_known import phone_of, publish_contact, seal_phone
from services.identity.use_cases.signing_in.end_sessions import end_sessions
from shared import audit, outbox
from shared.actor import Actor
from shared.contracts.identity import PhoneChanged
from shared.ids import PersonId
from shared.postgres.transaction import Transaction
from shared.security.blind_index import blind_index
from shared.security.keyring import Keyring
from shared.security.subject_sealing import seal_event_for


async def replace_phone(
    tx: Transaction,
    person: Person,
    phone: str,
    actor: Actor,
    keyring: Keyring,
    limits: SessionLimits,
    now: datetime,
) -> datetime | None:
    """Until when the person is held; None for a first phone. `phone` was proven, is free, and its guard is locked."""
    old = await phone_of(person, keyring)
    held_until = None if old is None else now + timedelta(hours=limits.hold_hours)
    index = blind_index(keyring, "index_contact", "phone", phone)
    sealed = await seal_phone(person.person_id, phone, keyring)
    await persons.update_phone(tx, person.person_id, sealed, index, held_until)
    version = await persons.update_version(tx, person.person_id)
    await publish_contact(tx, person, phone, version, keyring, now)
    if old is None or held_until is None:
        await tell_credential_change(tx, person.person_id, "phone", "linked", actor, now)
        return None
    place = f"{PhoneChanged.TYPE}.old_phone:{person.person_id}"
    event = PhoneChanged(
        occurred_at=now,
        aggregate_version=await persons.update_version(tx, person.person_id),
        person_id=PersonId(person.person_id),
        old_phone=await seal_event_for(keyring, person.person_id, "contact", place, old),
        held_until=held_until,
    )
    outbox.add(tx, event)
    here = actor.session_id if actor.id == person.person_id else None
    await end_sessions(tx, person.person_id, actor, now, "phone_changed", but=here)
    audit.record(
        tx,
        "person.change_phone",
        actor=actor,
        subject_kind="person",
        subject_id=person.person_id,
        at=now,
        held_until=held_until.isoformat(),
    )
    return held_until
