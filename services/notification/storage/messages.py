"""The in-app inbox. One row per event and recipient by constraint; the text is made when it is read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson

from services.notification.domain.audience import Notice
from services.notification.storage.catalogue import Rule
from shared.errors import NotFound
from shared.postgres.transaction import Reader, Transaction

_INSERT_FOR_PEOPLE: Final = """
INSERT INTO message (recipient_id, event_id, template_key, template_version, parameters, created_at)
SELECT n.target_id, n.event_id, $1, $2, n.parameters::jsonb, n.created_at
FROM unnest($3::uuid[], $4::uuid[], $5::text[], $6::timestamptz[]) AS n (event_id, target_id, parameters, created_at)
ON CONFLICT (event_id, recipient_id) DO NOTHING
"""
_INSERT_FOR_STAFF: Final = """
INSERT INTO message (recipient_id, event_id, template_key, template_version, parameters, created_at)
SELECT s.staff_id, n.event_id, $1, $2, n.parameters::jsonb, n.created_at
FROM unnest($3::uuid[], $4::uuid[], $5::text[], $6::timestamptz[]) AS n (event_id, target_id, parameters, created_at)
JOIN known_staff s ON s.scope_id = n.target_id AND s.state = 'active' AND s.role = ANY($7::text[])
ON CONFLICT (event_id, recipient_id) DO NOTHING
"""
_SELECT_PAGE: Final = """
SELECT id, template_key, template_version, parameters::text AS parameters, created_at, read_at
FROM message
WHERE recipient_id = $1 AND (NOT $2 OR read_at IS NULL)
  AND ($3::timestamptz IS NULL OR (created_at, id) < ($3, $4::uuid))
ORDER BY created_at DESC, id DESC LIMIT $5
"""
_SELECT_CONTENT: Final = """
SELECT m.parameters::text AS parameters, coalesce(p.language, 'zh') AS language
FROM message m LEFT JOIN known_person p ON p.person_id = m.recipient_id
WHERE m.event_id = $1 AND m.recipient_id = $2
"""
_COUNT_UNREAD: Final = "SELECT count(*) FROM message WHERE recipient_id = $1 AND read_at IS NULL"
_MARK_READ: Final = "UPDATE message SET read_at = coalesce(read_at, $3) WHERE id = $1 AND recipient_id = $2"
_MARK_ALL_READ: Final = "UPDATE message SET read_at = $2 WHERE recipient_id = $1 AND read_at IS NULL"


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


def _columns(notices: Sequence[Notice]) -> tuple[list[Any], ...]:
    return (
        [n.event_id for n in notices],
        [n.target_id for n in notices],
        [orjson.dumps(n.parameters).decode() for n in notices],
        [n.occurred_at for n in notices],
    )


async def insert_for_people(tx: Transaction, notices: Sequence[Notice], rule: Rule) -> None:
    """One message per notice, to the person it addresses."""
    await tx.execute(_INSERT_FOR_PEOPLE, rule.template_key, rule.template_version, *_columns(notices))


async def insert_for_staff(tx: Transaction, notices: Sequence[Notice], rule: Rule, roles: Sequence[str]) -> None:
    """One message per notice and active staff account with one of `roles` in the addressed scope."""
    await tx.execute(_INSERT_FOR_STAFF, rule.template_key, rule.template_version, *_columns(notices), roles)


async def select_page(
    reader: Reader, recipient_id: UUID, *, unread: bool, before: tuple[datetime | None, UUID | None], limit: int
) -> list[StoredMessage]:
    """Newest first, older than the cursor."""
    rows = await reader.fetch(_SELECT_PAGE, recipient_id, unread, *before, limit)
    return [StoredMessage(**{**dict(row), "parameters": orjson.loads(row["parameters"])}) for row in rows]


async def select_content(reader: Reader, event_id: UUID, recipient_id: UUID) -> tuple[dict[str, Any], str] | None:
    """(parameters, the reader's language) of a message, for other channels; None where it was forgotten."""
    row = await reader.fetchrow(_SELECT_CONTENT, event_id, recipient_id)
    return None if row is None else (orjson.loads(row["parameters"]), row["language"])


async def count_unread(reader: Reader, recipient_id: UUID) -> int:
    """How many messages wait to be read."""
    return int(await reader.fetchval(_COUNT_UNREAD, recipient_id))


async def update_read(tx: Transaction, message_id: UUID, recipient_id: UUID, at: datetime) -> None:
    """Mark one as read. Raises MessageNotFound for somebody else's."""
    if await tx.execute(_MARK_READ, message_id, recipient_id, at) == 0:
        raise MessageNotFound


async def update_all_read(tx: Transaction, recipient_id: UUID, at: datetime) -> int:
    """Mark all as read; how many were not."""
    return await tx.execute(_MARK_ALL_READ, recipient_id, at)
