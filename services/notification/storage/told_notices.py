"""What was told about a declaration, and what became of it by each channel: for decision packets (C6)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, cast
from uuid import UUID

import orjson

from services.notification.domain.place import LinkKind
from shared.contracts.declaration import PacketNoticesAsked
from shared.contracts.notification import ToldChannel
from shared.postgres.transaction import Reader

# By what messages open, kind and id together; a candidate chooses the ids of earlier rows, so that messages about those
# name their declaration. A message older than the column has its type with a delivery, if it has one.
_SELECT: Final = """
SELECT m.event_id, m.recipient_id, m.template_key, m.template_version, m.parameters::text AS parameters, m.created_at,
       m.read_at, m.purged_at, CASE WHEN s.staff_id IS NULL THEN 'candidate' ELSE 'staff' END AS recipient,
       coalesce(p.language, s.language, 'zh') AS language, coalesce(m.event_type,
           (SELECT d.event_type FROM delivery d WHERE d.event_id = m.event_id LIMIT 1)) AS event_type
FROM message m LEFT JOIN known_person p ON p.person_id = m.recipient_id
LEFT JOIN known_staff s ON s.staff_id = m.recipient_id
WHERE m.id IN (
    SELECT k.id FROM unnest($1::text[], $2::uuid[]) AS o (kind, link) JOIN message k ON k.link_id = o.link
    AND k.link_kind = o.kind UNION SELECT k.id FROM message k WHERE k.declaration_id = $3
    UNION SELECT k.id FROM message k WHERE k.link_kind = 'cycle' AND k.link_id = $4 AND k.recipient_id = $5
) AND (NOT $6 OR m.recipient_id = $5)
ORDER BY m.created_at, m.id
"""
# What was sent again because of a notice belongs to it. Times are those of the steps; older rows have only their end.
_SELECT_CHANNELS: Final = """
WITH first AS (
    SELECT d.id, d.event_id, d.recipient_id FROM delivery d
    JOIN unnest($1::uuid[], $2::uuid[]) AS m (event_id, recipient_id) USING (event_id, recipient_id)
)
SELECT f.event_id, f.recipient_id, d.channel, d.state, d.outcome_code AS code, d.id <> f.id AS sent_again, d.created_at,
       d.settled_at,
       (SELECT min(t.at) FROM delivery_step t WHERE t.delivery_id = d.id AND t.state = 'sent') AS sent_at,
       (SELECT min(t.at) FROM delivery_step t WHERE t.delivery_id = d.id AND t.state = 'delivered') AS delivered_at
FROM first f JOIN delivery d ON d.id = f.id OR d.resend_of = f.id
ORDER BY d.created_at, d.id
"""


@dataclass(frozen=True, slots=True)
class Told:
    """A message as it is kept, before it is put into words."""

    event_id: UUID
    event_type: str | None
    recipient: Literal["candidate", "staff"]
    recipient_id: UUID
    template_key: str
    template_version: int
    language: str
    parameters: dict[str, Any]
    created_at: datetime
    read_at: datetime | None
    purged_at: datetime | None
    channels: list[ToldChannel]


async def select(reader: Reader, asked: PacketNoticesAsked) -> list[Told]:
    """Oldest first."""
    links: list[tuple[LinkKind, UUID]] = [("declaration", asked.declaration_id)]
    links += [("evaluation", one) for one in asked.evaluations]
    links += [("list", one) for one in asked.lists]
    opened = ([kind for kind, _ in links], [one for _, one in links])
    whose = (asked.declaration_id, asked.cycle_id, asked.person_id, asked.own_only)
    rows = await reader.fetch(_SELECT, *opened, *whose)
    channels = await _channels(reader, rows)
    return [
        Told(
            **{name: row[name] for name in Told.__slots__ if name not in ("parameters", "channels")},
            parameters=orjson.loads(row["parameters"]),
            channels=channels.get((row["event_id"], row["recipient_id"]), []),
        )
        for row in rows
    ]


async def _channels(
    reader: Reader, messages: Sequence[Mapping[str, Any]]
) -> dict[tuple[UUID, UUID], list[ToldChannel]]:
    found: dict[tuple[UUID, UUID], list[ToldChannel]] = {}
    keys = ([row["event_id"] for row in messages], [row["recipient_id"] for row in messages])
    for row in await reader.fetch(_SELECT_CHANNELS, *keys):
        key = cast("tuple[UUID, UUID]", (row["event_id"], row["recipient_id"]))
        found.setdefault(key, []).append(ToldChannel.model_validate(dict(row)))
    return found
