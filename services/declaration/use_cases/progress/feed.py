"""The feed of live progress: one listener and one query per process, however many people watch (A43).

Woken by the notification that follows commits with events, and once a second for those without; it asks the timeline
for what each watched declaration has that its watcher has not seen, so nothing is lost between two looks."""

from collections.abc import Sequence
from uuid import UUID

from services.declaration.storage import timeline
from services.declaration.storage.timeline import TimelineEntry
from shared.outbox.relay import wake_channel
from shared.postgres.database import Database
from shared.web.live_feed import LiveFeed, Watch


class ProgressFeed(LiveFeed[TimelineEntry]):
    """All who watch declarations in a process; what a watcher has seen is the version of a step."""

    def __init__(self, database: Database, most: int) -> None:
        super().__init__("progress", database, most, wake_channel("declaration"))

    async def _read(self, watches: Sequence[Watch[TimelineEntry]]) -> None:
        seen: dict[UUID, int] = {}
        for one in watches:
            seen[one.thing_id] = min(one.seen, seen.get(one.thing_id, one.seen))
        async with self._database.read() as reader:
            found = await timeline.select_since(reader, seen)
        for one in watches:
            if new := [step for step in found.get(one.thing_id, []) if step.version > one.seen]:
                one.hand(new, new[-1].version)
