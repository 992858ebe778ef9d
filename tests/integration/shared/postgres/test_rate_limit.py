"""Rate limits are exact under race and move with the injected clock."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest
import pytest_asyncio

from shared.clock import SHANGHAI
from shared.errors import LimitReached
from shared.postgres.database import Database
from shared.postgres.rate_limit import Rate, take
from tests.support.engines import Engines

AT = datetime(2027, 1, 5, 9, 0, tzinfo=SHANGHAI)
FIVE_AN_HOUR = Rate("test.five", 5, timedelta(hours=1))


@pytest_asyncio.fixture(loop_scope="session")
async def database(engines: Engines) -> AsyncIterator[Database]:
    """A fresh schema."""
    async with engines.database("notification") as name:
        opened = await Database.connect(engines.settings("notification", name).postgres, "test.rate")
        yield opened
        await opened.close()


async def _try(database: Database, at: datetime, subject: bytes = b"s") -> bool:
    try:
        async with database.transaction() as tx:
            await take(tx, FIVE_AN_HOUR, subject, at)
    except LimitReached:
        return False
    return True


@pytest.mark.requirement("V4")
async def test_of_two_hundred_racing_tries_exactly_five_pass(database: Database) -> None:
    """The upsert serialises them: no more, no fewer."""
    passed = await asyncio.gather(*(_try(database, AT) for _ in range(200)))
    assert sum(passed) == 5
    assert await _try(database, AT, b"another") is True


async def test_a_refusal_says_when_to_come_back(database: Database) -> None:
    """Retry-After holds the seconds until one unit returns."""
    for _ in range(5):
        await _try(database, AT)

    async def sixth() -> None:
        async with database.transaction() as tx:
            await take(tx, FIVE_AN_HOUR, b"s", AT)

    with pytest.raises(LimitReached) as refused:
        await sixth()
    assert refused.value.retry_after == 720


@pytest.mark.requirement("V4")
async def test_units_come_back_with_time(database: Database) -> None:
    """One of five per hour returns every twelve minutes."""
    assert [await _try(database, AT) for _ in range(6)] == [True] * 5 + [False]
    assert await _try(database, AT + timedelta(minutes=11, seconds=59)) is False
    assert await _try(database, AT + timedelta(minutes=12)) is True
