"""Tell the others how a person can be reached after a WeChat account came or went."""

from datetime import datetime
from uuid import UUID

import structlog

from services.identity.storage import persons
from services.identity.use_cases.signing_in.become_known import phone_of, publish_contact
from shared.postgres.transaction import Transaction
from shared.security.keyring import KeyMissing, Keyring
from shared.security.sealing import SealBroken
from shared.security.subject_keys import SubjectErased

log = structlog.get_logger()


async def tell_contact(tx: Transaction, person_id: UUID, keyring: Keyring, now: datetime) -> None:
    """Phone and openid as they are now. Whose phone does not open is told once it does (V58)."""
    person = await persons.lock(tx, person_id)
    try:
        phone = await phone_of(person, keyring)
    except (KeyMissing, SealBroken, SubjectErased) as error:
        log.error("contact_not_told", person_id=str(person_id), error=type(error).__name__)
        return
    await publish_contact(tx, person, phone, await persons.update_version(tx, person_id), keyring, now)
