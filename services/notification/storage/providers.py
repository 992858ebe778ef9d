"""What SMS providers are given, and how they did lately: in the database, so that all copies agree (G3)."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from services.notification.domain.provider_health import JUDGED_EVERY, RECENT, WINDOW, Health, Try
from shared.postgres.transaction import Reader, Transaction

_SELECT_SHARES: Final = "SELECT name, share FROM sms_provider WHERE name = ANY($1::text[])"
_INSERT_MISSING: Final = """
INSERT INTO sms_provider (name, share, changed_at, judged_at)
SELECT name, 100, $2, '-infinity' FROM unnest($1::text[]) AS n (name) ON CONFLICT (name) DO NOTHING
"""
_COUNT_TRIES: Final = """
INSERT INTO sms_provider_minute AS m (provider, minute, sends, errors, slow)
SELECT provider, date_trunc('minute', $1::timestamptz), sends, errors, slow
FROM unnest($2::text[], $3::integer[], $4::integer[], $5::integer[]) AS t (provider, sends, errors, slow)
ORDER BY provider
ON CONFLICT (provider, minute) DO UPDATE
SET sends = m.sends + excluded.sends, errors = m.errors + excluded.errors, slow = m.slow + excluded.slow
"""
# Whoever comes first judges for all copies; the others neither wait nor judge.
_LOCK_DUE: Final = """
SELECT name FROM sms_provider WHERE name = ANY($1::text[]) AND judged_at <= $2::timestamptz - $3::interval
ORDER BY name FOR UPDATE SKIP LOCKED
"""
_SELECT_HEALTH: Final = """
SELECT p.name, p.share, p.changed_at, coalesce(sum(m.sends), 0)::integer AS sends,
       coalesce(sum(m.errors), 0)::integer AS errors, coalesce(sum(m.slow), 0)::integer AS slow,
       coalesce(sum(m.sends) FILTER (WHERE r.recent), 0)::integer AS recent_sends,
       coalesce(sum(m.errors) FILTER (WHERE r.recent), 0)::integer AS recent_errors,
       coalesce(sum(m.slow) FILTER (WHERE r.recent), 0)::integer AS recent_slow
FROM sms_provider p
LEFT JOIN sms_provider_minute m ON m.provider = p.name AND m.minute > $2::timestamptz - $3::interval
CROSS JOIN LATERAL (SELECT m.minute > $2::timestamptz - $4::interval AS recent) r
WHERE p.name = ANY($1::text[]) GROUP BY p.name ORDER BY p.name
"""
_MARK_JUDGED: Final = "UPDATE sms_provider SET judged_at = $2 WHERE name = ANY($1::text[])"
_UPDATE_SHARE: Final = "UPDATE sms_provider SET share = $2, changed_at = $3 WHERE name = $1"
_DELETE_OLD: Final = "DELETE FROM sms_provider_minute WHERE minute < $1::timestamptz - interval '1 day'"


async def select_shares(reader: Reader, names: Sequence[str]) -> list[tuple[str, int]]:
    """(provider, share in percent) in the order of `names`; who was never judged has all."""
    found = {row["name"]: row["share"] for row in await reader.fetch(_SELECT_SHARES, names)}
    return [(name, found.get(name, 100)) for name in names]


async def insert_tries(tx: Transaction, tries: Sequence[Try], now: datetime) -> None:
    """Count calls in the minute of `now`."""
    sends = Counter(one.provider for one in tries)
    names = sorted(sends)
    errors = Counter(one.provider for one in tries if one.error)
    slow = Counter(one.provider for one in tries if one.slow)
    await tx.execute(
        _COUNT_TRIES, now, names, [sends[n] for n in names], [errors[n] for n in names], [slow[n] for n in names]
    )


async def lock_health(tx: Transaction, names: Sequence[str], now: datetime) -> list[Health]:
    """How all providers did lately, locked; nothing where they were judged a moment ago or are just now."""
    await tx.execute(_INSERT_MISSING, names, now)
    if len(await tx.fetch(_LOCK_DUE, names, now, JUDGED_EVERY)) < len(names):
        return []
    await tx.execute(_MARK_JUDGED, names, now)
    await tx.execute(_DELETE_OLD, now)
    return [Health(**row) for row in await tx.fetch(_SELECT_HEALTH, names, now, WINDOW, RECENT)]


async def update_share(tx: Transaction, name: str, share: int, now: datetime) -> None:
    """Give a provider more or less."""
    await tx.execute(_UPDATE_SHARE, name, share, now)
