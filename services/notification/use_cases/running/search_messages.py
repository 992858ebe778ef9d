"""Look up what somebody was told in the app, or what was told because of an event; looking into one inbox stands in the
audit trail."""

from datetime import datetime
from uuid import UUID

from services.notification.storage import messages
from services.notification.storage.messages import Told
from shared import audit
from shared.actor import Actor
from shared.postgres.transaction import Transaction


async def search_messages(
    tx: Transaction,
    recipient_id: UUID | None,
    event_id: UUID | None,
    *,
    before: tuple[datetime | None, UUID | None],
    limit: int,
    actor: Actor,
    now: datetime,
) -> list[Told]:
    """Newest first (V64)."""
    if recipient_id is not None:
        audit.record(tx, "messages.search", actor=actor, subject_kind="recipient", subject_id=recipient_id, at=now)
    return await messages.select_told(tx, recipient_id, event_id, before, limit)
