"""nginx with the generated configuration in front of a small real upstream: limits, refusals, headers, copies."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web

from deploy.local.gateway_keys import gateway_header
from deploy.local.home import SERVICES, Home
from deploy.local.stack import Stack
from shared.security.gateway_keys import HEADER

PATH = "/api/identity/v1/things"


@dataclass
class Edge:
    """A gateway, and what its upstream saw."""

    url: str
    port: int
    home: Home
    seen: list[dict[str, str]] = field(default_factory=list)


@pytest_asyncio.fixture(scope="module")
async def edge(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Edge]:
    """A gateway with production's rates; identity and notification answer, the other services are down."""
    async with Stack(tmp_path_factory.mktemp("edge"), rate_factor=1.0, erase=True) as stack:
        for name in ("mailbox", *(f"{service}.api" for service in SERVICES)):
            stack.ports.secure(name)
        edge = Edge(stack.gateway_url, stack.ports.of("gateway"), stack.home)
        runners = [await _upstream(edge, stack.ports.of(f"{name}.api")) for name in ("identity", "notification")]
        await stack.start_gateway()
        edge.url, edge.port = stack.gateway_url, stack.ports.of("gateway")
        yield edge
        for runner in runners:
            await runner.cleanup()


async def _upstream(edge: Edge, port: int) -> web.AppRunner:
    async def answer(request: web.Request) -> web.Response:
        edge.seen.append({name.lower(): value for name, value in request.headers.items()})
        body = await request.read()
        return web.json_response({"bytes": len(body), "path": request.path})

    async def events(request: web.Request) -> web.StreamResponse:
        stream = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await stream.prepare(request)
        await stream.write(b"data: first\n\n")
        await asyncio.sleep(3)
        await stream.write(b"data: second\n\n")
        return stream

    app = web.Application(client_max_size=50_000_000)
    app.router.add_get("/api/notification/v1/inbox/events", events)
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app, max_line_size=65_536, max_field_size=65_536)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    return runner


@pytest_asyncio.fixture
async def client(edge: Edge) -> AsyncIterator[aiohttp.ClientSession]:
    """A client of the gateway; each test waits out the rate limit of the one before."""
    await asyncio.sleep(1)
    async with aiohttp.ClientSession(edge.url) as session:
        yield session


async def _problem(answer: aiohttp.ClientResponse, status: int, code: str) -> dict[str, object]:
    document: dict[str, object] = json.loads(await answer.read())
    assert answer.status == status
    assert answer.content_type == "application/problem+json"
    assert document["code"] == code
    assert document["status"] == status
    assert document["request_id"] == answer.headers["X-Request-Id"]
    return document


async def test_a_request_passes_unchanged(client: aiohttp.ClientSession) -> None:
    """Path and body arrive at the service as they were sent."""
    async with client.post(PATH, json={"name": "张"}) as answer:
        assert answer.status == 200
        assert (await answer.json())["path"] == PATH


@pytest.mark.requirement("V73")
async def test_body_limits(client: aiohttp.ClientSession) -> None:
    """64 KiB for JSON, 12 MiB for uploads; beyond, and also when no length is announced, 413 with a problem."""

    async def unannounced() -> AsyncIterator[bytes]:
        for _ in range(10):
            yield b"x" * 10_000

    async with client.post(PATH, data=b"x" * 65_536) as answer:
        assert answer.status == 200
    async with client.post(PATH, data=b"x" * 65_537) as answer:
        await _problem(answer, 413, "too_large")
    async with client.post(PATH, data=unannounced()) as answer:
        await _problem(answer, 413, "too_large")
    async with client.post("/api/identity/v1/verification/images/front", data=b"x" * 5_000_000) as answer:
        assert (await answer.json())["bytes"] == 5_000_000
    async with client.post("/api/identity/v1/verification/images/back", data=b"x" * 12_600_000) as answer:
        await _problem(answer, 413, "too_large")


@pytest.mark.requirement("V73")
async def test_floods_of_url_and_headers(client: aiohttp.ClientSession) -> None:
    """Long addresses give 414, long or many headers 431, and reasonable ones pass."""
    async with client.get(f"{PATH}?q={'a' * 3000}") as answer:
        assert answer.status == 200
    async with client.get(f"{PATH}?q={'a' * 5000}") as answer:
        await _problem(answer, 414, "url_too_long")
    async with client.get(PATH, headers={"X-Long": "a" * 3000}) as answer:
        assert answer.status == 200
    async with client.get(PATH, headers={"X-Long": "a" * 5000}) as answer:
        await _problem(answer, 431, "headers_too_large")
    async with client.get(PATH, headers={f"X-{number}": "a" * 200 for number in range(100)}) as answer:
        await _problem(answer, 431, "headers_too_large")


