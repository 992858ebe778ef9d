"""What every role answers on its operations port: /livez, /readyz (with the failing part named) and /metrics."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import orjson
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from shared.settings import OperationsSettings

Check = Callable[[], Awaitable[None]]
"""Raises when the part is not ready."""


class Operations:
    """The operations listener; `stopping` makes /readyz answer 503 while the role drains."""

    def __init__(self, settings: OperationsSettings, checks: Mapping[str, Check]) -> None:
        self._settings = settings
        self._checks = checks
        self.stopping = False
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Listen."""
        app = web.Application()
        app.router.add_get("/livez", _alive)
        app.router.add_get("/readyz", self._ready)
        app.router.add_get("/metrics", _metrics)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, self._settings.host, self._settings.port).start()

    async def close(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _ready(self, _request: web.Request) -> web.Response:
        faults = {name: fault for name, check in self._checks.items() if (fault := await _fault(check))}
        if self.stopping:
            faults["process"] = "stopping"
        body = orjson.dumps({"ready": not faults, "faults": faults})
        return web.Response(status=503 if faults else 200, body=body, content_type="application/json")


async def _fault(check: Check) -> str | None:
    try:
        async with asyncio.timeout(3):
            await check()
    except Exception as error:
        return type(error).__name__
    return None


async def _alive(_request: web.Request) -> web.Response:
    return web.Response(text="ok")


async def _metrics(_request: web.Request) -> web.Response:
    return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})
