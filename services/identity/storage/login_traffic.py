"""The login_traffic table: codes sent and redeemed by the whole platform, in slots of ten minutes (V4, V5).
Redeemed ones are counted where codes are judged, in login_challenges.py."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from shared.postgres.transaction import Reader, Transaction

# The sums are those of before this statement: its own insert is not seen by them.
_COUNT_SENT: Final = """
WITH counted AS (
    INSERT INTO login_traffic AS t (slot, lane, sent)
    VALUES (date_bin('10 minutes', $1::timestamptz, 'epoch'), pg_backend_pid() % 32, 1)
    ON CONFLICT (slot, lane) DO UPDATE SET sent = t.sent + 1
)
SELECT coalesce(sum(sent), 0)::int AS sent_in_hour,
       coalesce(sum(sent) FILTER (WHERE slot > $1::timestamptz - interval '20 minutes'), 0)::int AS sent_lately,
       coalesce(sum(redeemed) FILTER (WHERE slot > $1::timestamptz - interval '20 minutes'), 0)::int AS redeemed_lately
FROM login_traffic WHERE slot > $1::timestamptz - interval '70 minutes'
"""
_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtext('identity.login_traffic'))"
_SELECT: Final = """
SELECT coalesce(sum(sent), 0)::int AS sent_in_hour,
       coalesce(sum(sent) FILTER (WHERE slot > $1::timestamptz - interval '20 minutes'), 0)::int AS sent_lately,
       coalesce(sum(redeemed) FILTER (WHERE slot > $1::timestamptz - interval '20 minutes'), 0)::int AS redeemed_lately
FROM login_traffic WHERE slot > $1::timestamptz - interval '70 minutes'
"""
_DELETE_OLD: Final = "DELETE FROM login_traffic WHERE slot < $1"


@dataclass(frozen=True, slots=True)
class LoginTraffic:
    """What was sent in the last hour (in whole slots, so up to ten minutes more), and lately."""

    sent_in_hour: int
    sent_lately: int
    redeemed_lately: int


async def select(reader: Reader, now: datetime) -> LoginTraffic:
    """The figures as committed."""
    row = await reader.fetchrow(_SELECT, now)
    return LoginTraffic(0, 0, 0) if row is None else LoginTraffic(**dict(row))


async def update_sent(tx: Transaction, now: datetime) -> LoginTraffic:
    """One more code leaves; the figures without it."""
    row = await tx.fetchrow(_COUNT_SENT, now)
    return LoginTraffic(0, 0, 0) if row is None else LoginTraffic(**dict(row))


async def lock(tx: Transaction, now: datetime) -> LoginTraffic:
    """Be the only one who sends until commit; the figures, this transaction's own sends included."""
    await tx.fetchval(_LOCK)
    return await select(tx, now)


async def delete_old(tx: Transaction, before: datetime) -> int:
    """Forget slots that no window counts."""
    return await tx.execute(_DELETE_OLD, before)
