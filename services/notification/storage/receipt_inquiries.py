"""Texts whose receipt did not come: asked after at the provider, with growing pauses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from services.notification.domain.receipt import Provider
from shared.postgres.transaction import Transaction

_CLAIM: Final = """
WITH due AS (
    SELECT d.id FROM delivery d LEFT JOIN receipt_inquiry i ON i.delivery_id = d.id
    WHERE d.state = 'sent' AND d.channel = 'sms' AND d.phone_event <> ''
      AND d.settled_at <= $1::timestamptz - $2::interval AND d.settled_at > $1::timestamptz - $3::interval
      AND coalesce(i.next_at, d.settled_at) <= $1
    ORDER BY d.settled_at LIMIT $5 FOR UPDATE OF d SKIP LOCKED
), asked AS (
    INSERT INTO receipt_inquiry AS i (delivery_id, asked, next_at)
    SELECT id, 1, $1::timestamptz + ($4::interval[])[1] FROM due
    ON CONFLICT (delivery_id) DO UPDATE SET asked = i.asked + 1,
        next_at = $1::timestamptz + ($4::interval[])[least(i.asked + 1, cardinality($4::interval[]))]
    RETURNING delivery_id
)
SELECT d.id, d.phone_place, d.phone_event, d.provider_id, d.provider, d.settled_at AS sent_at
FROM delivery d JOIN asked a ON a.delivery_id = d.id ORDER BY d.settled_at
"""


@dataclass(frozen=True, slots=True)
class Unreported:
    """A text that the provider took and nobody has reported of."""

    id: UUID
    phone_place: str
    phone_event: str
    provider_id: str | None
    provider: Provider | None
    sent_at: datetime


async def update_asked(
    tx: Transaction, now: datetime, after: timedelta, until: timedelta, pauses: Sequence[timedelta], limit: int
) -> list[Unreported]:
    """Take texts sent longer ago than `after` and less long than `until` that are due to be asked after, and note when
    next: after the pause of its number, the last for ever."""
    found = await tx.fetch(_CLAIM, now, after, until, pauses, limit)
    return [Unreported(**row) for row in found]
