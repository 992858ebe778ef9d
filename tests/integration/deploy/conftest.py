"""One private stack for the whole folder: engines only."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from deploy.local.stack import Stack


@pytest_asyncio.fixture(scope="session")
async def engines(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    """A stack whose database, broker and object store run."""
    folder: Path = tmp_path_factory.mktemp("engines") / "stack"
    async with Stack(folder, durable=False, erase=True) as stack:
        await stack.start_engines()
        yield stack
