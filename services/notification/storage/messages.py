"""The in-app inbox. One row per event and recipient by constraint; the text is made when it is read."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson

from services.notification.domain.audience import Notice
from services.notification.storage.catalogue import Rule
from shared.errors import NotFound
from shared.postgres.transaction import Reader, Transaction

_INSERT_FOR_PEOPLE: Final = """
INSERT INTO message (recipient_id, event_id, template_key, template_version, parameters, created_at, category,
                     link_kind, link_id, declaration_id, event_type)
SELECT n.target_id, n.event_id, $1, $2, n.parameters::jsonb, n.created_at, n.category, n.link_kind, n.link_id,
       n.declaration_id, $11
FROM unnest($3::uuid[], $4::uuid[], $5::text[], $6::timestamptz[], $7::text[], $8::text[], $9::uuid[], $10::uuid[])
     AS n (event_id, target_id, parameters, created_at, category, link_kind, link_id, declaration_id)
ON CONFLICT (event_id, recipient_id) DO NOTHING
"""
_INSERT_FOR_STAFF: Final = """
INSERT INTO message (recipient_id, event_id, template_key, template_version, parameters, created_at, category,
                     link_kind, link_id, declaration_id, event_type)
SELECT s.staff_id, n.event_id, $1, $2, n.parameters::jsonb, n.created_at, n.category, n.link_kind, n.link_id,
       n.declaration_id, $11
FROM unnest($3::uuid[], $4::uuid[], $5::text[], $6::timestamptz[], $7::text[], $8::text[], $9::uuid[], $10::uuid[])
     AS n (event_id, target_id, parameters, created_at, category, link_kind, link_id, declaration_id)
JOIN known_staff s ON s.scope_id = n.target_id AND s.state = 'active' AND s.role = ANY($12::text[])
ON CONFLICT (event_id, recipient_id) DO NOTHING
"""
# Titles stand in the templates, so that a search in them comes as keys and versions.
_SELECT_PAGE: Final = """
SELECT id, template_key, template_version, parameters::text AS parameters, created_at, read_at, category, link_kind,
       link_id
FROM message
WHERE recipient_id = $1 AND (NOT $2 OR read_at IS NULL)
  AND ($3::text IS NULL OR category = $3) AND ($4::uuid IS NULL OR link_id = $4)
  AND ($5::text[] IS NULL OR (template_key, template_version) IN (SELECT * FROM unnest($5, $6::integer[])))
  AND ($7::timestamptz IS NULL OR (created_at, id) < ($7, $8::uuid))
ORDER BY created_at DESC, id DESC LIMIT $9
"""
# What is sent again says what the first delivery of the notice said: the message belongs to the event of that one.
_SELECT_CONTENT: Final = """
SELECT m.parameters::text AS parameters, coalesce(p.language, 'zh') AS language, m.link_kind, m.link_id
FROM delivery d
JOIN delivery f ON f.id = coalesce(d.resend_of, d.id)
JOIN message m ON m.event_id = f.event_id AND m.recipient_id = f.recipient_id
LEFT JOIN known_person p ON p.person_id = m.recipient_id
WHERE d.id = $1
"""
# The mark is another one as soon as any message comes, is read or goes, also where the numbers stay the same.
_COUNT_UNREAD: Final = """
SELECT recipient_id, category, count(*) AS unread, bit_xor(uuid_hash_extended(id, 0)) AS mark
FROM message WHERE recipient_id = ANY($1::uuid[]) AND read_at IS NULL
GROUP BY recipient_id, category
"""
_TOLD: Final = """
SELECT recipient_id, event_id, id, template_key, template_version, parameters::text AS parameters, created_at, read_at,
       category, link_kind, link_id
FROM message
"""
_TOLD_PAGE: Final = """
  AND ($2::timestamptz IS NULL OR (created_at, id) < ($2, $3::uuid)) ORDER BY created_at DESC, id DESC LIMIT $4
"""
_SELECT_TOLD_TO: Final = f"{_TOLD} WHERE recipient_id = $1 {_TOLD_PAGE}"
_SELECT_TOLD_OF: Final = f"{_TOLD} WHERE event_id = $1 {_TOLD_PAGE}"
_SELECT_TOLD_TO_ANY: Final = f"{_TOLD} WHERE recipient_id = ANY($1::uuid[]) {_TOLD_PAGE}"
_MARK_READ: Final = "UPDATE message SET read_at = coalesce(read_at, $3) WHERE id = $1 AND recipient_id = $2"
_MARK_ALL_READ: Final = """
UPDATE message SET read_at = $2 WHERE recipient_id = $1 AND read_at IS NULL AND ($3::text IS NULL OR category = $3)
"""


_MARK_BITS: Final = (1 << 56) - 1
"""So that a mark fits into the id of an event."""


class MessageNotFound(NotFound):
    """No such message of this recipient."""

    code = "message_not_found"


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """A message before it is put into words."""

    id: UUID
    template_key: str
    template_version: int
    parameters: dict[str, Any]
    created_at: datetime
    read_at: datetime | None
    category: str
    link_kind: str | None
    link_id: UUID | None


@dataclass(frozen=True, slots=True)
class Content:
    """What a message says and opens, for other channels, and its reader's language."""

    parameters: dict[str, Any]
    language: str
    link_kind: str | None = None
    link_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """A message in somebody's inbox, and because of what."""

    recipient_id: UUID
    event_id: UUID
    message: StoredMessage


