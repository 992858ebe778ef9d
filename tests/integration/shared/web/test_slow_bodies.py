"""Bodies that come too slowly are given up at the edge of a service, and slow but honest ones are not (V74)."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from shared.postgres.database import Database
from shared.web.slow_bodies import BodyPace
from tests.integration.shared.web.conftest import Edge, serve_edge
from tests.support.engines import Engines

BODY = b'{"name":"x","nested":{"a":"' + b"b" * 4000 + b'"}}'


@asynccontextmanager
async def _paced(engines: Engines, pace: BodyPace) -> AsyncIterator[Edge]:
    async with engines.database("notification") as name:
        database = await Database.connect(engines.settings("notification", name).postgres, "test.pace")
        async with serve_edge(database, pace=pace) as edge:
            yield edge
        await database.close()


async def _post(edge: Edge, piece: int, pause: float) -> int:
    """The status of a body that is sent in pieces."""

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(BODY), piece):
            yield BODY[start : start + piece]
            await asyncio.sleep(pause)

    headers = {"Authorization": f"Bearer {edge.token()}", "Content-Type": "application/json"}
    async with edge.session.post(f"{edge.base}/careless", data=pieces(), headers=headers) as got:
        document = await got.json()
        assert got.status != 408 or document["code"] == "body_too_slow"
        return got.status


@pytest.mark.requirement("V74")
async def test_a_body_in_drips_or_with_a_pause_is_given_up(engines: Engines, caplog: pytest.LogCaptureFixture) -> None:
    """Pieces below the pace on average, or a pause that is too long: 408 within the limit, nothing took effect, and no
    fault is logged."""
    caplog.set_level(logging.WARNING)
    async with _paced(engines, BodyPace(pause_seconds=0.6, bytes_per_second=2000)) as edge:
        loop = asyncio.get_running_loop()
        for piece, pause in ((1, 0.1), (100, 0.1), (2000, 5.0)):
            began = loop.time()
            assert await _post(edge, piece, pause) == 408
            assert loop.time() - began < 4
        assert await edge.effects() == 0
    assert [record.getMessage() for record in caplog.records if record.name.startswith("aiohttp")] == []


@pytest.mark.requirement("V74")
async def test_control_a_body_that_keeps_the_pace_is_taken(engines: Engines) -> None:
    """The same pieces within more generous limits take effect, as does a body at twice the least pace."""
    async with _paced(engines, BodyPace(pause_seconds=2, bytes_per_second=500)) as edge:
        assert await _post(edge, 100, 0.05) == 200
    async with _paced(engines, BodyPace(pause_seconds=30, bytes_per_second=1)) as edge:
        assert await _post(edge, 100, 0.1) == 200
        assert await _post(edge, 2000, 1.5) == 200
        assert await edge.effects() == 2
