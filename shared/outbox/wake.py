"""Tells the relay, in whatever process it runs, that events were committed. One NOTIFY per few milliseconds and
process, after the commit: a NOTIFY inside each transaction would make all commits of the server queue up."""

import asyncio

import structlog

from shared.outbox.relay import wake_channel
from shared.postgres.database import OUTAGE_ERRORS, Database

log = structlog.get_logger()

_PAUSE = 0.008
_NOTIFY = "SELECT pg_notify($1, '')"


class OutboxWaker:
    """Coalesces the commits of one process into notifications."""

    def __init__(self, database: Database, service: str) -> None:
        self._database = database
        self._channel = wake_channel(service)
        self._committed = asyncio.Event()
        database.on_commit_with_events(self._committed.set)

    async def run(self) -> None:
        """Notify until cancelled. A lost notification costs at most the relay's polling interval."""
        while True:
            await self._committed.wait()
            self._committed.clear()
            try:
                async with self._database.read() as reader:
                    await reader.fetchval(_NOTIFY, self._channel)
            except OUTAGE_ERRORS as error:
                log.warning("outbox_wake_failed", error=type(error).__name__)
            await asyncio.sleep(_PAUSE)
