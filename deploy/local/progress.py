"""What a person sees while the stack starts: one line per part, with seconds."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

Say = Callable[[str], None]


def say_nothing(_line: str) -> None:
    """For tests and other callers that want no output."""


def say_on_terminal(line: str) -> None:
    """One line on standard output, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


@dataclass
class Wait:
    """What a part is waited for, as far as it is known."""

    reason: str = "being prepared"


@asynccontextmanager
async def waiting(say: Say, part: str) -> AsyncIterator[Wait]:
    """Says what is waited for after three seconds, again every ten, and how long it took in the end."""
    began = time.monotonic()
    wait = Wait()

    async def remind() -> None:
        await asyncio.sleep(3)
        while True:
            say(f"  {part:<22} {wait.reason} ... {time.monotonic() - began:.0f} s")
            await asyncio.sleep(10)

    reminder = asyncio.create_task(remind())
    try:
        yield wait
    finally:
        reminder.cancel()
    say(f"  {part:<22} ready in {time.monotonic() - began:.1f} s")
