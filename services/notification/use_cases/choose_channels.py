"""A person chooses the channels of a category of notices; the inbox has them whatever is chosen."""

from datetime import datetime
from uuid import UUID

from services.notification.domain.place import Category
from services.notification.domain.preference import CHOOSABLE, ChannelNotAChoice, Channels
from services.notification.storage import preferences
from shared.postgres.transaction import Transaction


async def choose_channels(
    tx: Transaction, person_id: UUID, category: Category, chosen: Channels, now: datetime
) -> None:
    """Raises ChannelNotAChoice."""
    if category not in CHOOSABLE:
        raise ChannelNotAChoice
    await preferences.upsert(tx, person_id, category, chosen, now)
