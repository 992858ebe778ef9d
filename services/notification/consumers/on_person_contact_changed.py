"""identity.person_contact_changed.v1"""

from services.notification.dependencies import Dependencies
from services.notification.storage import known_people
from shared.contracts.identity import PersonContactChanged
from shared.postgres.transaction import Transaction


async def on_person_contact_changed(tx: Transaction, event: PersonContactChanged, _deps: Dependencies) -> None:
    """Remember how to reach a person."""
    await known_people.upsert_person(tx, event)
