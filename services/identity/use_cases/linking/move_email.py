"""Two persons become one: the e-mail address of the one that closes goes to the one that remains, who has none (A5)."""

from datetime import datetime
from uuid import UUID

from services.identity.storage import persons
from services.identity.use_cases.linking.email_of import email_of, seal_email
from shared import audit
from shared.actor import Actor
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring


async def move_email(
    tx: Transaction, from_person: UUID, to_person: UUID, actor: Actor, keyring: Keyring, now: datetime
) -> None:
    """Sealed anew, with the moment it was confirmed at; who has an address keeps it. Comes before the other is closed,
    under the locks of both; the caller tells it. Raises KeyMissing and SubjectErased, lest it is lost in silence."""
    closing, survivor = await persons.lock(tx, from_person), await persons.lock(tx, to_person)
    if survivor.email_sealed is not None or (email := await email_of(closing, keyring)) is None:
        return
    sealed = await seal_email(to_person, email, keyring)
    await persons.update_email(tx, to_person, sealed, closing.email_confirmed_at)
    audit.record(
        tx,
        "person.change_email",
        actor=actor,
        subject_kind="person",
        subject_id=to_person,
        at=now,
        before="none",
        after="confirmed",
        reason="merged",
    )
