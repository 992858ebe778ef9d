"""A service answers those who come through the gateway, and nobody else."""

import json

import aiohttp
import pytest
from aiohttp import web

from shared.postgres.database import Database
from shared.security.gateway_keys import HEADER, GatewayKeys
from shared.web.entrance import entrance
from shared.web.slow_bodies import DEFAULT_PACE
from tests.integration.shared.web.conftest import Edge, serve_edge
from tests.support.engines import Engines
from tests.support.through_gateway import HEADERS, KEYS

PATHS = ("/open", "/staff", "/nothing", "/openapi.json", "/docs")
LIARS: dict[str, list[tuple[str, str]]] = {
    "no key": [],
    "empty": [(HEADER, "")],
    "wrong": [(HEADER, "f" * 64)],
    "not ascii": [(HEADER, "钥" * 32)],
    "twice": [*HEADERS.items(), *HEADERS.items()],
    "wrong before right": [(HEADER, "f" * 64), *HEADERS.items()],
    "claims instead": [("X-Forwarded-For", "127.0.0.1"), ("X-Tiro-Actor", "gateway"), ("Via", "gateway")],
}


@pytest.mark.requirement("V27")
@pytest.mark.parametrize("name", LIARS)
async def test_a_call_past_the_gateway_is_refused(edge: Edge, name: str) -> None:
    """Whatever the path and the token: 403 with a code and what to do, before policy is asked or a body read."""
    token = ("Authorization", f"Bearer {edge.token()}")
    async with aiohttp.ClientSession() as stranger:
        for path in PATHS:
            async with stranger.get(edge.base + path, headers=[*LIARS[name], token]) as got:
                document = json.loads(await got.read())
                assert (got.status, document["code"]) == (403, "not_through_gateway")
                assert got.content_type == "application/problem+json"
                assert document["request_id"] == got.headers["X-Request-Id"]
        body = {"name": "x"}
        sent = [*LIARS[name], token, ("Idempotency-Key", "a-good-key-0001"), ("Accept-Language", "en")]
        async with stranger.post(f"{edge.base}/things", json=body, headers=sent) as got:
            assert "gateway" in (await got.json())["title"]
    assert await edge.effects() == 0


@pytest.mark.requirement("V27")
async def test_with_the_key_everything_is_as_before(edge: Edge) -> None:
    """The same paths through the gateway get their own answers."""
    statuses = [(await edge.caller().get(path)).status for path in PATHS]
    assert statuses == [200, 403, 404, 200, 200]
    assert (await edge.caller().get("/staff")).code == "forbidden"


@pytest.mark.requirement("V27")
async def test_control_without_the_check_the_direct_call_passes(engines: Engines) -> None:
    """Negative control: a service that was given no keys lets the same stranger in."""
    async with engines.database("notification") as name:
        database = await Database.connect(engines.settings("notification", name).postgres, "test.open")
        async with serve_edge(database, gateway=None) as edge, aiohttp.ClientSession() as stranger:
            assert (await stranger.get(f"{edge.base}/open")).status == 200
        await database.close()


@pytest.mark.requirement("V27")
@pytest.mark.parametrize("keys", [KEYS, None])
async def test_nobody_behind_the_entrance_sees_the_key(keys: GatewayKeys | None) -> None:
    """The header is taken off before a handler or a log could meet it; without the check it is there (the control)."""
    seen: list[dict[str, str]] = []

    async def look(request: web.Request) -> web.Response:
        seen.append({name.lower(): value for name, value in request.headers.items()})
        return web.Response(text=await request.text())

    app = web.Application(middlewares=[entrance(keys, DEFAULT_PACE)])
    app.router.add_post("/", look)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    async with aiohttp.ClientSession(headers=HEADERS) as session:
        got = await session.post(url, data="x" * 300_000, headers={"X-Other": "stays"})
        assert len(await got.text()) == 300_000
    await runner.cleanup()
    assert (HEADER.lower() in seen[0]) == (keys is None)
    assert seen[0]["x-other"] == "stays"
