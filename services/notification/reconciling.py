"""Unknown sends: what the provider can not tell for a day is given up, and somebody is to look (M10, M11)."""

from datetime import timedelta
from typing import Final

from services.notification.dependencies import Dependencies
from services.notification.storage import allotments, done_deliveries
from shared.reconciling.findings import note

_OVERDUE: Final = timedelta(minutes=5)


async def look_at_sends(deps: Dependencies) -> None:
    """Nothing is sent here: the sending loop asks the provider, this sees that it does."""
    now = deps.clock.now()
    async with deps.database.transaction() as tx:
        give_up = timedelta(hours=deps.settings.sms.give_up_hours)
        await done_deliveries.give_up_unknown(tx, now, give_up)
        await allotments.dismiss_old_reserves(tx, now, give_up)
        notices, codes = await done_deliveries.count_unknown(tx, now, _OVERDUE)
        await note(tx, "unknown_send", "notices", notices)
        await note(tx, "unknown_send", "codes", codes)
