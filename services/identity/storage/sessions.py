"""The session table: who is logged in, since when and until when."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from shared.postgres.transaction import Reader, Transaction

SubjectKind = Literal["candidate", "staff"]

_INSERT: Final = """
INSERT INTO session (session_id, subject_kind, subject_id, method, client, opened_at, used_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $6, $7)
"""
_SELECT_OPEN: Final = """
SELECT session_id, subject_kind, subject_id, method, client, opened_at, used_at, expires_at
FROM session WHERE subject_id = $1 AND ended_at IS NULL AND expires_at > $2 ORDER BY opened_at DESC LIMIT 100
"""
_USED: Final = "UPDATE session SET used_at = $2 WHERE session_id = $1"
_END: Final = """
UPDATE session SET ended_at = $3, end_reason = $4
WHERE session_id = $1 AND subject_id = $2 AND ended_at IS NULL
"""
_END_ALL: Final = """
UPDATE session SET ended_at = $2, end_reason = $3 WHERE subject_id = $1 AND ended_at IS NULL
"""
_DELETE_OLD: Final = "DELETE FROM session WHERE expires_at < $1"


@dataclass(frozen=True, slots=True)
class Session:
    """One login; its id is the `sid` of access tokens and the family of its refresh tokens."""

    session_id: UUID
    subject_kind: SubjectKind
    subject_id: UUID
    method: str
    client: str
    opened_at: datetime
    used_at: datetime
    expires_at: datetime


async def insert(tx: Transaction, session: Session) -> None:
    """A new login."""
    await tx.execute(
        _INSERT,
        session.session_id,
        session.subject_kind,
        session.subject_id,
        session.method,
        session.client,
        session.opened_at,
        session.expires_at,
    )


async def select_open(reader: Reader, subject_id: UUID, now: datetime) -> list[Session]:
    """The living sessions of one person or staff account, newest first, at most 100 (V20)."""
    return [Session(**dict(row)) for row in await reader.fetch(_SELECT_OPEN, subject_id, now)]


async def update_used(tx: Transaction, session_id: UUID, at: datetime) -> None:
    """Remember that the session was used."""
    await tx.execute(_USED, session_id, at)


async def update_ended(tx: Transaction, session_id: UUID, subject_id: UUID, at: datetime, reason: str) -> bool:
    """End one session of one subject; False when there is no such living session."""
    return await tx.execute(_END, session_id, subject_id, at, reason) == 1


async def update_all_ended(tx: Transaction, subject_id: UUID, at: datetime, reason: str) -> int:
    """End every living session of a subject."""
    return await tx.execute(_END_ALL, subject_id, at, reason)


async def delete_old(tx: Transaction, before: datetime) -> int:
    """Forget sessions, with their tokens, that expired before a moment."""
    return await tx.execute(_DELETE_OLD, before)
