"""A process that is told to stop ends well, and one whose work ends by itself does not."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from shared.process.roles import _until_stopped

Work = Callable[[asyncio.Event], Awaitable[object]]


async def rests(stop: asyncio.Event) -> None:
    """Nothing in hand: it hears the signal at once."""
    await stop.wait()


async def breaks(stop: asyncio.Event) -> None:
    """It fails on hearing the signal."""
    await stop.wait()
    raise LookupError


async def ends(_stop: asyncio.Event) -> None:
    """By itself."""


async def stopped_with(work: Work, *, told: bool) -> bool:
    """One task, and the signal where the process is told to stop; whether the task is done."""

    async def run() -> None:
        await work(stop)

    stop = asyncio.Event()
    tasks = [asyncio.create_task(run())]
    if told:
        asyncio.get_running_loop().call_later(0.01, stop.set)
    async with asyncio.timeout(5):
        await _until_stopped(tasks, stop)
    return tasks[0].done()


async def test_a_task_that_hears_the_signal_first_is_no_fault() -> None:
    """What rests, as a consumer does while the broker is away, is done as soon as the wait for the signal is."""
    assert await stopped_with(rests, told=True)


@pytest.mark.parametrize(("work", "told"), [(ends, False), (breaks, True)])
async def test_what_ends_by_itself_or_fails_ends_the_process_with_1(work: Work, told: bool) -> None:
    """Without a signal, or with a fault on hearing it."""
    with pytest.raises(SystemExit) as ended:
        await stopped_with(work, told=told)
    assert ended.value.code == 1
