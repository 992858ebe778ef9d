"""One private stack for the chaos set: real processes of declaration and notification, drafts ready to be submitted."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from deploy.local.stack import Stack
from tests.chaos.saga import Saga

HOME = Path(__file__).resolve().parents[2] / "var" / "tests" / "chaos"


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def saga() -> AsyncIterator[Saga]:
    """The stack, started once; every test leaves it healthy."""
    # Durable: without synchronous commits a killed database may forget what it acknowledged.
    async with Stack(home=HOME, durable=True, services=("declaration", "notification"), erase=True) as stack:
        await stack.start_engines()
        await stack.start_services()
        started = Saga(stack)
        await started.prepare(drafts=1500)
        yield started
        await started.close()
