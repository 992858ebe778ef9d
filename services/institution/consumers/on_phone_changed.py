"""identity.phone_changed.v1"""

from services.institution.dependencies import Dependencies
from services.institution.storage import known_holds
from shared.contracts.identity import PhoneChanged
from shared.postgres.transaction import Transaction


async def on_phone_changed(tx: Transaction, event: PhoneChanged, deps: Dependencies) -> None:
    """Remember until when the person is held; the old number is none of this service's business (V9)."""
    await known_holds.delete_past(tx, deps.clock.now())
    await known_holds.upsert(tx, event.person_id, event.held_until)
