"""End sessions, and tell every service, so that their access tokens stop working within seconds (V17, V20)."""

from datetime import datetime
from uuid import UUID

from services.identity.storage import sessions
from services.identity.storage.sessions import EndedSession
from shared import audit, outbox
from shared.actor import Actor
from shared.contracts.identity import SessionEnded
from shared.errors import NotFound
from shared.postgres.transaction import Transaction
from shared.security.ended_sessions import on_session_ended


async def end_session(tx: Transaction, session_id: UUID, actor: Actor, now: datetime, reason: str = "logout") -> None:
    """End one of the caller's sessions. Raises NotFound for those of others and for ended ones."""
    ended = await sessions.update_ended(tx, session_id, actor.id, now, reason)
    if ended is None:
        raise NotFound
    await _tell(tx, ended, actor, now, reason)


async def end_family(
    tx: Transaction, session_id: UUID, subject_id: UUID, actor: Actor, now: datetime, reason: str
) -> None:
    """End a session for a reason of ours (idle, token used twice, account closed); nothing when it has ended before."""
    if (ended := await sessions.update_ended(tx, session_id, subject_id, now, reason)) is not None:
        await _tell(tx, ended, actor, now, reason)


async def end_sessions(
    tx: Transaction, subject_id: UUID, actor: Actor, now: datetime, reason: str, *, but: UUID | None = None
) -> int:
    """End all sessions of a person or staff account, or all but one; how many. To be called whenever an account is
    disabled, closed, or gets another role or scope."""
    ended = await sessions.update_all_ended(tx, subject_id, now, reason, but)
    for session in ended:
        await _tell(tx, session, actor, now, reason)
    return len(ended)


async def _tell(tx: Transaction, session: EndedSession, actor: Actor, now: datetime, reason: str) -> None:
    event = SessionEnded(
        occurred_at=now,
        aggregate_version=1,
        session_id=session.session_id,
        subject_kind=session.subject_kind,
        subject_id=session.subject_id,
        reason=reason,
    )
    outbox.add(tx, event)
    # This service knows at once; the others hear of it.
    await on_session_ended(tx, event, None)
    audit.record(
        tx,
        "session.end",
        actor=actor,
        subject_kind=session.subject_kind,
        subject_id=session.subject_id,
        at=now,
        before="open",
        after="ended",
        reason=reason,
    )
