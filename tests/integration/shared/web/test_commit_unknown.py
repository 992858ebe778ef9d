"""When the answer to COMMIT is lost, the idempotency key tells whether it happened (M8)."""

from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from pydantic import SecretStr

from shared.postgres.database import Database
from shared.settings import PostgresSettings
from tests.integration.shared.web.conftest import Edge, serve_edge
from tests.support.engines import Engines
from tests.support.fault_proxy import FaultProxy

COMMIT = b"Q\x00\x00\x00\x0bCOMMIT\x00"


@pytest_asyncio.fixture(loop_scope="session")
async def cut(engines: Engines) -> AsyncIterator[tuple[Edge, FaultProxy]]:
    """The edge with a proxy between it and its database."""
    async with engines.database("notification") as name:
        direct = engines.settings("notification", name).postgres.dsn.get_secret_value()
        where = urlsplit(direct)
        async with FaultProxy(where.hostname or "", where.port or 0) as proxy:
            through = direct.replace(f":{where.port}/", f":{proxy.listen_port}/")
            settings = PostgresSettings(dsn=SecretStr(through), pool_size=2)
            database = await Database.connect(settings, "test.cut")
            async with serve_edge(database) as edge:
                yield edge, proxy
            await database.close()


@pytest.mark.requirement("M8", "V72")
async def test_a_commit_whose_answer_is_lost_is_found_by_its_key(cut: tuple[Edge, FaultProxy]) -> None:
    """The server committed, the client never heard: the edge re-reads and gives the stored answer; one effect."""
    edge, proxy = cut
    caller = edge.caller()
    proxy.lose_answer_to = COMMIT
    got = await caller.post("/things", {"name": "x"}, key="key-commit-01")
    assert not proxy.armed, "the fault was not met"
    assert got.status == 201
    again = await caller.post("/things", {"name": "x"}, key="key-commit-01")
    assert again.body == got.body
    assert await edge.effects() == 1


@pytest.mark.requirement("M8", "V72")
async def test_a_commit_that_never_arrived_is_unknown_and_the_retry_does_it(cut: tuple[Edge, FaultProxy]) -> None:
    """The other half: COMMIT was lost on the way, nothing is stored, the client is told to repeat, and that works."""
    edge, proxy = cut
    caller = edge.caller()
    proxy.lose_request = COMMIT
    lost = await caller.post("/things", {"name": "x"}, key="key-commit-02")
    assert not proxy.armed, "the fault was not met"
    assert (lost.status, lost.code) == (503, "commit_unknown")
    assert lost.headers["Retry-After"]
    assert (await caller.post("/things", {"name": "x"}, key="key-commit-02")).status == 201
    assert await edge.effects() == 1


@pytest.mark.requirement("M8")
async def test_control_a_client_that_retries_with_a_new_key_doubles(cut: tuple[Edge, FaultProxy]) -> None:
    """Protection off: treating "unknown" as "failed" and starting over makes a second effect."""
    edge, proxy = cut
    caller = edge.caller()
    proxy.lose_answer_to = COMMIT
    await caller.post("/things", {"name": "x"}, key="key-commit-03")
    await caller.post("/things", {"name": "x"}, key="key-commit-04")
    assert await edge.effects() == 2
