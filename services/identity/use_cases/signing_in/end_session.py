"""Log out here, or end another session of one's own (V17, V20)."""

from datetime import datetime
from uuid import UUID

from services.identity.storage import sessions
from shared import audit
from shared.actor import Actor
from shared.errors import NotFound
from shared.postgres.transaction import Transaction


async def end_session(tx: Transaction, session_id: UUID, actor: Actor, now: datetime) -> None:
    """End one of the caller's sessions. Raises NotFound for those of others and for ended ones."""
    if not await sessions.update_ended(tx, session_id, actor.id, now, "logout"):
        raise NotFound
    audit.record(
        tx,
        "session.end",
        actor=actor,
        subject_kind=actor.kind,
        subject_id=actor.id,
        at=now,
        before="open",
        after="ended",
        reason="logout",
    )
