"""The refresh_token table: hashes of single-use tokens, and for a few seconds the sealed pair each was changed into."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from services.identity.storage.sessions import SubjectKind
from shared.postgres.transaction import Transaction

_INSERT: Final = """
INSERT INTO refresh_token (token_hash, session_id, issued_at, expires_at, client_mac) VALUES ($1, $2, $3, $4, $5)
"""
# The session row is locked too: two tokens of one family never act at once.
_LOCK: Final = """
SELECT t.token_hash, t.session_id, t.expires_at, t.used_at, t.answer_sealed, t.client_mac,
       s.subject_kind, s.subject_id, s.expires_at AS session_expires_at, s.ended_at
FROM refresh_token t JOIN session s USING (session_id) WHERE t.token_hash = $1 FOR UPDATE OF s, t
"""
_USE: Final = "UPDATE refresh_token SET used_at = $2, answer_sealed = $3 WHERE token_hash = $1"
_DELETE_ANSWERS: Final = """
UPDATE refresh_token SET answer_sealed = NULL WHERE answer_sealed IS NOT NULL AND used_at < $1
"""


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """A token with what matters of its session."""

    token_hash: bytes
    session_id: UUID
    expires_at: datetime
    used_at: datetime | None
    answer_sealed: bytes | None
    client_mac: bytes
    subject_kind: SubjectKind
    subject_id: UUID
    session_expires_at: datetime
    ended_at: datetime | None


async def insert(
    tx: Transaction, token_hash: bytes, session_id: UUID, issued_at: datetime, expires_at: datetime, client_mac: bytes
) -> None:
    """A token on its way to the client."""
    await tx.execute(_INSERT, token_hash, session_id, issued_at, expires_at, client_mac)


async def lock(tx: Transaction, token_hash: bytes) -> RefreshToken | None:
    """The token and its session, locked until commit, or None."""
    row = await tx.fetchrow(_LOCK, token_hash)
    return None if row is None else RefreshToken(**dict(row))


async def update_used(tx: Transaction, token_hash: bytes, at: datetime, answer_sealed: bytes) -> None:
    """The token was exchanged for a pair."""
    await tx.execute(_USE, token_hash, at, answer_sealed)


async def delete_answers(tx: Transaction, before: datetime) -> int:
    """Throw away the pairs of tokens used before a moment."""
    return await tx.execute(_DELETE_ANSWERS, before)
