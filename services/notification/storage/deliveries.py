"""Deliveries on their way: claimed by senders, settled after the provider answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from services.notification.domain.delivery import Outcome, Settled
from shared.postgres.transaction import Transaction

# A sender that died leaves `sending` behind: after the lease its fate is unknown, never "not sent".
_CLAIM_CODES: Final = """
UPDATE delivery SET state = 'sending', attempts = attempts + 1, next_at = $1::timestamptz + $2::interval, held_by = NULL
WHERE id IN (
    SELECT id FROM delivery WHERE state = 'pending' AND channel = $4 AND at_most_once AND next_at <= $1
    ORDER BY next_at LIMIT $3 FOR UPDATE SKIP LOCKED
)
RETURNING id, event_id, event_type, recipient_id, channel, template_key, template_version, at_most_once, phone_place,
          phone_event, secret_place, secret_event, expires_at, attempts, created_at, provider, consent_spent
"""
_CLAIM_NOTICES: Final = _CLAIM_CODES.replace("AND at_most_once", "AND NOT at_most_once")
# Only texts can be looked up: WeChat and mail servers have no question for it.
_CLAIM_UNKNOWN: Final = """
UPDATE delivery SET next_at = $1::timestamptz + $2::interval
WHERE id IN (
    SELECT id FROM delivery WHERE state = 'unknown' AND channel = 'sms' AND NOT at_most_once AND next_at <= $1
    ORDER BY next_at LIMIT $3 FOR UPDATE SKIP LOCKED
)
RETURNING id, event_id, event_type, recipient_id, channel, template_key, template_version, at_most_once, phone_place,
          phone_event, secret_place, secret_event, expires_at, attempts, created_at, provider, consent_spent
"""
# The address by the channel. One delay per look ($2, $3 is their number): the attempts of one that waits are its looks,
# and count anew once it is sent. Found, forgotten meanwhile or looked for often enough, it waits no longer.
_LOOK_FOR_PHONES: Final = """
WITH looked AS (
    SELECT d.id, CASE d.channel WHEN 'wechat' THEN p.openid_event WHEN 'email' THEN p.email_event
        ELSE coalesce(p.phone_event, s.phone_event) END AS phone
    FROM delivery d
    LEFT JOIN known_person p ON p.person_id = d.recipient_id
    LEFT JOIN known_staff s ON s.staff_id = d.recipient_id
    WHERE d.id IN (
        SELECT id FROM delivery WHERE state = 'waiting' AND next_at <= $1
        ORDER BY next_at LIMIT $4 FOR UPDATE SKIP LOCKED
    )
), judged AS (
    SELECT l.id, l.phone, l.phone <> '' AS found, l.phone IS NULL AND d.attempts < $3 AS waits
    FROM looked l JOIN delivery d ON d.id = l.id
)
UPDATE delivery d
SET state = CASE WHEN j.found THEN 'pending' WHEN j.waits THEN 'waiting' ELSE 'failed' END,
    phone_event = coalesce(j.phone, ''),
    attempts = CASE WHEN j.waits THEN d.attempts + 1 ELSE 0 END,
    next_at = CASE WHEN j.waits THEN $1::timestamptz + ($2::interval[])[d.attempts + 1] ELSE $1 END,
    outcome_code = CASE WHEN j.found OR j.waits THEN d.outcome_code ELSE 'no_phone' END,
    settled_at = CASE WHEN j.found OR j.waits THEN d.settled_at ELSE $1 END
FROM judged j WHERE d.id = j.id
RETURNING d.state
"""
_ABANDON: Final = """
UPDATE delivery SET state = 'unknown', outcome_code = 'sender_lost', next_at = $1::timestamptz + $2::interval,
    unknown_since = $1
WHERE state = 'sending' AND next_at <= $1
"""
# The code is dropped as soon as it can not be needed again. A receipt may have come before the provider's answer; an
# answer that comes after the delivery was claimed anew is not about the try that runs now.
_SETTLE: Final = """
UPDATE delivery
SET state = $2, next_at = coalesce($3, next_at), outcome_code = $4, provider_id = coalesce($5, provider_id),
    settled_at = CASE WHEN $3::timestamptz IS NULL THEN $6::timestamptz END,
    unknown_since = CASE WHEN $2 <> 'unknown' THEN NULL WHEN state = 'unknown' THEN unknown_since ELSE $6 END,
    secret_event = CASE WHEN $3::timestamptz IS NULL THEN NULL ELSE secret_event END
WHERE id = $1 AND attempts = $7 AND state NOT IN ('delivered', 'undelivered')
"""
# Only by who claimed it, and only while its lease has not made its fate unknown. It was no attempt.
_PUT_BACK: Final = """
UPDATE delivery SET state = 'pending', attempts = attempts - 1, next_at = $3
WHERE id = $1 AND state = 'sending' AND attempts = $2
"""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A claimed delivery; `id` is also our id with the provider (OutId)."""

    id: UUID
    event_id: UUID
    event_type: str
    recipient_id: UUID
    channel: str
    template_key: str
    template_version: int
    at_most_once: bool
    phone_place: str
    phone_event: str
    secret_place: str | None
    secret_event: str | None
    expires_at: datetime | None
    attempts: int
    created_at: datetime
    provider: str | None
    consent_spent: bool


async def update_waiting(tx: Transaction, now: datetime, delays: Sequence[timedelta], limit: int) -> list[str]:
    """Look for the phones of deliveries that wait and are due; the states they have now: pending with a phone, waiting
    for the next of `delays`, or failed after the last."""
    return [row["state"] for row in await tx.fetch(_LOOK_FOR_PHONES, now, delays, len(delays), limit)]


async def claim_codes(channel: str, tx: Transaction, now: datetime, lease: timedelta, limit: int) -> list[Delivery]:
    """Take due codes of a channel; from here on their fate is unknown until settled."""
    return [Delivery(**row) for row in await tx.fetch(_CLAIM_CODES, now, lease, limit, channel)]


async def claim_notices(channel: str, tx: Transaction, now: datetime, lease: timedelta, limit: int) -> list[Delivery]:
    """Take due business notices of a channel; from here on their fate is unknown until settled."""
    return [Delivery(**row) for row in await tx.fetch(_CLAIM_NOTICES, now, lease, limit, channel)]


async def claim_unknown(tx: Transaction, now: datetime, lease: timedelta, limit: int) -> list[Delivery]:
    """Take business notices of unknown fate that are due to be looked up."""
    return [Delivery(**row) for row in await tx.fetch(_CLAIM_UNKNOWN, now, lease, limit)]


async def abandon_lost(tx: Transaction, now: datetime, reconcile_after: timedelta) -> int:
    """Deliveries whose sender vanished become unknown; how many."""
    return await tx.execute(_ABANDON, now, reconcile_after)


async def update_settled(
    tx: Transaction, delivery: Delivery, settled: Settled, outcome: Outcome, now: datetime
) -> bool:
    """Write what became of an attempt; False where the delivery was claimed anew meanwhile."""
    written = await tx.execute(
        _SETTLE,
        delivery.id,
        settled.state,
        settled.next_at,
        outcome.code,
        outcome.provider_id,
        now,
        delivery.attempts,
    )
    return written == 1


async def update_put_back(tx: Transaction, claimed: Delivery, next_at: datetime) -> None:
    """Let one that was claimed, and never handed to the provider, be claimed again from a moment on."""
    await tx.execute(_PUT_BACK, claimed.id, claimed.attempts, next_at)