@pytest.mark.requirement("V73")
@pytest.mark.parametrize(
    "request_bytes",
    [
        b"GET / HTTP/9.9\r\n\r\n",
        b"NOT-HTTP\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"POST /api/identity/v1/x HTTP/1.1\r\nHost: a\r\n"
        b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /api/identity/v1/x HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        b"POST /api/identity/v1/x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET /api/identity/v1/%00 HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /api/identity/v1/../../../etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
)
async def test_broken_requests_are_never_our_fault(edge: Edge, request_bytes: bytes) -> None:
    """Whatever bytes a client sends, the answer is a 4xx or a closed connection, never a 5xx."""
    reader, writer = await asyncio.open_connection("127.0.0.1", edge.port)
    writer.write(request_bytes)
    async with asyncio.timeout(15):
        status_line = await reader.readline()
    writer.close()
    assert status_line == b"" or b" 4" in status_line[:13]


@pytest.mark.requirement("V71")
async def test_spoofed_headers_do_not_reach_the_service(client: aiohttp.ClientSession, edge: Edge) -> None:
    """The client's idea of its address or identity is thrown away; the request id is kept when it is a plain one."""
    edge.seen.clear()
    spoofed = {"X-Forwarded-For": "10.1.2.3", "X-Real-IP": "10.1.2.3", "X-User-Id": "root", "Forwarded": "for=10.1.2.3"}
    async with client.get(PATH, headers=spoofed | {"X-Request-Id": "abcdefgh-1234"}):
        pass
    async with client.get(PATH, headers={"X-Request-Id": "bad\"'id"}):
        pass
    first, second = edge.seen
    assert first["x-forwarded-for"] == "127.0.0.1"
    assert not {"x-real-ip", "x-user-id", "forwarded"} & set(first)
    assert first["x-request-id"] == "abcdefgh-1234"
    assert len(second["x-request-id"]) == 32


@pytest.mark.requirement("V27", "V26")
async def test_each_service_is_sent_its_own_key(client: aiohttp.ClientSession, edge: Edge) -> None:
    """The gateway adds the key of the service it asks, once, also where the client put something in its place."""
    for name, path in (("identity", PATH), ("notification", "/api/notification/v1/things")):
        for spoofed in ({}, {HEADER: "f" * 64}, {HEADER.lower(): gateway_header(edge.home, "declaration")[HEADER]}):
            edge.seen.clear()
            async with client.get(path, headers=spoofed):
                assert edge.seen[0][HEADER.lower()] == gateway_header(edge.home, name)[HEADER]


async def test_inner_paths_are_not_public(client: aiohttp.ClientSession) -> None:
    """Health and metrics of the processes answer 404 from outside, like anything that is no route."""
    for path in ("/", "/livez", "/readyz", "/metrics", "/api/identity/metrics", "/api/identity/v2/things", "/api/"):
        async with client.get(path) as answer:
            await _problem(answer, 404, "not_found")


async def test_a_service_that_is_down(client: aiohttp.ClientSession) -> None:
    """While a service restarts, people read what to do, in their language, and when to come back."""
    async with client.get("/api/declaration/v1/declarations") as answer:
        document = await _problem(answer, 502, "unavailable")
        assert document["title"] == "服务正在恢复，请稍后重试。"
        assert answer.headers["Retry-After"] == "2"
    async with client.get("/api/declaration/v1/declarations", headers={"Accept-Language": "en-GB"}) as answer:
        assert (await _problem(answer, 502, "unavailable"))[
            "title"
        ] == "The service is restarting; try again in a moment."


async def test_rate_limit(client: aiohttp.ClientSession) -> None:
    """A burst above the class's limit is answered 429 with Retry-After; before it, everything passes."""

    async def status() -> int:
        async with client.get(PATH) as answer:
            if answer.status == 429:
                assert answer.headers["Retry-After"] == "1"
            return answer.status

    await asyncio.sleep(3)
    assert [await status() for _ in range(20)] == [200] * 20
    statuses = await asyncio.gather(*(status() for _ in range(150)))
    assert set(statuses) == {200, 429}


@pytest.mark.requirement("V68")
async def test_the_secret_of_a_callback_is_not_in_the_log_of_errors(edge: Edge, client: aiohttp.ClientSession) -> None:
    """A callback that the gateway refuses leaves no line; the same at another path of the service does (control)."""
    end = "a-path-that-nobody-can-guess-0001"
    for path in (f"provider-callbacks/aliyun/{end}", "channel-preferences"):
        async with client.post(f"/api/notification/v1/{path}", data=b"x" * 65_537) as answer:
            await _problem(answer, 413, "too_large")
    written = edge.home.log("gateway").read_text(encoding="utf-8")
    assert "channel-preferences" in written
    assert end not in written


async def test_events_flow_at_once(client: aiohttp.ClientSession) -> None:
    """The first server-sent event arrives while the stream is still open."""
    loop = asyncio.get_running_loop()
    async with client.get("/api/notification/v1/inbox/events") as answer:
        began = loop.time()
        assert (await answer.content.readline()) == b"data: first\n"
        assert loop.time() - began < 1.5
        assert b"second" in await answer.content.read()
        assert loop.time() - began > 2.0
