"""What people chose: which channels for which categories of notices."""

from datetime import datetime
from typing import Final
from uuid import UUID

from services.notification.domain.place import Category
from services.notification.domain.preference import Channels
from shared.postgres.transaction import Reader, Transaction

_SELECT: Final = "SELECT category, wechat, sms, email FROM channel_preference WHERE person_id = $1"
_UPSERT: Final = """
INSERT INTO channel_preference (person_id, category, wechat, sms, email, changed_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (person_id, category) DO UPDATE
SET wechat = excluded.wechat, sms = excluded.sms, email = excluded.email, changed_at = excluded.changed_at
"""


async def select_of_person(reader: Reader, person_id: UUID) -> dict[str, Channels]:
    """Category -> what this person chose; nothing for what was never chosen."""
    rows = await reader.fetch(_SELECT, person_id)
    return {row["category"]: Channels(row["wechat"], row["sms"], row["email"]) for row in rows}


async def upsert(tx: Transaction, person_id: UUID, category: Category, chosen: Channels, now: datetime) -> None:
    """Keep a choice; it holds for what happens from now on."""
    await tx.execute(_UPSERT, person_id, category, chosen.wechat, chosen.sms, chosen.email, now)
