"""Fixtures of identity: one reader of cards for all tests, since its models take a second or two to load."""

from collections.abc import AsyncIterator

import pytest_asyncio

from services.identity.domain.limits import RecognitionLimits
from services.identity.ocr.card_reader import CardReader


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def card_reader() -> AsyncIterator[CardReader]:
    """The real reader, in its capped child."""
    reader = CardReader(RecognitionLimits())
    yield reader
    await reader.stop()
