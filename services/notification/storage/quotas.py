"""How many texts went, against how many may go: exact over all senders, since taking and looking are one statement."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from services.notification.domain.holding import Per
from shared.postgres.transaction import Transaction

# Scopes in one order, so that two senders never wait for each other.
_TAKE: Final = """
WITH wanted AS (
    SELECT scope, per, most - CASE WHEN $2 THEN 0 ELSE kept_for_codes END AS most,
           date_trunc(per, $3::timestamptz, 'Asia/Shanghai') AS began
    FROM sms_quota WHERE scope = ANY($1::text[]) ORDER BY scope, per
), taken AS (
    INSERT INTO sms_use AS u (scope, per, began, used)
    SELECT scope, per, began, 1 FROM wanted WHERE most > 0
    ON CONFLICT (scope, per, began) DO UPDATE SET used = u.used + 1
    WHERE u.used < (SELECT w.most FROM wanted w WHERE w.scope = excluded.scope AND w.per = excluded.per)
    RETURNING scope, per
)
SELECT w.scope, w.per, w.most FROM wanted w
WHERE NOT EXISTS (SELECT FROM taken t WHERE t.scope = w.scope AND t.per = w.per)
ORDER BY w.per LIMIT 1
"""
_FORGET: Final = "DELETE FROM sms_use WHERE began < $1"


class QuotaUsedUp(Exception):
    """One more than `most` does not go in this minute or day; what was counted in other quotas is to be taken back."""

    def __init__(self, scope: str, per: Per, most: int) -> None:
        super().__init__(scope)
        self.scope = scope
        self.per = per
        self.most = most


async def update_taken(tx: Transaction, scopes: Sequence[str], *, is_code: bool, now: datetime) -> None:
    """Count a text in all its quotas. Raises QuotaUsedUp, after which the counting must be rolled back."""
    for row in await tx.fetch(_TAKE, scopes, is_code, now):
        raise QuotaUsedUp(row["scope"], row["per"], row["most"])


async def delete_before(tx: Transaction, before: datetime) -> int:
    """Forget what was counted before a moment; how many rows."""
    return await tx.execute(_FORGET, before)
