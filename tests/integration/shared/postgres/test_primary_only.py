"""Decisions are made on a server that takes writes, or not at all (M9)."""

from collections.abc import AsyncIterator

import asyncpg
import pytest
import pytest_asyncio

from shared.postgres.database import CONNECTION_ERRORS, Database
from tests.support.engines import Engines


@pytest_asyncio.fixture(loop_scope="session")
async def read_only(engines: Engines) -> AsyncIterator[str]:
    """The name of a migrated database that its server says takes no writes, as a standby says of itself."""
    async with engines.database("notification") as name:
        admin = await asyncpg.connect(engines.stack.around.admin_dsn())
        # allow built-sql: the name of a database can not be a parameter
        await admin.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
        await admin.close()
        yield name


@pytest.mark.requirement("M9")
async def test_a_server_that_takes_no_writes_is_refused(engines: Engines, read_only: str) -> None:
    """Neither the pool nor a connection of its own opens there, and start-up waits as for a server that is away."""
    settings = engines.settings("notification", read_only).postgres
    with pytest.raises(asyncpg.exceptions.TargetServerAttributeNotMatched) as refused:
        await Database.connect(settings, "test.primary")
    assert isinstance(refused.value, CONNECTION_ERRORS)


@pytest.mark.requirement("M9")
async def test_control_without_the_demand_it_would_have_been_taken(engines: Engines, read_only: str) -> None:
    """The same server answers questions happily: only the demand for writes keeps decisions away from it."""
    connection = await asyncpg.connect(engines.stack.around.dsn("notification", read_only))
    assert await connection.fetchval("SELECT count(*) FROM outbox") == 0
    await connection.close()


@pytest.mark.requirement("M9")
async def test_control_the_primary_is_taken(engines: Engines) -> None:
    """A server that takes writes opens, and a transaction commits there."""
    async with engines.database("notification") as name:
        database = await Database.connect(engines.settings("notification", name).postgres, "test.primary")
        async with database.transaction() as tx:
            written = "INSERT INTO inbox (message_id, consumer, type) VALUES (gen_random_uuid(), 'x', 'x')"
            assert await tx.execute(written) == 1
        (await database.dedicated()).terminate()
        await database.close()
