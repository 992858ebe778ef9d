"""What has to wait after a change of phone: to be called by every change of credentials or documents (V9)."""

from datetime import datetime
from uuid import UUID

from services.identity.storage import persons
from services.identity.storage.persons import Person
from shared.phone_hold import require_no_hold
from shared.postgres.transaction import Transaction


async def require_not_held(tx: Transaction, person_id: UUID, now: datetime) -> Person:
    """The person, locked until commit. Raises HeldAfterPhoneChange, NotFound."""
    person = await persons.lock(tx, person_id)
    require_no_hold(person.held_until, now)
    return person
