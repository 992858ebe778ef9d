"""Rows of `risk_device`: on which devices and from which addresses people and staff logged in, as keyed hashes that
identity told (F7)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from shared.postgres.transaction import Reader, Transaction

Used = Literal["device", "address"]
_KEPT: Final = timedelta(days=400)
"""An exam year, from the first login to the last day of completion."""

_UPSERT: Final = """
INSERT INTO risk_device AS known (subject_id, used, mac, is_staff, holder_id, seen_at)
SELECT $1, used, mac, $4, $5, $6 FROM unnest($2::text[], $3::bytea[]) AS told (used, mac)
ON CONFLICT (subject_id, used, mac) DO UPDATE SET seen_at = greatest(known.seen_at, excluded.seen_at)
"""
_DELETE_OF: Final = "DELETE FROM risk_device WHERE subject_id = ANY ($1::uuid[]) OR holder_id = ANY ($1::uuid[])"
_DELETE_OLD: Final = "DELETE FROM risk_device WHERE seen_at < $1"
# A network that half a province shares says nothing: of each hash so many rows are looked at.
_SELECT: Final = """
SELECT DISTINCT d.id AS declaration_id, mine.used, other.subject_id, other.is_staff, o.id AS other_id
FROM declaration d
JOIN risk_device mine ON mine.subject_id = d.person_id AND NOT mine.is_staff
JOIN LATERAL (
    SELECT t.subject_id, t.is_staff FROM risk_device t
    WHERE t.mac = mine.mac AND t.used = mine.used AND t.subject_id <> d.person_id
      AND t.holder_id IS DISTINCT FROM d.person_id
    ORDER BY t.seen_at DESC LIMIT 200
) other ON true
LEFT JOIN declaration o ON o.person_id = other.subject_id AND NOT other.is_staff AND o.cycle_id = d.cycle_id
    AND o.submission > 0 AND o.state <> 'withdrawn'
WHERE d.id = ANY ($1::uuid[]) AND (other.is_staff OR o.id IS NOT NULL)
"""


@dataclass(frozen=True, slots=True)
class SharedUse:
    """Who else used what the person of a declaration used: a staff account, or a person who declared in that year."""

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
    """Told again it counts once."""
    values = (login.is_staff, login.holder_id, login.at)
    await tx.execute(_UPSERT, login.subject_id, list(macs), list(macs.values()), *values)


async def delete_of(tx: Transaction, person_ids: Sequence[UUID]) -> None:
    """Forget people (V58)."""
    await tx.execute(_DELETE_OF, person_ids)


async def delete_old(tx: Transaction, now: datetime) -> None:
    """What was seen too long ago to belong to this exam year."""
    await tx.execute(_DELETE_OLD, now - _KEPT)


async def select_shared(reader: Reader, declaration_ids: Sequence[UUID]) -> list[SharedUse]:
    """For every declaration, who shares a device or an address."""
    return [SharedUse(**row) for row in await reader.fetch(_SELECT, declaration_ids)]
