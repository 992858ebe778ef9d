"""What the driver asks of the server about types: once by a process, not by each of its connections."""

from typing import Any
from uuid import UUID

import asyncpg
import pytest

from shared.postgres import connecting
from shared.postgres.connecting import connect_with
from tests.support.engines import Engines

_OWN = "CREATE TYPE notification.mood AS ENUM ('calm', 'hurried')"
_ONE = UUID(int=1)


async def asked(connection: Any, query: str, value: object) -> tuple[Any, int]:
    """What a query with one argument answers, and how often the driver asked about types for it."""
    seen: list[str] = []

    def note(record: Any) -> None:
        seen.append(record.query)

    with connection.query_logger(note):
        answer = await connection.fetchval(query, value)
    return answer, sum("typeinfo_tree" in one for one in seen)


async def test_a_second_connection_asks_nothing(engines: Engines, monkeypatch: pytest.MonkeyPatch) -> None:
    """An array of ids is read and written by the next connection as by the first, which alone asked; a type of our own
    has another number in every database, so that each connection asks for it."""
    monkeypatch.setattr(connecting, "_SYSTEM_TYPES", {})
    async with engines.database("notification") as name:
        settings = engines.settings("notification", name).postgres
        owner = await asyncpg.connect(engines.stack.around.dsn("notification_migrator", name))
        await owner.execute(_OWN)
        first, second = await connect_with(settings), await connect_with(settings)
        assert await asked(first, "SELECT $1::uuid[]", [_ONE]) == ([_ONE], 1)
        assert await asked(second, "SELECT $1::uuid[]", [_ONE]) == ([_ONE], 0)
        for connection in (first, second):
            assert (await asked(connection, "SELECT $1::notification.mood", "calm"))[0] == "calm"
            assert await asked(connection, "SELECT $1::notification.mood[]", ["calm"]) == (["calm"], 1)
        # The control: the driver's own connection asks although another one was told.
        plain = await asyncpg.connect(engines.stack.around.dsn("notification", name))
        assert await asked(plain, "SELECT $1::uuid[]", [_ONE]) == ([_ONE], 1)
        for connection in (owner, first, second, plain):
            await connection.close()
