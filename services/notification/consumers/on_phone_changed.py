"""identity.phone_changed.v1"""

from services.notification.dependencies import Dependencies
from services.notification.use_cases.tell_old_phone import tell_old_phone
from shared.contracts.identity import PhoneChanged
from shared.postgres.transaction import Transaction


async def on_phone_changed(tx: Transaction, event: PhoneChanged, deps: Dependencies) -> None:
    """Warn whoever holds the old number (V9)."""
    await tell_old_phone(tx, deps.catalogue, event)
