"""Hearing what other processes NOTIFY, on a connection outside the pool that is opened again whenever it is lost."""

import asyncio
from collections.abc import Callable

from shared.postgres.database import CONNECTION_ERRORS, Database
from shared.process.waiting import sleep_unless


async def listen(database: Database, channel: str, heard: Callable[[], None], stop: asyncio.Event) -> None:
    """Call `heard` for every notification until `stop` or cancelled. What is said while the connection is down is
    not heard: the caller looks by itself now and then."""
    while not stop.is_set():
        try:
            connection = await database.dedicated()
        except CONNECTION_ERRORS:
            await sleep_unless(stop, 1.0)
            continue
        lost = asyncio.Event()
        connection.add_termination_listener(lambda *_, ended=lost: ended.set())
        try:
            await connection.add_listener(channel, lambda *_: heard())
            await lost.wait()
        except CONNECTION_ERRORS:
            await sleep_unless(stop, 1.0)
        finally:
            connection.terminate()
