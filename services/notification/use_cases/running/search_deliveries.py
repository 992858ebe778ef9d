"""Look up what was sent to a recipient or because of an event; looking at one recipient stands in the audit trail."""

from datetime import datetime
from uuid import UUID

from services.notification.storage import sent
from services.notification.storage.sent import Sent, SoughtDeliveries
from shared import audit
from shared.actor import Actor
from shared.postgres.transaction import Transaction


async def search_deliveries(
    tx: Transaction,
    sought: SoughtDeliveries,
    *,
    before: tuple[datetime | None, UUID | None],
    limit: int,
    actor: Actor,
    now: datetime,
) -> list[Sent]:
    """Newest first (V64)."""
    if sought.recipient_id is not None:
        subject = sought.recipient_id
        audit.record(tx, "deliveries.search", actor=actor, subject_kind="recipient", subject_id=subject, at=now)
    return await sent.select_page(tx, sought, before, limit)
