"""identity.person_closed.v1"""

from services.notification.dependencies import Dependencies
from services.notification.storage import known_people
from shared.contracts.identity import PersonClosed
from shared.postgres.transaction import Transaction


async def on_person_closed(tx: Transaction, event: PersonClosed, _deps: Dependencies) -> None:
    """Forget how to reach a person, and what was said to this person (V58)."""
    await known_people.update_forgotten(tx, event)
