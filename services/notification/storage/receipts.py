"""Receipts of providers, and what they make of deliveries. Whatever order they come in, and however often: a text that
was delivered stays delivered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from services.notification.domain.receipt import Provider, Receipt
from shared.postgres.transaction import Transaction

# Ours is known before the provider is called, so that no receipt by it comes too early. Once the provider has told its
# serial, both must be right.
_INSERT_BY_OUT_ID: Final = """
INSERT INTO receipt AS r (provider, serial, delivery_id, delivered, code, received_at)
SELECT $1, g.serial, d.id, g.delivered, g.code, $6
FROM unnest($2::text[], $3::uuid[], $4::boolean[], $5::text[]) AS g (serial, out_id, delivered, code)
JOIN delivery d ON d.id = g.out_id AND d.attempts > 0 AND coalesce(d.provider_id, g.serial) = g.serial
     AND coalesce(d.provider, $1) = $1
ON CONFLICT (provider, serial) DO UPDATE SET delivered = true, code = excluded.code, received_at = excluded.received_at
WHERE excluded.delivered AND NOT r.delivered
"""
# A serial that nobody knows may be told in the answer that is still on its way: so many are kept, and no more.
_INSERT_BY_SERIAL: Final = """
INSERT INTO receipt AS r (provider, serial, delivery_id, delivered, code, received_at)
SELECT $1, g.serial, d.id, g.delivered, g.code, $5
FROM unnest($2::text[], $3::boolean[], $4::text[]) AS g (serial, delivered, code)
LEFT JOIN delivery d ON d.provider_id = g.serial AND coalesce(d.provider, $1) = $1
WHERE d.id IS NOT NULL OR (SELECT count(*) FROM receipt WHERE delivery_id IS NULL) < $6
ON CONFLICT (provider, serial) DO UPDATE SET delivered = true, code = excluded.code, received_at = excluded.received_at
WHERE excluded.delivered AND NOT r.delivered
"""
_MATCH_EARLY: Final = """
UPDATE receipt r SET delivery_id = d.id FROM delivery d
WHERE r.delivery_id IS NULL AND d.provider_id = r.serial AND coalesce(d.provider, r.provider) = r.provider
RETURNING r.provider, r.serial
"""
# `pending`: it went after all, though the provider was not sure at first; it must not go again.
_APPLY: Final = """
UPDATE delivery d
SET state = CASE WHEN r.delivered THEN 'delivered' ELSE 'undelivered' END, outcome_code = r.code,
    provider_id = coalesce(d.provider_id, r.serial), settled_at = coalesce(d.settled_at, $3), secret_event = NULL
FROM receipt r
WHERE r.provider = $1 AND r.serial = ANY($2::text[]) AND d.id = r.delivery_id
  AND (d.state IN ('sending', 'sent', 'unknown') OR d.state = 'undelivered' AND r.delivered
       OR d.state = 'pending' AND d.attempts > 0 OR d.state = 'failed' AND d.outcome_code = 'fate_unknown')
RETURNING d.id, d.recipient_id, d.at_most_once, d.phone_place, d.phone_event, r.delivered, r.code,
          d.resend_of IS NOT NULL AS resent
"""
_FORGET_EARLY: Final = "DELETE FROM receipt WHERE delivery_id IS NULL AND received_at < $1"


@dataclass(frozen=True, slots=True)
class Reported:
    """A delivery whose state a receipt has changed."""

    id: UUID
    recipient_id: UUID
    at_most_once: bool
    phone_place: str
    phone_event: str
    delivered: bool
    code: str
    resent: bool


async def insert_by_out_id(tx: Transaction, provider: Provider, receipts: Sequence[Receipt], now: datetime) -> int:
    """Keep receipts that name one of our texts by our id and, where it is known, by the right serial; how many are new
    or say more than before."""
    named = [one for one in receipts if one.out_id is not None]
    return await tx.execute(
        _INSERT_BY_OUT_ID,
        provider,
        [one.serial for one in named],
        [one.out_id for one in named],
        [one.delivered for one in named],
        [one.code for one in named],
        now,
    )


async def insert_by_serial(
    tx: Transaction, provider: Provider, receipts: Sequence[Receipt], now: datetime, most_early: int
) -> int:
    """Keep receipts without our id by the provider's serial, at most `most_early` that nobody knows yet; how many."""
    unnamed = [one for one in receipts if one.out_id is None]
    return await tx.execute(
        _INSERT_BY_SERIAL,
        provider,
        [one.serial for one in unnamed],
        [one.delivered for one in unnamed],
        [one.code for one in unnamed],
        now,
        most_early,
    )


async def update_early_matched(tx: Transaction) -> list[tuple[Provider, str]]:
    """(provider, serial) of receipts that came before the provider's answer and whose text is known by now."""
    return [(row["provider"], row["serial"]) for row in await tx.fetch(_MATCH_EARLY)]


async def update_reported(tx: Transaction, provider: Provider, serials: Sequence[str], now: datetime) -> list[Reported]:
    """Give deliveries the state their receipts say; those that changed."""
    return [Reported(**row) for row in await tx.fetch(_APPLY, provider, serials, now)]


async def delete_early(tx: Transaction, before: datetime) -> int:
    """Forget receipts that came before a moment and belong to nothing we sent; how many."""
    return await tx.execute(_FORGET_EARLY, before)
