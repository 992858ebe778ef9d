"""identity.staff_changed.v1"""

from services.notification.dependencies import Dependencies
from services.notification.storage import known_people
from services.notification.use_cases.notify import notify
from shared.contracts.identity_staff import StaffChanged
from shared.postgres.transaction import Transaction


async def on_staff_changed(tx: Transaction, event: StaffChanged, deps: Dependencies) -> None:
    """Remember who works for which institution or exam body and how to reach them; then tell the holder what happened
    to the account (4.8)."""
    await known_people.upsert_staff(tx, event)
    if event.move is not None:
        await notify(tx, deps.catalogue, [event])
