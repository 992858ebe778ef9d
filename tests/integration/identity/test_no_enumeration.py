"""Nothing tells who is known: not the answers, and not the time they take (V6)."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from tests.integration.identity.people import PASSWORD, PHONE, log_in, phone_number, some_morning
from tests.integration.identity.test_staff_accounts import active_account
from tests.support.alike import look_of
from tests.support.rank_test import mann_whitney_p
from tests.support.service_under_test import Answer, Serve, ServiceUnderTest

KNOWN, UNKNOWN = PHONE, phone_number(66)
ROUNDS = 3
"""A busy machine may spoil one comparison; a door that leaks shows in all of them."""
Call = Callable[[str], Awaitable[Answer]]


async def compare(call: Call, pairs: int) -> float:
    """p of the times of `pairs` calls for the known and the unknown phone, in turns; every pair looks alike."""
    times: dict[str, list[float]] = {KNOWN: [], UNKNOWN: []}
    for number in range(pairs):
        looks = []
        for phone in (KNOWN, UNKNOWN) if number % 2 else (UNKNOWN, KNOWN):
            began = time.perf_counter()
            answer = await call(phone)
            times[phone].append(time.perf_counter() - began)
            looks.append(look_of(answer))
        assert looks[0] == looks[1]
    return mann_whitney_p(times[KNOWN], times[UNKNOWN])


async def indistinguishable(call: Call, pairs: int) -> bool:
    """Whether the times could be of one and the same kind in any of a few rounds."""
    for _ in range(ROUNDS):
        if await compare(call, pairs) > 0.01:
            return True
    return False


@pytest.mark.slow
@pytest.mark.alone
@pytest.mark.requirement("V6")
async def test_code_and_login_take_the_same_time_for_known_and_unknown(serve: Serve) -> None:
    """Two hundred pairs of requests for a code, and as many of wrong codes: alike in status, body, headers, time."""
    wide = {f"LOGIN_CODE__PER_{span}": "100000" for span in ("MINUTE", "HOUR", "DAY", "ADDRESS_AND_HOUR")}
    service: ServiceUnderTest = await serve("identity", some_morning(), LOGIN_CODE__BREAKER_SAMPLE="100000", **wide)
    await log_in(service, KNOWN)
    anonymous = service.anonymous()

    async def ask(phone: str) -> Answer:
        return await anonymous.post("/login-codes", {"phone": phone})

    async def guess(phone: str) -> Answer:
        asked = {"challenge_id": "01890000-0000-7000-8000-000000000000", "phone": phone, "code": "000000"}
        return await anonymous.post("/sessions", asked)

    assert await indistinguishable(ask, 200)
    assert await indistinguishable(guess, 200)


@pytest.mark.slow
@pytest.mark.alone
@pytest.mark.requirement("V6")
async def test_staff_login_takes_the_same_time_for_known_and_unknown(serve: Serve) -> None:
    """Sixty pairs of staff logins with a wrong password: an account that exists answers like one that does not."""
    clock = some_morning()
    service: ServiceUnderTest = await serve("identity", clock, STAFF__LOCK_MINUTES="1", STAFF__FAILURES="10",
                          STAFF__GUESSES_PER_ADDRESS_AND_HOUR="100000")  # fmt: skip
    await active_account(service, "institution_owner", KNOWN)
    tries = 0

    async def sign_in(phone: str) -> Answer:
        nonlocal tries
        tries += 1
        if tries % 16 == 0:
            clock.advance(timedelta(minutes=2))
        body = {"phone": phone, "password": f"{PASSWORD}-wrong", "totp": "000000"}
        return await service.anonymous().post("/staff-sessions", body)

    assert await indistinguishable(sign_in, 60)


async def test_control_a_leak_of_time_is_found() -> None:
    """Negative control: a door that takes three milliseconds more for the known is found in every round."""

    async def leaky(phone: str) -> Answer:
        await asyncio.sleep(0.004 if phone == KNOWN else 0.001)
        return Answer(401, {"code": "x"}, {})

    assert not await indistinguishable(leaky, 60)
