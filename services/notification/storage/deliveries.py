"""Deliveries by SMS: written with the event, claimed by senders, settled after the provider answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from services.notification.domain.audience import Notice
from services.notification.domain.delivery import Outcome, Settled
from services.notification.storage.catalogue import Rule
from shared.contracts.identity import PersonContactChanged, StaffChanged
from shared.postgres.transaction import Reader, Transaction

_PERSON_PLACE = f"{PersonContactChanged.TYPE}.phone:"
_STAFF_PLACE = f"{StaffChanged.TYPE}.phone:"

# Whose phone was not heard of yet is waited for; whose phone was forgotten has an empty one, and is not.
_INSERT_FOR_PEOPLE: Final = """
INSERT INTO delivery (event_id, event_type, recipient_id, channel, template_key, template_version, state, at_most_once,
                      phone_place, phone_event, next_at, created_at)
SELECT n.event_id, $1, n.target_id, 'sms', $2, $3, CASE WHEN p.person_id IS NULL THEN 'waiting' ELSE 'pending' END,
       false, $4 || n.target_id, coalesce(p.phone_event, ''), n.at, n.at
FROM unnest($5::uuid[], $6::uuid[], $7::timestamptz[]) AS n (event_id, target_id, at)
LEFT JOIN known_person p ON p.person_id = n.target_id
WHERE p.phone_event IS DISTINCT FROM ''
ON CONFLICT (event_id, recipient_id, channel) DO NOTHING
"""
_INSERT_FOR_STAFF: Final = """
INSERT INTO delivery (event_id, event_type, recipient_id, channel, template_key, template_version, state, at_most_once,
                      phone_place, phone_event, next_at, created_at)
SELECT n.event_id, $1, s.staff_id, 'sms', $2, $3, 'pending', false, $4 || s.staff_id, s.phone_event, n.at, n.at
FROM unnest($5::uuid[], $6::uuid[], $7::timestamptz[]) AS n (event_id, target_id, at)
JOIN known_staff s ON s.scope_id = n.target_id AND s.state = 'active' AND s.role = ANY($8::text[])
ON CONFLICT (event_id, recipient_id, channel) DO NOTHING
"""
_INSERT_FOR_ACCOUNTS: Final = """
INSERT INTO delivery (event_id, event_type, recipient_id, channel, template_key, template_version, state, at_most_once,
                      phone_place, phone_event, next_at, created_at)
SELECT n.event_id, $1, n.target_id, 'sms', $2, $3, CASE WHEN s.staff_id IS NULL THEN 'waiting' ELSE 'pending' END,
       false, $4 || n.target_id, coalesce(s.phone_event, ''), n.at, n.at
FROM unnest($5::uuid[], $6::uuid[], $7::timestamptz[]) AS n (event_id, target_id, at)
LEFT JOIN known_staff s ON s.staff_id = n.target_id
ON CONFLICT (event_id, recipient_id, channel) DO NOTHING
"""
# What carries a code goes at most once (M10).
_INSERT_TO_PHONE: Final = """
INSERT INTO delivery (event_id, event_type, recipient_id, channel, template_key, template_version, state, at_most_once,
                      phone_place, phone_event, secret_place, secret_event, expires_at, next_at, created_at)
VALUES ($1, $2, $3, 'sms', $4, $5, 'pending', $8::text IS NOT NULL, $6, $7, $8, $9, $10, $11, $11)
ON CONFLICT (event_id, recipient_id, channel) DO NOTHING
"""
# A sender that died leaves `sending` behind: after the lease its fate is unknown, never "not sent".
_CLAIM: Final = """
UPDATE delivery SET state = 'sending', attempts = attempts + 1, next_at = $1::timestamptz + $2::interval
WHERE id IN (
    SELECT id FROM delivery WHERE state = 'pending' AND next_at <= $1
    ORDER BY next_at LIMIT $3 FOR UPDATE SKIP LOCKED
)
RETURNING id, event_id, event_type, recipient_id, template_key, template_version, at_most_once, phone_place,
          phone_event, secret_place, secret_event, expires_at, attempts, created_at
