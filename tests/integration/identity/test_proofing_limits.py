"""How often one may try to prove oneself: exact windows by person and by number, whoever asks (V31)."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from services.identity.domain.limits import VerificationLimits
from services.identity.use_cases.verifying.start_automatic_verification import take_start
from shared.clock import SHANGHAI
from shared.errors import LimitReached
from shared.ids import new_id
from shared.postgres.transaction import Transaction
from shared.security.blind_index import BlindIndex
from tests.integration.identity.people import some_morning
from tests.support.service_under_test import Serve, ServiceUnderTest

START = datetime(2026, 11, 23, 9, 0, tzinfo=SHANGHAI)
LIMITS = VerificationLimits()
NUMBER = BlindIndex(b"\x01" * 32)
Try = Callable[[Transaction, UUID, datetime], Awaitable[None]]


async def exact(tx: Transaction, person: UUID, at: datetime) -> None:
    """What a start counts."""
    await take_start(tx, person, NUMBER, LIMITS, at)


class Leaky:
    """The same limits as leaky buckets: a burst, and then one more whenever a share of the time has passed."""

    def __init__(self) -> None:
        self._full_until: dict[object, datetime] = {}

    async def __call__(self, _tx: Transaction, person: UUID, at: datetime) -> None:
        """One try. Raises LimitReached."""
        buckets = ((person, timedelta(hours=6), 5), (NUMBER, timedelta(hours=1), 10))
        after: dict[object, datetime] = {
            who: max(self._full_until.get(who, at), at) + per / count for who, per, count in buckets
        }
        if any(after[who] > at + per for who, per, _ in buckets):
            raise LimitReached(retry_after=1)
        self._full_until |= after


async def swept(service: ServiceUnderTest, attempt: Try, hours: int) -> list[tuple[UUID, datetime]]:
    """Three people try one number every five minutes; who got through, and when."""
    people, passed = [new_id() for _ in range(3)], []
    for minute in range(0, hours * 60, 5):
        for person in people:
            at = START + timedelta(minutes=minute)
            try:
                async with service.database.transaction() as tx:
                    await attempt(tx, person, at)
            except LimitReached:
                continue
            passed.append((person, at))
    return passed


def most_in(times: list[datetime], length: timedelta) -> int:
    """The most that fell into any window of a length."""
    return max((sum(1 for t in times if begin <= t < begin + length) for begin in times), default=0)


def worst(passed: list[tuple[UUID, datetime]]) -> tuple[int, int]:
    """(most by one person in six hours, most by all in one hour)."""
    people = {person for person, _ in passed}
    by_person = max(most_in([at for who, at in passed if who == person], timedelta(hours=6)) for person in people)
    return by_person, most_in([at for _, at in passed], timedelta(hours=1))


@pytest.mark.requirement("V31")
async def test_three_people_on_one_number_over_a_day(serve: Serve) -> None:
    """Whatever window is laid over a day of tries, it holds at most five of one person in six hours and ten of the
    number in an hour; and every window is used up, so nobody waits longer than needed."""
    service = await serve("identity", some_morning())
    passed = await swept(service, exact, 14)
    assert worst(passed) == (5, 10)
    assert len(passed) == 3 * 5 * 3


@pytest.mark.requirement("V31")
async def test_control_a_leaky_bucket_lets_more_through(serve: Serve) -> None:
    """Negative control: the same numbers as a leaky bucket exceed both windows, and the sweep shows it."""
    service = await serve("identity", some_morning())
    by_person, by_number = worst(await swept(service, Leaky(), 7))
    assert by_person > 5
    assert by_number <= 15


@pytest.mark.requirement("V31")
async def test_the_window_ends_to_the_second(serve: Serve) -> None:
    """Five at once: the sixth waits exactly six hours from the first, and is told how long."""
    service = await serve("identity", some_morning())
    person = new_id()
    for _ in range(5):
        async with service.database.transaction() as tx:
            await exact(tx, person, START)
    for early, wait in ((timedelta(0), 21_600), (timedelta(hours=5, minutes=59, seconds=59), 1)):
        with pytest.raises(LimitReached) as refused:
            async with service.database.transaction() as tx:
                await exact(tx, person, START + early)
        assert refused.value.retry_after == wait
    async with service.database.transaction() as tx:
        await exact(tx, person, START + timedelta(hours=6))


@pytest.mark.requirement("V31")
async def test_thirty_at_once_on_one_number(serve: Serve) -> None:
    """Thirty people start with one number at the same moment: ten get through."""
    service = await serve("identity", some_morning())

    async def once() -> bool:
        try:
            async with service.database.transaction() as tx:
                await exact(tx, new_id(), START)
        except LimitReached:
            return False
        return True

    assert sum(await asyncio.gather(*(once() for _ in range(30)))) == 10
