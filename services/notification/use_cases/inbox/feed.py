"""The feed of inboxes: one query a second and process for what is unread, however many people have theirs open.

What travels is the state and never a step, so that nothing can be missed: who was cut off sees the state of now. What a
watcher has seen is the mark of that state, which is another one as soon as any message comes or is read."""

from collections.abc import Sequence

from services.notification.storage import messages
from services.notification.storage.messages import Unread
from shared.postgres.database import Database
from shared.web.live_feed import LiveFeed, Watch


class InboxFeed(LiveFeed[Unread]):
    """All who have their inbox open in a process."""

    def __init__(self, database: Database, most: int) -> None:
        super().__init__("inbox", database, most)

    async def _read(self, watches: Sequence[Watch[Unread]]) -> None:
        async with self._database.read() as reader:
            found = await messages.select_unread(reader, {one.thing_id for one in watches})
        for one in watches:
            unread = found[one.thing_id]
            if unread.mark != one.seen:
                one.hand([unread], unread.mark)
