"""A real service behind the real gateway while its processes come and go."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable

import aiohttp
import pytest
import pytest_asyncio

from deploy.local.stack import Stack
from tests.integration.deploy.conftest import make_room_for_notification

PATH = "/api/notification/v1/messages/reading"  # without a token every answer is 401, as long as somebody answers


@pytest_asyncio.fixture(scope="module")
async def served(engines: Stack) -> AsyncIterator[Stack]:
    """The notification service's api behind the gateway; the other services are down."""
    await make_room_for_notification(engines)
    await engines.start_mailbox()
    await engines.start("notification", "api")
    await engines.start_gateway()
    yield engines
    for part in ("gateway", "mailbox", "notification.api"):
        await engines.stop(part)


async def _answers(stack: Stack, method: str, during: Callable[[], Awaitable[object]]) -> Counter[int]:
    """Statuses of requests made by eight clients from before `during` until after it."""
    seen: Counter[int] = Counter()
    over = asyncio.Event()

    async def client(session: aiohttp.ClientSession) -> None:
        while not over.is_set():
            async with session.request(method, PATH, headers={"Idempotency-Key": "probe"}) as answer:
                seen[answer.status] += 1
            await asyncio.sleep(0.01)

    async with aiohttp.ClientSession(stack.gateway_url) as session, asyncio.TaskGroup() as clients:
        for _ in range(8):
            clients.create_task(client(session))
        await asyncio.sleep(0.5)
        await during()
        await asyncio.sleep(0.5)
        over.set()
    return seen


@pytest.mark.slow
@pytest.mark.alone
async def test_a_successor_takes_over_without_an_error(served: Stack) -> None:
    """Replacing a process under POST load shows no error at all; stopping it first does (the negative control)."""
    before = served.pid("notification.api")
    replaced = await _answers(served, "POST", lambda: served.replace("notification.api"))
    assert set(replaced) == {401}
    assert served.pid("notification.api") != before
    stopped = await _answers(served, "POST", lambda: served.restart("notification.api"))
    assert stopped[502] > 0
    assert set(stopped) <= {401, 502}


@pytest.mark.slow
@pytest.mark.alone
async def test_reading_survives_the_loss_of_one_copy(served: Stack) -> None:
    """With two copies, kill -9 of one is invisible to GET; with one copy it is not (the negative control)."""
    await served.start("notification", "api", copy=1)
    await asyncio.sleep(1)  # nginx hands over to the configuration that knows the copy

    async def kill() -> None:
        served.kill("notification.api.1")
        await asyncio.sleep(1)

    assert 502 not in await _answers(served, "GET", kill)
    await served.stop("notification.api.1")
    assert 502 in await _answers(served, "GET", lambda: served.restart("notification.api"))
