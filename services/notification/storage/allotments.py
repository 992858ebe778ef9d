"""Who a claimed delivery goes to, and which delivery stands in reserve for which."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from services.notification.storage.deliveries import Delivery
from shared.postgres.transaction import Transaction

_ALLOT: Final = """
UPDATE delivery d SET provider = a.provider, consent_spent = a.spent
FROM unnest($1::uuid[], $2::text[], $3::boolean[]) AS a (id, provider, spent) WHERE d.id = a.id
"""
# Only by who claimed it, and only while its lease lasts: afterwards its fate is unknown, and nobody else gets it.
_TURN_TO: Final = """
UPDATE delivery SET provider = $3 WHERE id = $1 AND state = 'sending' AND attempts = $2 AND next_at > $4
"""
# Once: the state it is found in is the one it leaves. Whose phone was forgotten meanwhile is not reached by it.
_RELEASE: Final = """
UPDATE delivery
SET state = CASE WHEN phone_event = '' THEN 'failed' ELSE 'pending' END, next_at = $3::timestamptz,
    outcome_code = CASE WHEN phone_event = '' THEN 'no_phone' END,
    settled_at = CASE WHEN phone_event = '' THEN $3::timestamptz END
WHERE event_id = $1 AND recipient_id = $2 AND state = 'reserve'
"""
_DISMISS: Final = """
UPDATE delivery SET state = 'expired', outcome_code = 'not_needed', settled_at = $3
WHERE event_id = $1 AND recipient_id = $2 AND state = 'reserve'
"""
# What the preferred channel never told: once nobody waits for it any more, a text would come too late.
_DISMISS_OLD: Final = """
UPDATE delivery r SET state = 'expired', outcome_code = 'fate_unknown', settled_at = $1
WHERE r.state = 'reserve' AND r.created_at <= $1::timestamptz - $2::interval AND NOT EXISTS (
    SELECT FROM delivery p WHERE p.event_id = r.event_id AND p.recipient_id = r.recipient_id
      AND p.state IN ('pending', 'sending', 'unknown'))
"""


async def update_allotted(
    tx: Transaction, ids: Sequence[UUID], providers: Sequence[str], spent: Sequence[bool]
) -> None:
    """Write down who each goes to, and whether a consent was taken for it."""
    await tx.execute(_ALLOT, ids, providers, spent)


async def update_provider(tx: Transaction, claimed: Delivery, provider: str, now: datetime) -> bool:
    """Turn to another provider with what the first one certainly refused; False where the claim does not hold."""
    return await tx.execute(_TURN_TO, claimed.id, claimed.attempts, provider, now) == 1


async def release_reserve(tx: Transaction, preferred: Delivery, now: datetime) -> int:
    """The preferred channel does not reach this person: what stood in reserve goes; how many (none or one)."""
    return await tx.execute(_RELEASE, preferred.event_id, preferred.recipient_id, now)


async def dismiss_reserve(tx: Transaction, preferred: Delivery, now: datetime) -> int:
    """The preferred channel took it: nothing else goes; how many (none or one)."""
    return await tx.execute(_DISMISS, preferred.event_id, preferred.recipient_id, now)


async def dismiss_old_reserves(tx: Transaction, now: datetime, after: timedelta) -> int:
    """Give up what has stood in reserve for so long for something of unknown fate; how many."""
    return await tx.execute(_DISMISS_OLD, now, after)
