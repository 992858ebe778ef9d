"""identity.staff_changed.v1"""

from services.notification.dependencies import Dependencies
from services.notification.storage import known_people
from shared.contracts.identity import StaffChanged
from shared.postgres.transaction import Transaction


async def on_staff_changed(tx: Transaction, event: StaffChanged, _deps: Dependencies) -> None:
    """Remember who works for which institution or exam body, and how to reach them."""
    await known_people.upsert_staff(tx, event)
