"""The listener of the api role: mutual TLS where it is set, and a number of connections at most."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from shared.settings import HttpSettings
from shared.web.listener import Listener
from tests.support.throwaway_authority import Pair, ThrowawayAuthority
from tests.support.waiting import wait_until


@asynccontextmanager
async def _listening(settings: HttpSettings) -> AsyncIterator[int]:
    async def answer(_request: web.Request) -> web.Response:
        return web.Response(text="in")

    app = web.Application()
    app.router.add_get("/", answer)
    listener = await Listener.open(app, settings)
    yield listener.port
    await listener.close()


async def _status(port: int, context: ssl.SSLContext | None) -> int | None:
    """None when the connection is refused."""
    url = f"{'https' if context else 'http'}://127.0.0.1:{port}/"
    async with aiohttp.ClientSession() as session:
        try:
            async with session.get(url, ssl=context or True) as got:
                return got.status
        except aiohttp.ClientConnectionError:
            return None


def _client(ours: ThrowawayAuthority, shown: Pair | None) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=ours.file)
    if shown:
        context.load_cert_chain(shown.certificate, shown.key)
    return context


@pytest.mark.requirement("V27")
async def test_only_a_certificate_of_the_authority_comes_in(tmp_path: Path) -> None:
    """No certificate, a stranger's, or no TLS at all: the connection ends. The gateway's comes in, without a key."""
    services, gateways, strangers = (
        ThrowawayAuthority(tmp_path / name, name) for name in ("services", "gateways", "strangers")
    )
    own = services.issue("127.0.0.1")
    settings = HttpSettings(certificate_file=own.certificate, private_key_file=own.key, client_ca_file=gateways.file)
    async with _listening(settings) as port:
        assert await _status(port, _client(services, gateways.issue("gateway"))) == 200
        assert await _status(port, _client(services, None)) is None
        assert await _status(port, _client(services, strangers.issue("stranger"))) is None
        assert await _status(port, _client(services, own)) is None, "a service is no gateway"
        assert await _status(port, None) is None


@pytest.mark.requirement("V27")
async def test_control_without_an_authority_everybody_connects() -> None:
    """Negative control: the same listener without certificates answers the same stranger."""
    async with _listening(HttpSettings()) as port:
        assert await _status(port, None) == 200


Held = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def _hold(port: int) -> Held:
    return await asyncio.open_connection("127.0.0.1", port)


async def _is_closed(held: Held) -> bool:
    try:
        async with asyncio.timeout(0.5):
            return await held[0].read(1) == b""
    except TimeoutError:
        return False
    except ConnectionError:
        return True


@pytest.mark.requirement("V74")
async def test_the_number_of_connections_is_capped() -> None:
    """The fourth of three is closed at once, the three are served on, and a place that becomes free is given again;
    with a higher number the fourth stays (the control)."""
    async with _listening(HttpSettings(max_connections=3)) as port:
        kept = [await _hold(port) for _ in range(3)]
        assert await _is_closed(await _hold(port))
        for reader, writer in kept:
            writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            assert await reader.readline() == b"HTTP/1.1 200 OK\r\n"
        kept.pop()[1].close()

        async def has_room() -> bool:
            return not await _is_closed(await _hold(port))

        await wait_until(has_room, what="the place to be given again")
    async with _listening(HttpSettings(max_connections=4)) as port:
        kept = [await _hold(port) for _ in range(3)]
        assert not await _is_closed(await _hold(port))


@pytest.mark.requirement("V74")
@pytest.mark.parametrize("head", [b"", b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: "])
async def test_idle_connections_and_slow_heads_end(head: bytes) -> None:
    """A connection that sends nothing, or a byte of a head at a time, ends after the idle time; with a longer one it is
    still there (the control)."""

    async def seconds(settings: HttpSettings, patience: float) -> float | None:
        async with _listening(settings) as port:
            held = await _hold(port)
            began = asyncio.get_running_loop().time()
            held[1].write(head)
            while asyncio.get_running_loop().time() - began < patience:
                if await _is_closed(held):
                    return asyncio.get_running_loop().time() - began
                if head:
                    held[1].write(b"x")
            held[1].close()
            return None

    ended = await seconds(HttpSettings(idle_seconds=1.0), 10)
    assert ended is not None
    assert ended >= 0.9
    assert await seconds(HttpSettings(idle_seconds=30.0), 2.5) is None
