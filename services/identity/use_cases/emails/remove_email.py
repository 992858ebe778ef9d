"""Give up the e-mail address: nothing more goes there (A5)."""

from datetime import datetime

from services.identity.domain.email import EmailMissing
from services.identity.storage import email_proofs, persons
from services.identity.use_cases.emails.lock_holder import lock_holder
from services.identity.use_cases.signing_in.tell_contact import tell_contact
from shared import audit
from shared.actor import Actor
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring


async def remove_email(tx: Transaction, actor: Actor, keyring: Keyring, now: datetime) -> None:
    """A code that is out is worth nothing any more, and the others are told. Raises NotFound, EmailMissing."""
    person = await lock_holder(tx, actor.id)
    if person.email_sealed is None:
        raise EmailMissing
    await email_proofs.update_void(tx, actor.id)
    await persons.update_email(tx, actor.id, None, None)
    await tell_contact(tx, actor.id, keyring, now)
    audit.record(
        tx,
        "person.remove_email",
        actor=actor,
        subject_kind="person",
        subject_id=actor.id,
        at=now,
        before="confirmed",
        after="none",
    )
