"""One private stack for the whole folder: engines only."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from deploy.local.home import SERVICES
from deploy.local.parts import MAILBOX, part_name
from deploy.local.stack import Stack


@pytest_asyncio.fixture(scope="session")
async def engines(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    """A stack whose database, broker and object store run."""
    folder: Path = tmp_path_factory.mktemp("engines") / "stack"
    async with Stack(folder, durable=False, erase=True) as stack:
        await stack.start_engines()
        yield stack


async def make_room_for_notification(stack: Stack) -> None:
    """Its schema, and ports for all that the gateway routes to: notification may then run alone behind the gateway."""
    for name in (MAILBOX, *(part_name(service, "api") for service in SERVICES)):
        stack.ports.secure(name)
    await stack.migrate("notification")
