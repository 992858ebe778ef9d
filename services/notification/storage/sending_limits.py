"""What the zone has set for texts: quotas, and the trial with its list of numbers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from services.notification.domain.holding import Per
from shared.postgres.transaction import Reader, Transaction
from shared.security.blind_index import BlindIndex

_SELECT_QUOTAS: Final = """
SELECT q.scope, q.per, q.most, q.kept_for_codes, coalesce(u.used, 0) AS used
FROM sms_quota q LEFT JOIN sms_use u
    ON u.scope = q.scope AND u.per = q.per AND u.began = date_trunc(q.per, $1::timestamptz, 'Asia/Shanghai')
ORDER BY q.scope, q.per
"""
_UPSERT_QUOTA: Final = """
INSERT INTO sms_quota (scope, per, most, kept_for_codes) VALUES ($1, $2, $3, $4)
ON CONFLICT (scope, per) DO UPDATE SET most = excluded.most, kept_for_codes = excluded.kept_for_codes
"""
_DELETE_QUOTA: Final = "DELETE FROM sms_quota WHERE scope = $1 AND per = $2"
_SELECT_TRIAL: Final = "SELECT is_on, (SELECT count(*) FROM trial_number) AS numbers FROM trial_mode"
_UPDATE_TRIAL: Final = "UPDATE trial_mode SET is_on = $1 WHERE is_on <> $1"
_INSERT_NUMBER: Final = """
INSERT INTO trial_number (number_index, added_at)
SELECT $1, $3 WHERE NOT EXISTS (SELECT FROM trial_number WHERE number_index = ANY($2::bytea[]))
ON CONFLICT (number_index) DO NOTHING
"""
_DELETE_NUMBER: Final = "DELETE FROM trial_number WHERE number_index = ANY($1::bytea[])"


@dataclass(frozen=True, slots=True)
class Quota:
    """At most `most` texts per day or minute, of which `kept_for_codes` are for codes; `used` in the running one."""

    scope: str
    per: Per
    most: int
    kept_for_codes: int
    used: int


async def select_quotas(reader: Reader, now: datetime) -> list[Quota]:
    """All quotas that are set."""
    return [Quota(**row) for row in await reader.fetch(_SELECT_QUOTAS, now)]


async def upsert_quota(tx: Transaction, scope: str, per: Per, most: int, kept_for_codes: int) -> None:
    """Set a quota."""
    await tx.execute(_UPSERT_QUOTA, scope, per, most, kept_for_codes)


async def delete_quota(tx: Transaction, scope: str, per: Per) -> None:
    """Lift a quota."""
    await tx.execute(_DELETE_QUOTA, scope, per)


async def select_trial(reader: Reader) -> tuple[bool, int]:
    """(whether the zone is on trial, how many numbers get texts then)."""
    (row,) = await reader.fetch(_SELECT_TRIAL)
    return row["is_on"], row["numbers"]


async def update_trial(tx: Transaction, *, is_on: bool) -> bool:
    """Begin or end the trial; whether that changed anything."""
    return await tx.execute(_UPDATE_TRIAL, is_on) == 1


async def insert_trial_number(tx: Transaction, number: BlindIndex, now: datetime) -> None:
    """Let a number get texts on trial."""
    await tx.execute(_INSERT_NUMBER, bytes(number), number.known, now)


async def delete_trial_number(tx: Transaction, number: BlindIndex) -> None:
    """Take a number off the list."""
    await tx.execute(_DELETE_NUMBER, number.known)
