"""Rows of `risk_device`: on which devices and from which addresses people and staff logged in, as keyed hashes that
identity told (F7); and of `risk_device_closed`: of whom none are kept, since the account was closed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from shared.postgres.transaction import Reader, Transaction

Used = Literal["device", "address"]
_KEPT: Final = timedelta(days=400)
"""An exam year, from the first login to the last day of completion."""

# Logins of a person and the closing go one after the other; in the order of the keys, so that nobody waits in a circle.
_LOCK: Final = """
SELECT pg_advisory_xact_lock(key) FROM (
    SELECT hashtextextended('risk_device.' || id, 0) AS key FROM unnest($1::uuid[]) AS id ORDER BY key
) ordered
"""
_UPSERT: Final = """
INSERT INTO risk_device AS known (subject_id, used, mac, is_staff, holder_id, seen_at)
SELECT $1, used, mac, $4, $5, $6 FROM unnest($2::text[], $3::bytea[]) AS told (used, mac)
WHERE NOT EXISTS (SELECT FROM risk_device_closed c WHERE c.subject_id IN ($1, $5))
ON CONFLICT (subject_id, used, mac) DO UPDATE SET seen_at = greatest(known.seen_at, excluded.seen_at)
"""
_DELETE_OF: Final = "DELETE FROM risk_device WHERE subject_id = ANY ($1::uuid[]) OR holder_id = ANY ($1::uuid[])"
_INSERT_CLOSED: Final = """
INSERT INTO risk_device_closed (subject_id, closed_at) SELECT id, $2 FROM unnest($1::uuid[]) AS id
ON CONFLICT (subject_id) DO UPDATE SET closed_at = excluded.closed_at
"""
_DELETE_OLD: Final = "DELETE FROM risk_device WHERE seen_at < $1"
_DELETE_CLOSED: Final = "DELETE FROM risk_device_closed WHERE closed_at < $1"
# Of each hash, newest first: who declared, and of a device who administers. Those who did neither count for nothing; so
# many of all are read, for a network that half a province shares says nothing; and so many named, as many as a
# threshold can ask for.
_SELECT: Final = """
SELECT DISTINCT d.id AS declaration_id, mine.used, other.subject_id, other.is_staff, other.other_id
FROM declaration d
JOIN risk_device mine ON mine.subject_id = d.person_id AND NOT mine.is_staff
JOIN LATERAL (
    SELECT t.subject_id, t.is_staff, o.id AS other_id
    FROM (
        SELECT subject_id, is_staff, holder_id, used, seen_at FROM risk_device
        WHERE mac = mine.mac AND used = mine.used ORDER BY seen_at DESC LIMIT 2000
    ) t
    LEFT JOIN declaration o ON o.person_id = t.subject_id AND NOT t.is_staff AND o.cycle_id = d.cycle_id
        AND o.submission > 0 AND o.state <> 'withdrawn'
    WHERE t.subject_id <> d.person_id AND t.holder_id IS DISTINCT FROM d.person_id
      AND (o.id IS NOT NULL OR t.is_staff AND t.used = 'device')
    ORDER BY t.seen_at DESC LIMIT 200
) other ON true
WHERE d.id = ANY ($1::uuid[])
"""


@dataclass(frozen=True, slots=True)
class SharedUse:
    """Who else used what the person of a declaration used: a person who declared in that year, or a staff account
    on the same device."""

    declaration_id: UUID
    used: Used
    subject_id: UUID
    is_staff: bool
    other_id: UUID | None


@dataclass(frozen=True, slots=True)
class Login:
    """Whose login it was, `at` which moment; `holder_id` is the person behind a staff account, where known."""

    subject_id: UUID
    is_staff: bool
    holder_id: UUID | None
    at: datetime


async def upsert(tx: Transaction, login: Login, macs: Mapping[Used, bytes]) -> None:
    """Told again it counts once; told of an account that was closed it is not kept (V58)."""
    await tx.execute(_LOCK, [one for one in (login.subject_id, login.holder_id) if one is not None])
    values = (login.is_staff, login.holder_id, login.at)
    await tx.execute(_UPSERT, login.subject_id, list(macs), list(macs.values()), *values)


async def delete_of(tx: Transaction, person_ids: Sequence[UUID], now: datetime) -> None:
    """Forget people, and remember that nothing of them is kept any more (V58)."""
    await tx.execute(_LOCK, person_ids)
    await tx.execute(_INSERT_CLOSED, person_ids, now)
    await tx.execute(_DELETE_OF, person_ids)


async def delete_old(tx: Transaction, now: datetime, messages: timedelta) -> None:
    """What was seen too long ago to belong to this exam year, and who was closed so long ago that no message of it can
    come any more."""
    await tx.execute(_DELETE_OLD, now - _KEPT)
    await tx.execute(_DELETE_CLOSED, now - messages)


async def select_shared(reader: Reader, declaration_ids: Sequence[UUID]) -> list[SharedUse]:
    """For every declaration, who shares a device or an address: at most 200 of each."""
    return [SharedUse(**row) for row in await reader.fetch(_SELECT, declaration_ids)]
