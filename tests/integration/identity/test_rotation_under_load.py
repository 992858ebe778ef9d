"""Signing keys rotate while two services are asked two hundred times a second: nobody is refused by mistake (V15)."""

import asyncio
import base64
import contextlib
import itertools
import json
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.identity.domain.limits import SigningKeyLimits
from services.identity.use_cases.signing_keys.rotate_signing_key import rotate_signing_key
from shared.clock import FrozenClock, SystemClock
from shared.contracts.identity import SigningKeyPublished
from tests.integration.identity.people import log_in, with_token
from tests.support.service_under_test import Serve, ServiceUnderTest

SPEED = 15.0
"""The services' clocks run this much faster than the test."""
SECONDS, RATE = 16.0, 200
_KEEP_SECONDS, _EVENT_SECONDS = 15.0 / SPEED, 10.0 / SPEED


@dataclass
class Rotation:
    """What happened: answers by service and status, and the keys that signed."""

    statuses: dict[tuple[str, int], int] = field(default_factory=dict)
    kids: list[str] = field(default_factory=list)
    fresh: str = ""

    @property
    def refused(self) -> int:
        """False 401s."""
        return sum(n for (_, status), n in self.statuses.items() if status == 401)


@asynccontextmanager
async def beside(*works: Any) -> AsyncIterator[None]:
    """Run loops for the length of the block."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*tasks, return_exceptions=True)


async def rotate_under_load(serve: Serve, announce: int, *, tell: bool = True) -> Rotation:
    """One rotation in the middle of the load; without `tell` its event never reaches the second service."""
    clock = FrozenClock(SystemClock().now())
    identity = await serve("identity", clock, SESSION__CANDIDATE_IDLE_MINUTES="600")
    institution = await serve("institution", clock)
    for event in await identity.published(SigningKeyPublished):
        await institution.deliver(event)
    seen = Rotation()
    tokens = [(await log_in(identity)).body]
    limits = SigningKeyLimits(announce_seconds=announce)

    async def run_clock() -> None:
        at = time.monotonic()
        while True:
            await asyncio.sleep(0.02)
            now = time.monotonic()
            clock.advance(timedelta(seconds=(now - at) * SPEED))
            at = now

    async def renew() -> None:
        while True:
            pair = await identity.anonymous().post("/sessions/refresh", {"refresh_token": tokens[-1]["refresh_token"]})
            assert pair.status == 200, pair.body
            tokens.append(pair.body)
            seen.kids.append(kid_of(pair.body["access_token"]))
            await asyncio.sleep(0.2)

    async def keep_keys(service: ServiceUnderTest) -> None:
        while True:
            await service.keys.refresh(force=True)
            await asyncio.sleep(_KEEP_SECONDS)

    async def rotate() -> None:
        await asyncio.sleep(1.0)
        async with identity.database.transaction() as tx:
            seen.fresh = await rotate_signing_key(tx, identity.keyring, limits, identity.settings.session, clock.now())
        await asyncio.sleep(_EVENT_SECONDS)
        for event in (await identity.published(SigningKeyPublished))[1:] if tell else []:
            await institution.deliver(event)
        await asyncio.Event().wait()

    async with beside(run_clock(), renew(), rotate(), keep_keys(identity), keep_keys(institution)):
        await ask_for(seen, identity, institution, tokens)
    return seen


async def ask_for(seen: Rotation, identity: ServiceUnderTest, institution: ServiceUnderTest, tokens: list[Any]) -> None:
    """An open loop over both services with tokens of the last seconds."""
    doors = itertools.cycle(((identity, "/me"), (institution, "/bindings/current")))

    async def one(service: ServiceUnderTest, path: str) -> None:
        answer = await with_token(service, random.choice(tokens[-10:])).get(path)
        key = (service.definition.name, answer.status)
        seen.statuses[key] = seen.statuses.get(key, 0) + 1

    began, asked = time.monotonic(), []
    for number in range(int(SECONDS * RATE)):
        if (wait := began + number / RATE - time.monotonic()) > 0:
            await asyncio.sleep(wait)
        asked.append(asyncio.create_task(one(*next(doors))))
    await asyncio.gather(*asked)


def kid_of(token: str) -> str:
    """Which key signed a token."""
    header = json.loads(base64.urlsafe_b64decode(token.split(".")[0] + "=="))
    return str(header["kid"])


@pytest.mark.slow
@pytest.mark.alone
@pytest.mark.requirement("V15")
async def test_a_rotation_at_two_hundred_requests_a_second_refuses_nobody(serve: Serve) -> None:
    """3,200 requests to two services while the key changes: not one 401, and the new key signs at the end."""
    seen = await rotate_under_load(serve, announce=120)
    assert seen.refused == 0, seen.statuses
    assert {service for service, _ in seen.statuses} == {"identity", "institution"}
    assert seen.kids[0] != seen.fresh == seen.kids[-1]
    assert sum(seen.statuses.values()) == int(SECONDS * RATE)


@pytest.mark.slow
@pytest.mark.alone
@pytest.mark.requirement("V15")
async def test_a_key_that_was_not_announced_is_refused(serve: Serve) -> None:
    """Negative control: a service that did not hear of the key before it signs refuses honest people."""
    seen = await rotate_under_load(serve, announce=10, tell=False)
    assert seen.refused > 0
    assert {service for service, status in seen.statuses if status == 401} == {"institution"}


@pytest.mark.requirement("V15")
async def test_a_flood_of_unknown_keys_is_one_look_a_minute(serve: Serve) -> None:
    """A thousand tokens with invented key ids cause one look into the table; an honest token works all the while."""
    service = await serve("identity")
    tokens = (await log_in(service)).body
    caller = with_token(service, tokens)
    assert (await caller.get("/me")).status == 200
    _, payload, signature = tokens["access_token"].split(".")
    service.keys._asked_at = float("-inf")
    before = service.keys.looks

    def invented() -> str:
        header = json.dumps({"alg": "ES256", "typ": "at+jwt", "kid": str(uuid4())}).encode()
        return f"{base64.urlsafe_b64encode(header).decode().rstrip('=')}.{payload}.{signature}"

    for _ in range(10):
        answers = await asyncio.gather(
            *(with_token(service, {"access_token": invented()}).get("/me") for _ in range(100))
        )
        assert {a.status for a in answers} == {401}
    assert service.keys.looks - before == 1
    assert (await caller.get("/me")).status == 200
    # Control: the counter counts, and a minute later there is one more look.
    service.keys._asked_at -= 61
    assert (await with_token(service, {"access_token": invented()}).get("/me")).status == 401
    assert service.keys.looks - before == 2
