"""Deliveries as people who run the platform look them up: by recipient, by event, with every step, and sent again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from services.notification.domain.resending import Resendable, ResendReason
from shared.contracts.identity import PersonContactChanged
from shared.contracts.identity_staff import StaffChanged
from shared.errors import NotFound
from shared.postgres.transaction import Reader, Transaction
from shared.security.blind_index import BlindIndex

_ACCOUNT_PLACES: Final = (
    *(f"{PersonContactChanged.TYPE}.{field}:" for field in ("phone", "wechat_openid", "email")),
    f"{StaffChanged.TYPE}.phone:",
)

_COLUMNS: Final = """
SELECT d.id, d.event_id, d.event_type, d.recipient_id, d.channel, d.template_key, d.template_version, d.state,
       d.attempts, d.provider_id, d.outcome_code, d.created_at, d.settled_at, d.resend_of, d.resend_reason
FROM delivery d
"""
_PAGE: Final = """
  AND ($2::text IS NULL OR d.state = $2) AND ($3::text IS NULL OR d.channel = $3)
  AND ($4::timestamptz IS NULL OR (d.created_at, d.id) < ($4, $5::uuid))
ORDER BY d.created_at DESC, d.id DESC LIMIT $6
"""
_SELECT_OF_RECIPIENT: Final = f"{_COLUMNS} WHERE d.recipient_id = $1 {_PAGE}"
# What was sent again because of it belongs to the event too.
_SELECT_OF_EVENT: Final = f"""
{_COLUMNS}
WHERE d.id IN (
    SELECT id FROM delivery WHERE event_id = $1
    UNION SELECT a.id FROM delivery f JOIN delivery a ON a.resend_of = f.id WHERE f.event_id = $1
)
{_PAGE}
"""
# What went to the accounts that have the number now, and what went to the number itself, whoever it belonged to.
_SELECT_OF_NUMBER: Final = f"""
{_COLUMNS}
WHERE d.id IN (
    SELECT id FROM delivery WHERE recipient_id = ANY($1::uuid[])
    UNION SELECT id FROM delivery WHERE number_index = ANY($7::bytea[]) AND phone_event <> ''
)
{_PAGE}
"""
_SELECT_ONE: Final = f"{_COLUMNS} WHERE d.id = $1"
_SELECT_STEPS: Final = """
SELECT state, outcome_code, attempts, at FROM delivery_step WHERE delivery_id = $1 ORDER BY position
"""
# The first delivery of the notice is the turnstile of its resendings.
_LOCK_FIRST: Final = """
SELECT id FROM delivery WHERE id = (SELECT coalesce(resend_of, id) FROM delivery WHERE id = $1) FOR UPDATE
"""
_SELECT_RESENDABLE: Final = """
SELECT d.id, coalesce(d.resend_of, d.id) AS first_id, d.at_most_once OR d.secret_place IS NOT NULL AS has_code,
       d.settled_at IS NOT NULL AS is_over, d.phone_place = ANY($2::text[]) AS to_account,
       count(a.id) AS resends, count(a.id) FILTER (WHERE a.settled_at IS NULL) > 0 AS under_way
FROM delivery d LEFT JOIN delivery a ON a.resend_of = coalesce(d.resend_of, d.id)
WHERE d.id = $1 GROUP BY d.id
"""
# It waits, and is due: the sending loop looks up the phone that the account has now.
_INSERT_RESEND: Final = """
INSERT INTO delivery (event_id, event_type, recipient_id, channel, template_key, template_version, state, at_most_once,
                      phone_place, phone_event, next_at, created_at, resend_of, resend_reason)
SELECT $2, event_type, recipient_id, channel, template_key, template_version, 'waiting', false, phone_place, '', $3, $3,
       coalesce(resend_of, id), $4
FROM delivery WHERE id = $1
RETURNING id
"""


class DeliveryNotFound(NotFound):
    """No such delivery."""

    code = "delivery_not_found"


@dataclass(frozen=True, slots=True)
class Sent:
    """One delivery without its number. `resend_of` is the first delivery of the notice where this one is a further."""

    id: UUID
    event_id: UUID
    event_type: str
    recipient_id: UUID
    channel: str
    template_key: str
    template_version: int
    state: str
    attempts: int
    provider_id: str | None
    outcome_code: str | None
    created_at: datetime
    settled_at: datetime | None
    resend_of: UUID | None
    resend_reason: str | None


@dataclass(frozen=True, slots=True)
class Step:
    """One change of a delivery: the state it came to, with the provider's code, after so many attempts."""

    state: str
    outcome_code: str | None
    attempts: int
    at: datetime


@dataclass(frozen=True, slots=True)
class SoughtDeliveries:
    """Which deliveries: of a recipient or of an event; of a state and a channel, or of any."""

    recipient_id: UUID | None = None
    event_id: UUID | None = None
    state: str | None = None
    channel: str | None = None


async def select_page(
    reader: Reader, sought: SoughtDeliveries, before: tuple[datetime | None, UUID | None], limit: int
) -> list[Sent]:
    """Newest first, older than the cursor; of a recipient where one is named, else of the event."""
    statement = _SELECT_OF_EVENT if sought.recipient_id is None else _SELECT_OF_RECIPIENT
    of = sought.recipient_id or sought.event_id
    return [Sent(**row) for row in await reader.fetch(statement, of, sought.state, sought.channel, *before, limit)]


async def select_page_of_number(
    reader: Reader,
    number: BlindIndex,
    accounts: Sequence[UUID],
    sought: SoughtDeliveries,
    before: tuple[datetime | None, UUID | None],
    limit: int,
) -> list[Sent]:
    """Newest first, older than the cursor: what went to a number, or to one of `accounts`."""
    narrowed = (accounts, sought.state, sought.channel, *before, limit, number.known)
    return [Sent(**row) for row in await reader.fetch(_SELECT_OF_NUMBER, *narrowed)]


async def select_one(reader: Reader, delivery_id: UUID) -> Sent:
    """Raises DeliveryNotFound."""
    rows = await reader.fetch(_SELECT_ONE, delivery_id)
    if not rows:
        raise DeliveryNotFound
    return Sent(**rows[0])


async def select_steps(reader: Reader, delivery_id: UUID) -> list[Step]:
    """What happened to it, oldest first."""
    return [Step(**row) for row in await reader.fetch(_SELECT_STEPS, delivery_id)]


async def lock_resendable(tx: Transaction, delivery: Sent) -> Resendable:
    """A delivery, and what was sent again because of it; nobody else sends it again until the commit."""
    await tx.execute(_LOCK_FIRST, delivery.id)
    places = [f"{place}{delivery.recipient_id}" for place in _ACCOUNT_PLACES]
    (row,) = await tx.fetch(_SELECT_RESENDABLE, delivery.id, places)
    return Resendable(**row)


async def insert_resend(
    tx: Transaction, delivery_id: UUID, resend_id: UUID, reason: ResendReason, now: datetime
) -> UUID:
    """A further delivery of the same notice to the phone that the recipient has now; its id."""
    made: UUID = await tx.fetchval(_INSERT_RESEND, delivery_id, resend_id, now, reason)
    return made
