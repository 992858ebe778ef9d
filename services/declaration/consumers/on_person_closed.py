"""An account without a record was closed: nothing of it stays here (V58)."""

from services.declaration.dependencies import Dependencies
from services.declaration.storage import risk_devices
from shared.contracts.identity import PersonClosed
from shared.postgres.transaction import Transaction


async def on_person_closed(tx: Transaction, event: PersonClosed, deps: Dependencies) -> None:
    """Its logins are told before it as a rule; one that is heard of later finds that it is closed."""
    await risk_devices.delete_of(tx, [event.person_id], deps.clock.now())
