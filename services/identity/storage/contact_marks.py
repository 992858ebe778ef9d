"""Whose contact the neighbours were not told yet: of a person what was tried in vain, of a WeChat account that no event
told it."""

from datetime import datetime
from typing import Final
from uuid import UUID

from shared.postgres.transaction import Reader, Transaction

# Whoever was tried in vain waits for the next try, whatever else is untold of the person.
_SELECT_UNTOLD: Final = """
SELECT person_id FROM (
    SELECT person_id, contact_untold_at AS since FROM person WHERE contact_untold_at <= $1 AND state = 'active'
    UNION ALL
    SELECT w.person_id, min(w.linked_at) FROM wechat_credential w JOIN person p USING (person_id)
    WHERE w.told_at IS NULL AND p.contact_untold_at IS NULL AND p.state = 'active' GROUP BY w.person_id
) AS untold ORDER BY since, person_id LIMIT $2
"""
_MARK_UNTOLD: Final = "UPDATE person SET contact_untold_at = $2 WHERE person_id = $1"
_MARK_TOLD: Final = """
WITH accounts AS (UPDATE wechat_credential SET told_at = $2 WHERE person_id = $1 AND told_at IS NULL)
UPDATE person SET contact_untold_at = NULL WHERE person_id = $1 AND contact_untold_at IS NOT NULL
"""


async def select_untold(reader: Reader, tried_until: datetime, limit: int) -> list[UUID]:
    """People to be told of now, the longest untold first; of those tried in vain whoever was so until then."""
    return [row["person_id"] for row in await reader.fetch(_SELECT_UNTOLD, tried_until, limit)]


async def update_untold(tx: Transaction, person_id: UUID, now: datetime) -> None:
    """What is to be told of this person could not be."""
    await tx.execute(_MARK_UNTOLD, person_id, now)


async def update_told(tx: Transaction, person_id: UUID, now: datetime) -> None:
    """Everything that there is to tell of this person is in an event."""
    await tx.execute(_MARK_TOLD, person_id, now)
