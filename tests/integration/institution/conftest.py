"""Fixtures of the institution service: a running service with divisions and a zone, and the people around it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime

import pytest_asyncio

from shared.clock import SHANGHAI, FrozenClock
from tests.integration.institution.library import Library
from tests.support.service_under_test import Serve

NOON = datetime(2026, 12, 15, 12, 0, tzinfo=SHANGHAI)

MakeLibrary = Callable[..., Awaitable[Library]]


@pytest_asyncio.fixture(loop_scope="session")
async def make_library(serve: Serve) -> AsyncIterator[MakeLibrary]:
    """`library = await make_library()`: a fresh service, its clock standing at noon of 15 December 2026."""

    async def make(**settings: str) -> Library:
        clock = FrozenClock(NOON)
        return await Library.open(await serve("institution", clock, **settings), clock)

    yield make


@pytest_asyncio.fixture(loop_scope="session")
async def library(make_library: MakeLibrary) -> Library:
    """The same with default settings."""
    return await make_library()
