"""A real service behind the real gateway: the way past the gateway is closed, also while the keys rotate."""

import asyncio
import signal
from collections import Counter
from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio

from deploy.gateway.render_keys import render_keys
from deploy.local.credentials import write_private
from deploy.local.gateway_keys import gateway_header, keys_map, keys_map_file, rotate_on
from deploy.local.parts import operations
from deploy.local.progress import say_nothing
from deploy.local.stack import Stack
from shared.security.gateway_keys import HEADER
from tests.integration.deploy.conftest import make_room_for_notification
from tests.support.waiting import wait_until

API = "notification.api"
PATH = "/api/notification/v1/messages"  # 401 from a service that lets the request in, for want of a token


@pytest_asyncio.fixture(scope="module")
async def served(engines: Stack) -> AsyncIterator[Stack]:
    """The notification service's api behind the gateway; the other services are down."""
    await make_room_for_notification(engines)
    await engines.start("notification", "api")
    await engines.start_gateway()
    yield engines
    for part in ("gateway", API):
        await engines.stop(part)


async def _status(stack: Stack, headers: dict[str, str], *, direct: bool) -> int:
    base = f"http://127.0.0.1:{stack.ports.of(API)}" if direct else stack.gateway_url
    async with aiohttp.ClientSession() as session, session.get(base + PATH, headers=headers) as got:
        return got.status


@pytest.mark.requirement("V27")
async def test_the_process_answers_the_gateway_only(served: Stack) -> None:
    """A direct call is refused, with no key, a made-up one or another service's; through the gateway the same call is
    let in, whatever the client puts in the key's place. Health has a port of its own and needs no key."""
    home = served.home
    for headers in ({}, {HEADER: "f" * 64}, gateway_header(home, "identity")):
        assert await _status(served, headers, direct=True) == 403
        assert await _status(served, headers, direct=False) == 401
    assert await _status(served, gateway_header(home, "notification"), direct=True) == 401
    key = gateway_header(home, "notification")[HEADER]
    assert not [log.name for log in home.logs.iterdir() if key in log.read_text(encoding="utf-8", errors="replace")]
    port = served.ports.of(operations(API))
    async with aiohttp.ClientSession() as session:
        for path in ("/livez", "/readyz", "/metrics"):
            assert (await session.get(f"http://127.0.0.1:{port}{path}")).status == 200


@pytest.mark.slow
@pytest.mark.requirement("V27")
async def test_keys_rotate_without_a_refused_request(served: Stack) -> None:
    """While clients call without a pause, the keys of all services are replaced: every call is let in, the new key is
    good and the old one refused afterwards. Sent before a service knows it, a key is refused (the negative control)."""
    old = gateway_header(served.home, "notification")
    seen: Counter[int] = Counter()
    over = asyncio.Event()

    async def client(session: aiohttp.ClientSession) -> None:
        while not over.is_set():
            async with session.get(PATH) as got:
                seen[got.status] += 1
            await asyncio.sleep(0.02)

    async with aiohttp.ClientSession(served.gateway_url) as session, asyncio.TaskGroup() as clients:
        for _ in range(4):
            clients.create_task(client(session))
        assert await rotate_on(served.home, say_nothing) == 0
        await asyncio.sleep(0.5)
        over.set()
    assert set(seen) == {401}
    assert seen[401] > 100
    new = gateway_header(served.home, "notification")
    assert new != old
    assert await _status(served, new, direct=True) == 401

    async def is_refused() -> bool:
        return await _status(served, old, direct=True) == 403

    await wait_until(is_refused, what="the old key to be refused")
    await _send(served, render_keys({"notification": "9" * 64}), 403)
    await _send(served, keys_map(served.home), 401)


async def _send(stack: Stack, keys: str, status: int) -> None:
    """Let the gateway send these keys, and wait until a call through it is answered like that."""
    write_private(keys_map_file(stack.home), keys)
    stack.kill("gateway", signal.SIGHUP)

    async def is_answered() -> bool:
        return await _status(stack, {}, direct=False) == status

    await wait_until(is_answered, what=f"the gateway's calls to be answered {status}")