"""
_CLAIM_UNKNOWN: Final = """
UPDATE delivery SET next_at = $1::timestamptz + $2::interval
WHERE id IN (
    SELECT id FROM delivery WHERE state = 'unknown' AND NOT at_most_once AND next_at <= $1
    ORDER BY next_at LIMIT $3 FOR UPDATE SKIP LOCKED
)
RETURNING id, event_id, event_type, recipient_id, template_key, template_version, at_most_once, phone_place,
          phone_event, secret_place, secret_event, expires_at, attempts, created_at
"""
# One delay per look ($2, $3 is their number): the attempts of one that waits are its looks, and count anew once it is
# sent. Found, forgotten meanwhile or looked for often enough, it waits no longer.
_LOOK_FOR_PHONES: Final = """
WITH looked AS (
    SELECT d.id, coalesce(p.phone_event, s.phone_event) AS phone
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
UPDATE delivery SET state = 'unknown', outcome_code = 'sender_lost', next_at = $1::timestamptz + $2::interval
WHERE state = 'sending' AND next_at <= $1
"""
# A provider that still can not say is asked no longer: a human looks, nothing goes again.
_GIVE_UP: Final = """
UPDATE delivery SET state = 'failed', outcome_code = 'fate_unknown', settled_at = $1
WHERE state = 'unknown' AND NOT at_most_once AND created_at <= $1::timestamptz - $2::interval
"""
_COUNT_UNKNOWN: Final = """
SELECT count(*) FILTER (WHERE NOT at_most_once AND (
           state = 'unknown' AND next_at <= $1::timestamptz - $2::interval
           OR outcome_code = 'fate_unknown' AND settled_at > $1::timestamptz - interval '1 day')) AS notices,
       count(*) FILTER (
           WHERE at_most_once AND state = 'unknown' AND created_at > $1::timestamptz - interval '1 hour') AS codes
FROM delivery
WHERE state = 'unknown' OR outcome_code = 'fate_unknown' AND settled_at > $1::timestamptz - interval '1 day'
"""
# The code is dropped as soon as it can not be needed again. A receipt may have come before the provider's answer.
_SETTLE: Final = """
UPDATE delivery
SET state = $2, next_at = coalesce($3, next_at), outcome_code = $4, provider_id = coalesce($5, provider_id),
    settled_at = CASE WHEN $3::timestamptz IS NULL THEN $6::timestamptz END,
    secret_event = CASE WHEN $3::timestamptz IS NULL THEN NULL ELSE secret_event END
WHERE id = $1 AND state NOT IN ('delivered', 'undelivered')
"""
# Only by who claimed it, and only while its lease has not made its fate unknown. It was no attempt.
_PUT_BACK: Final = """
UPDATE delivery SET state = 'pending', attempts = attempts - 1, next_at = $3
WHERE id = $1 AND state = 'sending' AND attempts = $2
"""
# A code of unknown fate is never sent again; a notice of unknown fate is looked up.
_FORGET_PHONES: Final = """
UPDATE delivery SET phone_event = '', secret_event = NULL
WHERE id IN (
    SELECT id FROM delivery
    WHERE created_at < $1 AND phone_event <> ''
      AND (state NOT IN ('waiting', 'pending', 'sending', 'unknown') OR state = 'unknown' AND at_most_once)
    ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED
)
"""
_STATISTICS: Final = """
SELECT channel, state, count(*) AS count FROM delivery WHERE created_at >= $1 GROUP BY channel, state
UNION ALL
SELECT 'in_app', 'sent', count(*) FROM message WHERE created_at >= $1
ORDER BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class PhoneDelivery:
    """A delivery to the phone named in an event, with a code or without; both stay sealed as they came."""

    event_id: UUID
    event_type: str
    recipient_id: UUID
    phone_place: str
    phone_event: str
    secret_place: str | None
    secret_event: str | None
    expires_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """A claimed delivery; `id` is also our id with the provider (OutId)."""

    id: UUID
    event_id: UUID
    event_type: str
    recipient_id: UUID
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


async def insert_for_people(tx: Transaction, notices: Sequence[Notice], rule: Rule) -> int:
    """One delivery per notice to a person, which waits where the phone was not heard of yet; how many."""
    return await tx.execute(_INSERT_FOR_PEOPLE, *_common(notices, rule, _PERSON_PLACE))


async def insert_for_staff(tx: Transaction, notices: Sequence[Notice], rule: Rule, roles: Sequence[str]) -> int:
    """One delivery per notice and active staff account in the addressed scope; how many."""
    return await tx.execute(_INSERT_FOR_STAFF, *_common(notices, rule, _STAFF_PLACE), roles)


async def insert_for_accounts(tx: Transaction, notices: Sequence[Notice], rule: Rule) -> int:
    """One delivery per notice to the staff account it addresses, working or not, and waiting where it was not heard of
    yet; how many."""
    return await tx.execute(_INSERT_FOR_ACCOUNTS, *_common(notices, rule, _STAFF_PLACE))


def _common(notices: Sequence[Notice], rule: Rule, place: str) -> tuple[object, ...]:
    return (
        notices[0].event_type,
        rule.template_key,
        rule.template_version,
        place,
        [n.event_id for n in notices],
        [n.target_id for n in notices],
        [n.occurred_at for n in notices],
    )


async def insert_to_phone(tx: Transaction, wanted: PhoneDelivery, rule: Rule) -> None:
    """One delivery to a phone."""
    await tx.execute(
        _INSERT_TO_PHONE,
        wanted.event_id,
        wanted.event_type,
        wanted.recipient_id,
        rule.template_key,
        rule.template_version,
        wanted.phone_place,
        wanted.phone_event,
        wanted.secret_place,
        wanted.secret_event,
        wanted.expires_at,
        wanted.created_at,
    )


async def update_waiting(tx: Transaction, now: datetime, delays: Sequence[timedelta], limit: int) -> list[str]:
    """Look for the phones of deliveries that wait and are due; the states they have now: pending with a phone, waiting
    for the next of `delays`, or failed after the last."""
    return [row["state"] for row in await tx.fetch(_LOOK_FOR_PHONES, now, delays, len(delays), limit)]


async def claim_pending(tx: Transaction, now: datetime, lease: timedelta, limit: int) -> list[Delivery]:
    """Take due deliveries; from here on their fate is unknown until settled."""
    return [Delivery(**row) for row in await tx.fetch(_CLAIM, now, lease, limit)]


async def claim_unknown(tx: Transaction, now: datetime, lease: timedelta, limit: int) -> list[Delivery]:
    """Take business notices of unknown fate that are due to be looked up."""
    return [Delivery(**row) for row in await tx.fetch(_CLAIM_UNKNOWN, now, lease, limit)]


async def abandon_lost(tx: Transaction, now: datetime, reconcile_after: timedelta) -> int:
    """Deliveries whose sender vanished become unknown; how many."""
    return await tx.execute(_ABANDON, now, reconcile_after)


async def give_up_unknown(tx: Transaction, now: datetime, after: timedelta) -> int:
    """Notices whose fate the provider could not tell for so long fail for good; how many."""
    return await tx.execute(_GIVE_UP, now, after)


async def count_unknown(reader: Reader, now: datetime, overdue: timedelta) -> tuple[int, int]:
    """(notices that nobody looks up although due, or that were given up in the last day; codes of the last hour)."""
    (row,) = await reader.fetch(_COUNT_UNKNOWN, now, overdue)
    return row["notices"], row["codes"]


async def update_settled(tx: Transaction, delivery_id: UUID, settled: Settled, outcome: Outcome, now: datetime) -> None:
    """Write what became of an attempt."""
    await tx.execute(_SETTLE, delivery_id, settled.state, settled.next_at, outcome.code, outcome.provider_id, now)


async def update_put_back(tx: Transaction, claimed: Delivery, next_at: datetime) -> None:
    """Let one that was claimed, and never handed to the provider, be claimed again from a moment on."""
    await tx.execute(_PUT_BACK, claimed.id, claimed.attempts, next_at)


async def update_phones_forgotten(tx: Transaction, before: datetime, limit: int) -> int:
    """Forget phone and code of deliveries made before a moment that will not be sent or looked up again; how many."""
    return await tx.execute(_FORGET_PHONES, before, limit)


async def select_statistics(reader: Reader, since: datetime) -> list[tuple[str, str, int]]:
    """(channel, state, count) since a moment."""
    return [(row["channel"], row["state"], row["count"]) for row in await reader.fetch(_STATISTICS, since)]
