"""The session table: who is logged in, since when and until when."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from services.identity.domain.verification import State
from services.identity.storage import known_devices
from shared.postgres.transaction import Reader, Transaction
from shared.security.blind_index import BlindIndex

SubjectKind = Literal["candidate", "staff"]
_TOLD_AGAIN: Final = timedelta(days=90)
"""A device in use is told again so long after it was told: well before declaration forgets it, after 400 days (F7)."""

# One round trip of a login: the session, the device, and where the person stands. The look for other devices sees the
# table as it was before the insert; a staff account stands nowhere.
_INSERT: Final = """
WITH opened AS (
    INSERT INTO session (session_id, subject_kind, subject_id, method, client, address_masked, proven_at, opened_at,
        used_at, expires_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9)
), seen AS (
    INSERT INTO known_device AS d (subject_id, device_mac, first_seen_at, last_seen_at, told_at)
    VALUES ($3, $10, $8, $8, $8)
    ON CONFLICT (subject_id, device_mac) DO UPDATE SET last_seen_at = excluded.last_seen_at,
        told_at = CASE WHEN d.told_at > excluded.told_at - $11::interval THEN d.told_at ELSE excluded.told_at END
    RETURNING d.first_seen_at = d.last_seen_at AS fresh, d.told_at = d.last_seen_at AS due
)
SELECT seen.due AS device_due,
       seen.fresh AND EXISTS (SELECT FROM known_device o WHERE o.subject_id = $3) AS strange_device,
       v.state AS verification_state, p.held_until
FROM seen LEFT JOIN identity_verification v ON v.person_id = $3 LEFT JOIN person p ON p.person_id = $3
"""
_SELECT_OPEN: Final = """
SELECT session_id, subject_kind, subject_id, method, client, address_masked, proven_at, opened_at, used_at, expires_at
FROM session WHERE subject_id = $1 AND ended_at IS NULL AND expires_at > $2 AND used_at > $3
ORDER BY opened_at DESC LIMIT 100
"""
_SELECT_PROVEN_AT: Final = """
SELECT proven_at FROM session WHERE session_id = $1 AND subject_id = $2 AND ended_at IS NULL
"""
_USED: Final = "UPDATE session SET used_at = $2, address_masked = $3 WHERE session_id = $1"
_END: Final = """
UPDATE session SET ended_at = $3, end_reason = $4
WHERE session_id = $1 AND subject_id = $2 AND ended_at IS NULL
RETURNING session_id, subject_kind, subject_id
"""
_END_ALL: Final = """
UPDATE session SET ended_at = $2, end_reason = $3
WHERE subject_id = $1 AND ended_at IS NULL AND session_id IS DISTINCT FROM $4::uuid AND expires_at > $2
RETURNING session_id, subject_kind, subject_id
"""
_DELETE_OF: Final = "DELETE FROM session WHERE subject_id = $1"
_DELETE_OLD: Final = "DELETE FROM session WHERE expires_at < $1"


@dataclass(frozen=True, slots=True)
class Session:
    """One login; its id is the `sid` of access tokens and the family of its refresh tokens."""

    session_id: UUID
    subject_kind: SubjectKind
    subject_id: UUID
    method: str
    client: str
    address_masked: str | None
    proven_at: datetime | None
    opened_at: datetime
    used_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class EndedSession:
    """A session that was just ended."""

    session_id: UUID
    subject_kind: SubjectKind
    subject_id: UUID


@dataclass(frozen=True, slots=True)
class Opening:
    """What is known at the moment of a login: whether the device is due to be told, since it is new or was not told for
    long; whether it is new to somebody who has used another one; and of a person how verification stands and until when
    sensitive acts are held."""

    device_due: bool
    strange_device: bool
    verification_state: State | None
    held_until: datetime | None


async def insert(tx: Transaction, session: Session, device_mac: BlindIndex) -> Opening:
    """A new login on a device."""
    await known_devices.update_renamed(tx, session.subject_id, device_mac)
    row = await tx.fetchrow(
        _INSERT,
        session.session_id,
        session.subject_kind,
        session.subject_id,
        session.method,
        session.client,
        session.address_masked,
        session.proven_at,
        session.opened_at,
        session.expires_at,
        device_mac,
        _TOLD_AGAIN,
    )
    assert row is not None  # the device is inserted or updated, always
    return Opening(**dict(row))


async def select_open(reader: Reader, subject_id: UUID, now: datetime, used_since: datetime) -> list[Session]:
    """The living sessions of one person or staff account, newest first, at most 100 (V20); those that rested since
    before `used_since` are idle for too long and can not come back."""
    return [Session(**dict(row)) for row in await reader.fetch(_SELECT_OPEN, subject_id, now, used_since)]


async def select_proven_at(reader: Reader, session_id: UUID, subject_id: UUID) -> datetime | None:
    """When the phone was last proven in a living session of this subject, None when it was not."""
    proven_at: datetime | None = await reader.fetchval(_SELECT_PROVEN_AT, session_id, subject_id)
    return proven_at


async def update_used(tx: Transaction, session_id: UUID, at: datetime, address_masked: str) -> None:
    """Remember when and from where the session was used."""
    await tx.execute(_USED, session_id, at, address_masked)


async def update_ended(
    tx: Transaction, session_id: UUID, subject_id: UUID, at: datetime, reason: str
) -> EndedSession | None:
    """End one session of one subject; None when there is no such living session. Tell the others: use end_sessions."""
    row = await tx.fetchrow(_END, session_id, subject_id, at, reason)
    return None if row is None else EndedSession(**dict(row))


async def update_all_ended(
    tx: Transaction, subject_id: UUID, at: datetime, reason: str, but: UUID | None = None
) -> list[EndedSession]:
    """End every living session of a subject, or every one but one. Tell the others: use end_sessions."""
    return [EndedSession(**dict(row)) for row in await tx.fetch(_END_ALL, subject_id, at, reason, but)]


async def delete_of(tx: Transaction, subject_id: UUID) -> None:
    """Forget all sessions of a subject, with their tokens."""
    await tx.execute(_DELETE_OF, subject_id)


async def delete_old(tx: Transaction, before: datetime) -> int:
    """Forget sessions, with their tokens, that expired before a moment."""
    return await tx.execute(_DELETE_OLD, before)
