"""The confirmed e-mail address of a person, sealed under the person's own key (A5, V58)."""

from uuid import UUID

import structlog

from services.identity.storage.persons import Person
from shared.security.keyring import Keyring
from shared.security.sealing import SealBroken
from shared.security.subject_sealing import open_text, seal_text_for

log = structlog.get_logger()


async def seal_email(person_id: UUID, email: str, keyring: Keyring) -> bytes:
    """The address as it rests in the person's row."""
    return await seal_text_for(keyring, person_id, "contact", _place(person_id), email)


async def email_of(person: Person, keyring: Keyring) -> str | None:
    """The clear address; None where there is none, or what rests is broken for good. Raises KeyMissing and
    SubjectErased: that there is none must not be told then."""
    if person.email_sealed is None:
        return None
    try:
        return await open_text(keyring, "contact", _place(person.person_id), person.email_sealed)
    except SealBroken as error:
        log.error("email_not_opened", person_id=str(person.person_id), error=type(error).__name__)
        return None


def _place(person_id: UUID) -> str:
    return f"person.email:{person_id}"
