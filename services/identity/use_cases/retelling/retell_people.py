"""People, staff accounts and signing keys, told again to a neighbour that lost them (M11)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import structlog

from services.identity.storage import signing_keys, staff_accounts, told_people
from services.identity.use_cases.linking.email_of import email_of
from services.identity.use_cases.linking.openid_of import openid_of
from services.identity.use_cases.signing_in.become_known import contact_changed, phone_of
from services.identity.use_cases.signing_keys.rotate_signing_key import signing_key_published
from services.identity.use_cases.staffing.staff_events import staff_changed
from services.identity.use_cases.verifying.record_verified_identity import identity_place, person_verified
from shared.contracts.event import Event
from shared.contracts.identity import PersonClosed, PersonRevoked
from shared.ids import PersonId
from shared.postgres.transaction import Transaction
from shared.security.keyring import KeyMissing, Keyring
from shared.security.sealing import SealBroken, unseal_text
from shared.security.subject_keys import SubjectErased

log = structlog.get_logger()


async def retell_verified(tx: Transaction, ids: Sequence[UUID], keyring: Keyring, _now: datetime) -> list[Event]:
    """Every document of each person, as it was verified."""
    events: list[Event] = []
    for told in await told_people.select_documents(tx, ids):
        document = told.document
        place = identity_place(document.document_id)
        content = unseal_text(keyring, "person", place, document.identity_sealed)
        events.append(person_verified(document, told.method, content, told.version, keyring))
    return events


async def retell_revoked(tx: Transaction, ids: Sequence[UUID], _keyring: Keyring, now: datetime) -> list[Event]:
    """Each revocation."""
    return [
        PersonRevoked(
            occurred_at=now,
            aggregate_version=told.version,
            person_id=PersonId(told.person_id),
            reason_code=told.reason_code,
            revoked_at=told.revoked_at,
        )
        for told in await told_people.select_revocations(tx, ids)
    ]


async def retell_reachable(tx: Transaction, ids: Sequence[UUID], keyring: Keyring, now: datetime) -> list[Event]:
    """How each person can be reached, or that the account was closed; nothing of whose addresses do not open."""
    events: list[Event] = []
    for person, version in await told_people.select_people(tx, ids):
        try:
            phone = await phone_of(person, keyring)
            openid = await openid_of(tx, person.person_id, keyring)
            email = await email_of(person, keyring)
        except (KeyMissing, SealBroken, SubjectErased) as error:
            log.error("contact_not_retold", person_id=str(person.person_id), error=type(error).__name__)
            continue
        if phone is not None or openid is not None:
            events.append(await contact_changed(person, phone, openid, email, version, keyring, now))
        elif person.state == "closed":
            person_id = PersonId(person.person_id)
            events.append(PersonClosed(occurred_at=now, aggregate_version=version, person_id=person_id))
    return events


async def retell_staff(tx: Transaction, ids: Sequence[UUID], keyring: Keyring, now: datetime) -> list[Event]:
    """Each account as it is now, without the step that led there: its holder is not told a second time."""
    return [staff_changed(account, keyring, now) for account in await staff_accounts.select_these(tx, ids)]


async def retell_keys(tx: Transaction, ids: Sequence[UUID], _keyring: Keyring, now: datetime) -> list[Event]:
    """Those of the keys that are trusted still."""
    wanted = set(ids)
    return [
        signing_key_published(key, now) for key in await signing_keys.select_living(tx, now) if key.key_id in wanted
    ]
