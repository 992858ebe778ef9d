"""Whether two requests look alike to whoever sends them, and cost the service the same work (V6): the same statements
in the same order, as many password hashes and signature checks. Work is counted, not timed, so that a busy machine
changes nothing."""

import re
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import argon2
import asyncpg

from services.identity.credentials import passkeys
from shared.security import sealing, subject_sealing
from tests.support.service_under_test import Answer

_IGNORED: Final = {"x-request-id", "date"}
_NEW_EVERY_TIME: Final = {"challenge_id", "request_id", "expires_at", "challenge", "id", "requested_at"}
_STATEMENTS: Final = ("fetch", "fetchrow", "fetchval", "execute", "executemany")
Call = Callable[[], Awaitable[Answer]]


def look_of(answer: Answer, *, sized: bool = True) -> Any:
    """Everything of an answer that an onlooker could compare; `sized`: also its length."""
    ignored = _IGNORED if sized else _IGNORED | {"content-length"}
    headers = {k.lower(): v for k, v in answer.headers.items() if k.lower() not in ignored}
    return answer.status, _shape(answer.body), headers


def _shape(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: type(v).__name__ if k in _NEW_EVERY_TIME else _shape(v) for k, v in value.items()}
    return [_shape(one) for one in value] if isinstance(value, list) else value


@contextmanager
def work_done(*, unsealing: bool = False) -> Iterator[list[str]]:
    """What the service does for the length of the block: statements, password hashes, signature checks; with
    `unsealing` also the values unsealed."""
    done: list[str] = []
    patched: list[tuple[Any, str, Any]] = []

    def watch(owner: Any, name: str, label: Callable[..., str]) -> None:
        original = getattr(owner, name)

        def watched(*args: Any, **more: Any) -> Any:
            done.append(label(*args))
            return original(*args, **more)

        patched.append((owner, name, original))
        setattr(owner, name, watched)

    for name in _STATEMENTS:
        watch(asyncpg.Connection, name, lambda _self, query, *_rest: re.sub(r"\s+", " ", query).strip())
    for name in ("hash", "verify"):
        watch(argon2.PasswordHasher, name, lambda *_rest: "argon2")
    watch(passkeys, "verify_authentication_response", lambda *_rest: "signature")
    for module in (sealing, subject_sealing) if unsealing else ():
        watch(module, "decrypt", lambda *_rest: "unseal")
    try:
        yield done
    finally:
        for owner, name, original in patched:
            setattr(owner, name, original)


async def require_alike(first: Call, second: Call, *, sized: bool = True) -> list[str]:
    """Assert that two requests look alike and cost the same; the work one of them is."""
    seen = []
    for call in (first, second):
        with work_done() as work:
            answer = await call()
        seen.append((look_of(answer, sized=sized), work))
    (look, work), (other_look, other_work) = seen
    assert look == other_look, f"the answers differ: {look} {other_look}"
    assert work == other_work, f"the work differs: {set(work) ^ set(other_work)} {len(work)} {len(other_work)}"
    assert work, "nothing was done at all"
    return work
