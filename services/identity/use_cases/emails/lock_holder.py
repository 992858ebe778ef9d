"""Whose e-mail address it is; the lock that makes counting and acting one step."""

from uuid import UUID

from services.identity.storage import persons
from services.identity.storage.persons import Person
from shared.errors import NotFound
from shared.postgres.transaction import Transaction


async def lock_holder(tx: Transaction, person_id: UUID) -> Person:
    """The person, locked until commit. Raises NotFound for nobody and for who closed the account."""
    person = await persons.lock(tx, person_id)
    if person.state != "active":
        raise NotFound
    return person
