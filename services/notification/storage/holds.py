"""What does not go now: asked before each is handed over, and all at once when the night begins."""

from datetime import datetime, timedelta
from typing import Final

from services.notification.domain.holding import Held, Standing
from services.notification.storage.deliveries import Delivery
from shared.postgres.transaction import Reader, Transaction
from shared.security.blind_index import BlindIndex

_URGENT: Final = """EXISTS (
    SELECT FROM sms_urgency u WHERE u.template_key = d.template_key AND (u.class = 'security' OR EXISTS (
        SELECT FROM message m
        WHERE m.event_id = coalesce((SELECT f.event_id FROM delivery f WHERE f.id = d.resend_of), d.event_id)
        AND m.recipient_id = d.recipient_id
        AND m.parameters->>'days' ~ '^[0-9]{1,4}$' AND (m.parameters->>'days')::int <= 1)))"""
_SELECT_STANDING: Final = (
    """
SELECT coalesce((SELECT is_on FROM trial_mode), false) AS trial,
       EXISTS (SELECT FROM trial_number WHERE number_index = ANY($2::bytea[])) AS on_list,
       d.resend_of IS NULL
           AND EXISTS (SELECT FROM unreachable_number WHERE number_index = ANY($2::bytea[])) AS unreachable,
       """
    + _URGENT
    + """ AS urgent
FROM delivery d WHERE d.id = $1 AND d.state = 'sending' AND d.attempts = $3
"""
)
# Only by who claimed it, and only while its lease has not made its fate unknown. It was no attempt.
_HOLD: Final = """
UPDATE delivery SET state = $3, outcome_code = $4, attempts = attempts - 1, held_by = $7,
    next_at = greatest(coalesce($5, next_at), (
        SELECT max(o.next_at) + $8::interval FROM delivery o WHERE o.state = 'pending' AND o.held_by = $7)),
    settled_at = CASE WHEN $5::timestamptz IS NULL THEN $6::timestamptz END,
    secret_event = CASE WHEN $5::timestamptz IS NULL THEN NULL ELSE secret_event END
WHERE id = $1 AND state = 'sending' AND attempts = $2
"""
_LOCK_ROW: Final = "SELECT pg_advisory_xact_lock(hashtext('notification.held_by'), hashtext($1))"
_TRY_LOCK: Final = "SELECT pg_try_advisory_xact_lock(hashtext('notification.quiet_hours'))"
_SELECT_RESERVE: Final = """
SELECT phone_place, phone_event FROM delivery WHERE event_id = $1 AND recipient_id = $2 AND state = 'reserve'
"""
_HOLD_RESERVE: Final = """
UPDATE delivery SET state = $3, outcome_code = $4, settled_at = $5
WHERE event_id = $1 AND recipient_id = $2 AND state = 'reserve'
"""
# In the order in which they would have gone, one place after the other, behind those that wait already.
_HOLD_DUE: Final = (
    """
WITH due AS (
    SELECT o.id, row_number() OVER (ORDER BY o.next_at, o.created_at, o.id) AS place
    FROM (
        SELECT d.id, d.next_at, d.created_at FROM delivery d
        WHERE d.state = 'pending' AND d.next_at <= $1 AND d.channel = 'sms' AND NOT d.at_most_once AND NOT """
    + _URGENT
    + """
        ORDER BY d.next_at, d.created_at, d.id LIMIT $4 FOR UPDATE SKIP LOCKED
    ) o
), last AS (
    SELECT greatest($2::timestamptz, max(next_at)) AS at FROM delivery
    WHERE state = 'pending' AND outcome_code = 'quiet_hours' AND next_at >= $2
)
UPDATE delivery d SET next_at = last.at + due.place * $3::interval, outcome_code = 'quiet_hours', held_by = NULL
FROM due, last WHERE d.id = due.id
"""
)


async def select_standing(reader: Reader, delivery: Delivery, number: BlindIndex) -> Standing | None:
    """What is known of a claimed text and its number; None where it is in its sender's hands no longer."""
    rows = await reader.fetch(_SELECT_STANDING, delivery.id, number.known, delivery.attempts)
    return Standing(**rows[0]) if rows else None


async def update_held(tx: Transaction, delivery: Delivery, held: Held, now: datetime) -> bool:
    """Put a claimed delivery aside that was not handed over, behind those that stand in its row; False where the claim
    does not hold any more."""
    name, apart = (held.row.name, held.row.apart) if held.row else (None, None)
    if name is not None:
        await tx.fetchval(_LOCK_ROW, name)
    values = (held.state, held.code, held.next_at, now, name, apart)
    return await tx.execute(_HOLD, delivery.id, delivery.attempts, *values) == 1


async def select_reserve(reader: Reader, preferred: Delivery) -> tuple[str, str] | None:
    """(place, sealed number) of the text in reserve for a notice, where there is one."""
    rows = await reader.fetch(_SELECT_RESERVE, preferred.event_id, preferred.recipient_id)
    return (rows[0]["phone_place"], rows[0]["phone_event"]) if rows else None


async def update_reserve_held(tx: Transaction, preferred: Delivery, held: Held, now: datetime) -> None:
    """Put the text in reserve for a notice aside for good."""
    await tx.execute(_HOLD_RESERVE, preferred.event_id, preferred.recipient_id, held.state, held.code, now)


async def lock_places(tx: Transaction) -> bool:
    """Be the only one who gives out places in the morning's row, until commit; False where somebody else is."""
    return bool(await tx.fetchval(_TRY_LOCK))


async def update_due_held(tx: Transaction, now: datetime, morning: datetime, apart: timedelta, limit: int) -> int:
    """Give business notices that are due places from `morning` on, `apart` from each other; how many."""
    return await tx.execute(_HOLD_DUE, now, morning, apart, limit)
