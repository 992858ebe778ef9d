"""Tell the others how a person can be reached after a WeChat account or an e-mail address came or went."""

from datetime import datetime
from uuid import UUID

import structlog

from services.identity.storage import contact_marks, persons
from services.identity.use_cases.linking.email_of import email_of
from services.identity.use_cases.linking.openid_of import openid_of
from services.identity.use_cases.signing_in.become_known import contact_changed, phone_of
from shared import outbox
from shared.postgres.transaction import Transaction
from shared.security.keyring import KeyMissing, Keyring
from shared.security.sealing import SealBroken
from shared.security.subject_keys import SubjectErased

log = structlog.get_logger()


async def tell_contact(tx: Transaction, person_id: UUID, keyring: Keyring, now: datetime) -> None:
    """Phone, openid and e-mail address as they are now. Where one does not open nothing is told, lest the others forget
    what they know; the worker tries again (V58)."""
    person = await persons.lock(tx, person_id)
    try:
        phone = await phone_of(person, keyring)
        openid = await openid_of(tx, person_id, keyring)
        email = await email_of(person, keyring)
    except (KeyMissing, SealBroken, SubjectErased) as error:
        log.error("contact_not_told", person_id=str(person_id), error=type(error).__name__)
        await contact_marks.update_untold(tx, person_id, now)
        return
    version = await persons.update_version(tx, person_id)
    await contact_marks.update_told(tx, person_id, now)
    outbox.add(tx, await contact_changed(person, phone, openid, email, version, keyring, now))
