"""Rate limits are exact under race and move with the injected clock."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.clock import SHANGHAI
from shared.errors import LimitReached
from shared.ids import new_id
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
    assert refused.value.retry_after == 3600


@pytest.mark.requirement("V4")
async def test_units_come_back_when_they_leave_the_window(database: Database) -> None:
    """Of five an hour each returns an hour after it was taken, to the second."""
    taken = [AT + timedelta(minutes=10 * number) for number in range(5)]
    assert [await _try(database, at) for at in taken] == [True] * 5
    assert await _try(database, AT + timedelta(minutes=59, seconds=59)) is False
    assert await _try(database, AT + timedelta(hours=1)) is True
    assert await _try(database, AT + timedelta(hours=1, minutes=9, seconds=59)) is False
    assert await _try(database, AT + timedelta(hours=1, minutes=10)) is True


Limiter = Callable[[Rate, datetime], Awaitable[bool]]
PHONE = (
    Rate("test.minute", 1, timedelta(minutes=1)),
    Rate("test.hour", 5, timedelta(hours=1)),
    Rate("test.day", 10, timedelta(hours=24)),
)


class Gcra:
    """What stood here before: the generic cell rate algorithm, whose burst and refill add up to nearly twice."""

    def __init__(self) -> None:
        self._arrival: dict[str, datetime] = {}

    async def __call__(self, rate: Rate, at: datetime) -> bool:
        """Whether one more passes."""
        arrival = max(self._arrival.get(rate.name, at), at) + rate.per / rate.count
        if arrival > at + rate.per:
            return False
        self._arrival[rate.name] = arrival
        return True


def most_in_a_window(passed: list[datetime], per: timedelta) -> int:
    """The naive model: lay a window at every passed try and count."""
    return max((sum(1 for one in passed if begin <= one < begin + per) for begin in passed), default=0)


async def play(limiter: Limiter, pauses: list[int]) -> dict[str, tuple[list[datetime], list[datetime]]]:
    """(passed, refused) per rate when somebody tries again after each pause, in seconds."""
    seen: dict[str, tuple[list[datetime], list[datetime]]] = {rate.name: ([], []) for rate in PHONE}
    at = AT
    for pause in pauses:
        at += timedelta(seconds=pause)
        for rate in PHONE:
            seen[rate.name][0 if await limiter(rate, at) else 1].append(at)
    return seen


@pytest.mark.requirement("V4")
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pauses=st.lists(st.sampled_from((0, 1, 30, 59, 60, 61, 300, 719, 720, 1800, 3599, 3600, 30_000)), max_size=30))
async def test_a_limit_holds_in_every_window_and_refuses_no_one_needlessly(
    database: Database, pauses: list[int]
) -> None:
    """Against a naive sliding-window model: never more than the count in any window, and who is refused would have
    been one too many."""
    subject = new_id().bytes

    async def limited(rate: Rate, at: datetime) -> bool:
        try:
            async with database.transaction() as tx:
                await take(tx, rate, subject, at)
        except LimitReached:
            return False
        return True

    seen = await play(limited, pauses)
    for rate in PHONE:
        passed, refused = seen[rate.name]
        assert most_in_a_window(passed, rate.per) <= rate.count
        for at in refused:
            assert sum(1 for one in passed if at - rate.per < one <= at) == rate.count


@pytest.mark.requirement("V4")
async def test_control_a_burst_after_a_pause_exceeds_a_leaky_bucket() -> None:
    """Negative control: the algorithm that was here before lets nine of five an hour through, and the model sees it."""
    seen = await play(Gcra(), [0] * 5 + [720] * 4)
    assert most_in_a_window(seen["test.hour"][0], timedelta(hours=1)) > 5
