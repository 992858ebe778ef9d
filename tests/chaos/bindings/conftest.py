"""A stack of institution, declaration and notification, where people leave their unit as they declare."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from deploy.local.stack import Stack
from tests.chaos.bindings.race import Race

HOME = Path(__file__).resolve().parents[3] / "var" / "tests" / "binding-races"
SERVICES = ("institution", "declaration", "notification")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def race() -> AsyncIterator[Race]:
    """The stack, started once; every test leaves it healthy and quiet, and none kills the database."""
    async with Stack(home=HOME, durable=False, services=SERVICES, erase=True) as stack:
        await stack.start_engines()
        await stack.start_services()
        started = Race(stack)
        await started.prepare(drafts=400)
        yield started
        await started.close()
