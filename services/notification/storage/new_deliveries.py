"""Deliveries as they are written with the event that asks for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from services.notification.domain.audience import Notice
from services.notification.domain.preference import Channels
from services.notification.storage.catalogue import Rule
from shared.contracts.identity import PersonContactChanged
from shared.contracts.identity_staff import StaffChanged
from shared.postgres.transaction import Transaction

_PERSON_PLACE = f"{PersonContactChanged.TYPE}."
_STAFF_PLACE = f"{StaffChanged.TYPE}.phone:"

# Whose phone was not heard of yet is waited for; whose phone was forgotten has an empty one, and is not. Where
# WeChat is tried first the text stands in reserve.
_INSERT_FOR_PEOPLE: Final = """
WITH addressed AS (
    SELECT n.event_id, n.target_id, n.at, p.person_id IS NOT NULL AS known, coalesce(p.phone_event, '') AS phone,
           p.openid_event AS openid, p.email_event AS email,
           CASE WHEN p.number_version = p.version THEN p.number_index END AS number,
           $8 AND coalesce(p.openid_event, '') <> '' AND coalesce(w.wechat, true) AS by_wechat,
           $9 AND p.phone_event IS DISTINCT FROM '' AND coalesce(w.sms, true) AS by_sms,
           $10 AND coalesce(p.email_event, '') <> '' AND coalesce(w.email, false) AS by_email
    FROM unnest($5::uuid[], $6::uuid[], $7::timestamptz[]) AS n (event_id, target_id, at)
    LEFT JOIN known_person p ON p.person_id = n.target_id
    LEFT JOIN channel_preference w ON w.person_id = n.target_id AND w.category = $11
)
INSERT INTO delivery (event_id, event_type, recipient_id, channel, template_key, template_version, state, at_most_once,
                      phone_place, phone_event, number_index, next_at, created_at)
SELECT a.event_id, $1, a.target_id, c.channel, $2, $3, c.state, false, $4 || c.field || ':' || a.target_id, c.address,
       c.number, a.at, a.at
FROM addressed a CROSS JOIN LATERAL (VALUES
    ('wechat', a.by_wechat, 'pending', 'wechat_openid', a.openid, NULL),
    ('sms', a.by_sms, CASE WHEN a.by_wechat THEN 'reserve' WHEN a.known THEN 'pending' ELSE 'waiting' END,
     'phone', a.phone, a.number),
    ('email', a.by_email, 'pending', 'email', a.email, NULL)
) AS c (channel, wanted, state, field, address, number)
WHERE c.wanted
ON CONFLICT (event_id, recipient_id, channel) DO NOTHING
"""
_INSERT_FOR_STAFF: Final = """
INSERT INTO delivery (event_id, event_type, recipient_id, channel, template_key, template_version, state, at_most_once,
                      phone_place, phone_event, number_index, next_at, created_at)
SELECT n.event_id, $1, s.staff_id, 'sms', $2, $3, 'pending', false, $4 || s.staff_id, s.phone_event,
       CASE WHEN s.number_version = s.version THEN s.number_index END, n.at, n.at
FROM unnest($5::uuid[], $6::uuid[], $7::timestamptz[]) AS n (event_id, target_id, at)
JOIN known_staff s ON s.scope_id = n.target_id AND s.state = 'active' AND s.role = ANY($8::text[])
ON CONFLICT (event_id, recipient_id, channel) DO NOTHING
"""
_INSERT_FOR_ACCOUNTS: Final = """
INSERT INTO delivery (event_id, event_type, recipient_id, channel, template_key, template_version, state, at_most_once,
                      phone_place, phone_event, number_index, next_at, created_at)
SELECT n.event_id, $1, n.target_id, 'sms', $2, $3, CASE WHEN s.staff_id IS NULL THEN 'waiting' ELSE 'pending' END,
       false, $4 || n.target_id, coalesce(s.phone_event, ''),
       CASE WHEN s.number_version = s.version THEN s.number_index END, n.at, n.at
FROM unnest($5::uuid[], $6::uuid[], $7::timestamptz[]) AS n (event_id, target_id, at)
LEFT JOIN known_staff s ON s.staff_id = n.target_id
ON CONFLICT (event_id, recipient_id, channel) DO NOTHING
"""
# What carries a code goes at most once (M10).
_INSERT_TO_ADDRESS: Final = """
INSERT INTO delivery (event_id, event_type, recipient_id, channel, template_key, template_version, state, at_most_once,
                      phone_place, phone_event, secret_place, secret_event, expires_at, next_at, created_at)
VALUES ($1, $2, $3, $12, $4, $5, 'pending', $8::text IS NOT NULL, $6, $7, $8, $9, $10, $13, $11)
ON CONFLICT (event_id, recipient_id, channel) DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class AddressedDelivery:
    """A delivery to the phone or e-mail address named in an event, with a code or without; both stay sealed as they
    came. It counts from `created_at`, the time of its event, and may go from `next_at` on."""

    event_id: UUID
    event_type: str
    recipient_id: UUID
    channel: Literal["sms", "email"]
    phone_place: str
    phone_event: str
    secret_place: str | None
    secret_event: str | None
    expires_at: datetime | None
    created_at: datetime
    next_at: datetime


async def insert_for_people(
    tx: Transaction, notices: Sequence[Notice], rule: Rule, channels: Channels, category: str | None
) -> int:
    """One delivery per notice, person and channel that the rule and the person want; a text waits where the phone was
    not heard of yet, and stands in reserve behind WeChat. Without a category the person is not asked. How many."""
    common = _common(notices, rule, _PERSON_PLACE)
    return await tx.execute(_INSERT_FOR_PEOPLE, *common, channels.wechat, channels.sms, channels.email, category)


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


async def insert_to_address(tx: Transaction, wanted: AddressedDelivery, rule: Rule) -> None:
    """One delivery to where the event says."""
    await tx.execute(
        _INSERT_TO_ADDRESS,
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
        wanted.channel,
        wanted.next_at,
    )
