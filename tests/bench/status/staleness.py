"""Whether anybody is told less than what was acknowledged before he asked: a writer decides about a few people, as fast
as it can or at a pace, while readers ask about the same people."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from uuid import UUID

import asyncpg

from tests.bench.status.declared_people import Person

_DECIDE = """
UPDATE declaration.declaration SET version = version + 1, updated_at = now(),
    state = CASE state WHEN 'approved' THEN 'modification_allowed' ELSE 'approved' END
WHERE id = $1 RETURNING version
"""
Ask = Callable[[Person], Awaitable[int]]
"""Asks about a person; the version in the answer."""


@dataclass(slots=True)
class Seen:
    """How many decisions were acknowledged, how many answers came, and how many of them were older than the
    acknowledgement they followed."""

    decisions: int = 0
    answers: int = 0
    stale: int = 0
    acknowledged: dict[UUID, int] = field(default_factory=dict)


async def watch(
    dsn: str, people: list[Person], ask: Ask, seconds: float, readers: int, *, early: bool = False, pause: float = 0
) -> Seen:
    """One writer that rests for `pause` seconds after each decision, `readers` readers. `early` is the control: the
    writer acknowledges before it commits."""
    seen, deadline = Seen(), time.monotonic() + seconds
    await asyncio.gather(
        _decide(dsn, people, seen, deadline, early=early, pause=pause),
        *(_read(people, ask, seen, deadline) for _ in range(readers)),
    )
    return seen


async def _decide(dsn: str, people: list[Person], seen: Seen, deadline: float, *, early: bool, pause: float) -> None:
    connection = await asyncpg.connect(dsn)
    while time.monotonic() < deadline:
        person = random.choice(people)
        async with connection.transaction():
            version = await connection.fetchval(_DECIDE, person.declaration_id)
            if early:
                seen.acknowledged[person.declaration_id] = version
                await asyncio.sleep(0.05)
        seen.acknowledged[person.declaration_id] = version
        seen.decisions += 1
        await asyncio.sleep(pause)
    await connection.close()


async def _read(people: list[Person], ask: Ask, seen: Seen, deadline: float) -> None:
    while time.monotonic() < deadline:
        person = random.choice(people)
        known = seen.acknowledged.get(person.declaration_id, 0)
        version = await ask(person)
        seen.answers += 1
        seen.stale += version < known
