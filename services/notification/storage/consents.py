"""Consents to WeChat notices: one consent of a person to a template is one message, counted and spent (C1)."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from services.notification.storage.deliveries import Delivery
from shared.postgres.transaction import Reader, Transaction

_ADD: Final = """
INSERT INTO wechat_consent AS c (person_id, template_id, remaining, answered_at)
SELECT $1, template_id, 1, $3 FROM unnest($2::text[]) AS t (template_id) ORDER BY template_id
ON CONFLICT (person_id, template_id)
DO UPDATE SET remaining = least(c.remaining + 1, $4), answered_at = excluded.answered_at
"""
_SELECT_OF: Final = """
SELECT t.wechat_template_id AS template_id, coalesce(max(c.remaining), 0) AS remaining
FROM message_template t
LEFT JOIN wechat_consent c ON c.template_id = t.wechat_template_id AND c.person_id = $1
WHERE t.wechat_template_id IS NOT NULL
  AND t.version = (SELECT max(v.version) FROM message_template v WHERE v.key = t.key)
  AND EXISTS (SELECT FROM notification_rule r WHERE r.template_key = t.key AND r.wechat)
GROUP BY t.wechat_template_id ORDER BY t.wechat_template_id
"""
# In one order, so that two senders can not wait for each other.
_LOCK: Final = """
SELECT person_id, template_id, remaining FROM wechat_consent
WHERE (person_id, template_id) IN (SELECT * FROM unnest($1::uuid[], $2::text[])) AND remaining > 0
ORDER BY person_id, template_id FOR UPDATE
"""
_SPEND: Final = """
UPDATE wechat_consent c SET remaining = c.remaining - s.number
FROM unnest($1::uuid[], $2::text[], $3::integer[]) AS s (person_id, template_id, number)
WHERE c.person_id = s.person_id AND c.template_id = s.template_id
"""
_CLEAR: Final = """
UPDATE wechat_consent c SET remaining = 0 FROM message_template t
WHERE c.person_id = $1 AND c.template_id = t.wechat_template_id AND t.key = $2 AND t.version = $3
"""

MOST: Final = 100
"""More than that nobody gives in earnest."""


async def insert_given(tx: Transaction, person_id: UUID, template_ids: Sequence[str], now: datetime) -> None:
    """One more message of each of these templates may go to this person."""
    await tx.execute(_ADD, person_id, template_ids, now, MOST)


async def select_of_person(reader: Reader, person_id: UUID) -> list[tuple[str, int]]:
    """(template of WeChat, messages that may still go), of the templates in force whose rule is told by WeChat."""
    return [(row["template_id"], row["remaining"]) for row in await reader.fetch(_SELECT_OF, person_id)]


async def spend(tx: Transaction, wanted: Sequence[tuple[UUID, UUID, str]]) -> set[UUID]:
    """Take a consent for each of (delivery, person, template) that there is one for; the deliveries that got one. They
    are locked until commit, so that no consent is spent twice."""
    people, templates = [person for _, person, _ in wanted], [template for _, _, template in wanted]
    rows = await tx.fetch(_LOCK, people, templates)
    left = {(row["person_id"], row["template_id"]): row["remaining"] for row in rows}
    taken: Counter[tuple[UUID, str]] = Counter()
    granted = set()
    for delivery_id, person, template in wanted:
        if taken[person, template] < left.get((person, template), 0):
            taken[person, template] += 1
            granted.add(delivery_id)
    spent = [(person, template, number) for (person, template), number in taken.items() if number]
    await tx.execute(_SPEND, [p for p, _, _ in spent], [t for _, t, _ in spent], [n for _, _, n in spent])
    return granted


async def update_refused(tx: Transaction, delivery: Delivery) -> None:
    """WeChat knows of no consent: neither do we, until the person gives one again."""
    await tx.execute(_CLEAR, delivery.recipient_id, delivery.template_key, delivery.template_version)
