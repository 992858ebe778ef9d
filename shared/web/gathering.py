"""Commands of one route, gathered into windows: what arrives while a window is on its way to the database shares the
next one. Nothing waits for a window to fill, so an idle system handles each command at once and a busy one gets larger
windows by itself. When a window fails, its commands are done one by one: a bad one holds up no other."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from shared.errors import TiroError
from shared.postgres.database import CommitUnknown, Database, DatabaseUnavailable
from shared.postgres.transaction import PendingAnswer
from shared.postgres.window import Origin, Window
from shared.web.call import Call

_LARGEST = 64
_AT_ONCE = 2
"""Windows under way: while one waits for its commit, the next one is judged."""

Handler = Callable[[Window, Sequence[Call[Any]], Sequence[Any]], Awaitable[list[Any]]]
Renderer = Callable[[object], web.StreamResponse]


@dataclass(slots=True)
class Waiting:
    """One command, and where its answer is awaited."""

    call: Call[Any]
    body: Any
    digest: bytes
    origin: Origin
    answer: asyncio.Future[web.StreamResponse]


class Gatherer:
    """The windows of one route of one process."""

    def __init__(self, handler: Handler, render: Renderer, database: Database) -> None:
        self._handler = handler
        self._render = render
        self._database = database
        self._waiting: list[Waiting] = []
        self._windows: set[asyncio.Task[None]] = set()

    async def commit(self, call: Call[Any], body: Any, digest: bytes, trace_parent: str | None) -> web.StreamResponse:
        """The answer to one command after its window committed. Raises what its handler or the database refused."""
        answer: asyncio.Future[web.StreamResponse] = asyncio.get_running_loop().create_future()
        self._waiting.append(Waiting(call, body, digest, Origin(call.request_id, trace_parent), answer))
        if len(self._windows) < _AT_ONCE:
            task = asyncio.create_task(self._run(), name=f"window {call.request.path}")
            self._windows.add(task)
            task.add_done_callback(self._windows.discard)
        return await answer

    async def _run(self) -> None:
        while self._waiting:
            window, self._waiting = self._waiting[:_LARGEST], self._waiting[_LARGEST:]
            await self._settle(window)

    async def _settle(self, window: list[Waiting]) -> None:
        try:
            outcomes = await self._write(window)
        except (CommitUnknown, DatabaseUnavailable) as error:
            outcomes = [error] * len(window)
        except Exception as error:
            if len(window) > 1:
                for waiting in window:
                    await self._settle([waiting])
                return
            outcomes = [error]
        self._answer(window, outcomes)

    @staticmethod
    def _answer(window: list[Waiting], outcomes: Sequence[web.StreamResponse | Exception]) -> None:
        for waiting, outcome in zip(window, outcomes, strict=True):
            if waiting.answer.done():
                continue
            if isinstance(outcome, Exception):
                waiting.answer.set_exception(outcome)
            else:
                waiting.answer.set_result(outcome)

    async def _write(self, window: list[Waiting]) -> list[web.StreamResponse | Exception]:
        async with self._database.window([waiting.origin for waiting in window]) as tx:
            results = await self._handler(tx, [w.call for w in window], [w.body for w in window])
            outcomes = [self._outcome(result) for result in results]
            for command, waiting, outcome in zip(tx.commands, window, outcomes, strict=True):
                # A question that is gathered has no key: its answer is not kept.
                if isinstance(outcome, web.Response) and waiting.call.idempotency_key:
                    command.work.answers.append(_stored(waiting, outcome))
        return outcomes

    def _outcome(self, result: object) -> web.StreamResponse | Exception:
        return result if isinstance(result, TiroError) else self._render(result)


def _stored(waiting: Waiting, response: web.Response) -> PendingAnswer:
    call, body = waiting.call, response.body
    stored = body if isinstance(body, bytes) else b""
    return PendingAnswer(call.actor.id, call.idempotency_key, waiting.digest, response.status, stored)
