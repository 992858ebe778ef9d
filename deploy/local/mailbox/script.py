"""Answers out of the ordinary, which tests put before the ordinary ones of a provider."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from aiohttp import web

CUT: Final = "cut"


@dataclass(frozen=True, slots=True)
class Scripted:
    """One answer: an error code or any body, late by `delay`; `status` for redirects and faults. With `accept` the
    provider does what was asked before it answers so, or hangs up (`body=CUT`)."""

    errcode: int | str | None = None
    body: str | None = None
    status: int = 200
    delay: float = 0.0
    location: str = ""
    accept: bool = False


async def scripted(
    script: deque[Scripted],
    request: web.Request,
    ordinary: Callable[[], Awaitable[web.Response]],
    error: Callable[[int | str], web.Response],
) -> web.Response:
    """The next answer of the script, else the ordinary one."""
    if not script:
        return await ordinary()
    answer = script.popleft()
    if answer.accept:
        await ordinary()
    await asyncio.sleep(answer.delay)
    if answer.body == CUT and request.transport is not None:
        request.transport.abort()
    if answer.errcode is not None:
        return error(answer.errcode)
    headers = {"Location": answer.location} if answer.location else None
    return web.Response(status=answer.status, text=answer.body or "", headers=headers)