@dataclass(frozen=True, slots=True)
class Sought:
    """Which messages of an inbox: `titled` are the templates that may be shown, `about` the thing that they open."""

    unread: bool = False
    category: str | None = None
    about: UUID | None = None
    titled: Sequence[tuple[str, int]] | None = None


@dataclass(frozen=True, slots=True)
class Unread:
    """What is unread of one inbox: how many per category; `mark` is another one whenever other messages are."""

    counts: Mapping[str, int]
    mark: int

    @property
    def total(self) -> int:
        """For the badge."""
        return sum(self.counts.values())


def _columns(notices: Sequence[Notice]) -> tuple[Any, ...]:
    """Of notices of one event type."""
    return (
        [n.event_id for n in notices],
        [n.target_id for n in notices],
        [orjson.dumps(n.parameters).decode() for n in notices],
        [n.occurred_at for n in notices],
        [n.place.category for n in notices],
        [n.place.link.kind if n.place.link else None for n in notices],
        [n.place.link.id if n.place.link else None for n in notices],
        [n.place.link.declaration_id if n.place.link else None for n in notices],
        notices[0].event_type,
    )


def _message(row: Mapping[str, Any]) -> StoredMessage:
    values = {one.name: row[one.name] for one in fields(StoredMessage)}
    return StoredMessage(**values | {"parameters": orjson.loads(row["parameters"])})


async def insert_for_people(tx: Transaction, notices: Sequence[Notice], rule: Rule) -> None:
    """One message per notice, to the person it addresses."""
    await tx.execute(_INSERT_FOR_PEOPLE, rule.template_key, rule.template_version, *_columns(notices))


async def insert_for_staff(tx: Transaction, notices: Sequence[Notice], rule: Rule, roles: Sequence[str]) -> None:
    """One message per notice and active staff account with one of `roles` in the addressed scope."""
    await tx.execute(_INSERT_FOR_STAFF, rule.template_key, rule.template_version, *_columns(notices), roles)


async def select_page(
    reader: Reader, recipient_id: UUID, sought: Sought, *, before: tuple[datetime | None, UUID | None], limit: int
) -> list[StoredMessage]:
    """Newest first, older than the cursor."""
    titled = sought.titled
    rows = await reader.fetch(
        _SELECT_PAGE,
        recipient_id,
        sought.unread,
        sought.category,
        sought.about,
        None if titled is None else [key for key, _ in titled],
        None if titled is None else [version for _, version in titled],
        *before,
        limit,
    )
    return [_message(row) for row in rows]


async def select_content(reader: Reader, delivery_id: UUID) -> Content | None:
    """Of a delivery's message; None where it was forgotten."""
    row = await reader.fetchrow(_SELECT_CONTENT, delivery_id)
    return None if row is None else Content(**{**dict(row), "parameters": orjson.loads(row["parameters"])})


async def select_told(
    reader: Reader,
    recipient_id: UUID | None,
    event_id: UUID | None,
    before: tuple[datetime | None, UUID | None],
    limit: int,
) -> list[Told]:
    """Newest first, older than the cursor: of one inbox where a recipient is named, else because of an event."""
    statement = _SELECT_TOLD_OF if recipient_id is None else _SELECT_TOLD_TO
    rows = await reader.fetch(statement, recipient_id or event_id, *before, limit)
    return [Told(row["recipient_id"], row["event_id"], _message(row)) for row in rows]


async def select_told_to(
    reader: Reader, recipient_ids: Sequence[UUID], before: tuple[datetime | None, UUID | None], limit: int
) -> list[Told]:
    """Newest first, older than the cursor, of several inboxes."""
    rows = await reader.fetch(_SELECT_TOLD_TO_ANY, recipient_ids, *before, limit)
    return [Told(row["recipient_id"], row["event_id"], _message(row)) for row in rows]


async def select_unread(reader: Reader, recipient_ids: Collection[UUID]) -> dict[UUID, Unread]:
    """What is unread of each of these inboxes, in one statement."""
    counts: dict[UUID, dict[str, int]] = {one: {} for one in recipient_ids}
    marks = dict.fromkeys(recipient_ids, 0)
    for row in await reader.fetch(_COUNT_UNREAD, list(recipient_ids)):
        counts[row["recipient_id"]][row["category"]] = row["unread"]
        marks[row["recipient_id"]] ^= row["mark"] & _MARK_BITS
    return {one: Unread(counts[one], marks[one]) for one in recipient_ids}


async def update_read(tx: Transaction, message_id: UUID, recipient_id: UUID, at: datetime) -> None:
    """Mark one as read. Raises MessageNotFound for somebody else's."""
    if await tx.execute(_MARK_READ, message_id, recipient_id, at) == 0:
        raise MessageNotFound


async def update_all_read(tx: Transaction, recipient_id: UUID, category: str | None, at: datetime) -> int:
    """Mark all as read, or all of a category; how many were not."""
    return await tx.execute(_MARK_ALL_READ, recipient_id, at, category)
