"""Make a person of somebody who logs in for the first time, by phone, by WeChat, or by both at once (A3, A4)."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import structlog

from services.identity.domain.caller import Caller
from services.identity.storage import contact_marks, persons
from services.identity.storage.persons import Person
from services.identity.use_cases.linking.email_of import email_of
from services.identity.use_cases.linking.openid_of import openid_of
from shared import audit, outbox
from shared.actor import Actor
from shared.contracts.identity import PersonContactChanged
from shared.ids import PersonId, new_id
from shared.postgres.transaction import Transaction
from shared.security.blind_index import blind_index
from shared.security.keyring import KeyMissing, Keyring
from shared.security.subject_sealing import open_text, seal_event_for, seal_text_for

log = structlog.get_logger()


async def become_known(tx: Transaction, phone: str | None, caller: Caller, keyring: Keyring, now: datetime) -> Person:
    """A new person. Who proved `phone` holds the lock of its guard, so that two first logins make one person."""
    person_id = PersonId(new_id())
    language: Literal["zh", "en"] = "en" if caller.language == "en" else "zh"
    sealed = None if phone is None else await seal_phone(person_id, phone, keyring)
    index = None if phone is None else blind_index(keyring, "index_contact", "phone", phone)
    person = Person(person_id, sealed, language, "active", index)
    await persons.insert(tx, person, index, now)
    if phone is not None:
        await publish_contact(tx, person, phone, 1, keyring, now)
    actor = Actor("candidate", person_id, "candidate")
    audit.record(tx, "person.create", actor=actor, subject_kind="person", subject_id=person_id, at=now, after="active")
    return person


async def publish_contact(
    tx: Transaction, person: Person, phone: str, version: int, keyring: Keyring, now: datetime
) -> None:
    """Tell the others a phone that was proven just now; `version` is the event's. It does not wait for an openid
    or an e-mail address that does not open at the moment: the worker tells that once it does."""
    openid = email = None
    try:
        openid = await openid_of(tx, person.person_id, keyring)
        email = await email_of(person, keyring)
        await contact_marks.update_told(tx, person.person_id, now)
    except KeyMissing as error:
        log.error("address_not_opened", person_id=str(person.person_id), error=type(error).__name__)
        await contact_marks.update_untold(tx, person.person_id, now)
    outbox.add(tx, await contact_changed(person, phone, openid, email, version, keyring, now))


async def contact_changed(
    person: Person,
    phone: str | None,
    openid: str | None,
    email: str | None,
    version: int,
    keyring: Keyring,
    now: datetime,
) -> PersonContactChanged:
    """How a person can be reached now; `version` is the event's. Who logs in by WeChat alone has an empty phone."""

    async def sealed(name: str, value: str | None) -> str | None:
        place = f"{PersonContactChanged.TYPE}.{name}:{person.person_id}"
        return None if value is None else await seal_event_for(keyring, person.person_id, "contact", place, value)

    return PersonContactChanged(
        occurred_at=now,
        aggregate_version=version,
        person_id=PersonId(person.person_id),
        phone=await sealed("phone", phone) or "",
        language=person.language,
        wechat_openid=await sealed("wechat_openid", openid),
        email=await sealed("email", email),
    )


async def seal_phone(person_id: UUID, phone: str, keyring: Keyring) -> bytes:
    """The phone as it rests in the person's row, under the person's own key (V58)."""
    return await seal_text_for(keyring, person_id, "contact", _phone_place(person_id), phone)


async def phone_of(person: Person, keyring: Keyring) -> str | None:
    """The clear phone, or None. Raises SubjectErased for what a backup brought back."""
    if person.phone_sealed is None:
        return None
    return await open_text(keyring, "contact", _phone_place(person.person_id), person.phone_sealed)


def _phone_place(person_id: UUID) -> str:
    return f"person.phone:{person_id}"
