"""Pumping of SMS: a budget that holds under any parallelism, a breaker on the redeemed share, a way for the honest."""

import asyncio
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from structlog.testing import capture_logs

from services.identity.domain.login_brake import solves
from services.identity.jobs import watch_login_traffic
from services.identity.storage import login_traffic
from shared.contracts.identity import LoginCodeIssued
from tests.integration.identity.people import code_of, log_in, phone_number, some_morning, try_code
from tests.support.service_under_test import Answer, Serve, ServiceUnderTest


async def ask(service: ServiceUnderTest, n: int, *, address: int = 0, **more: Any) -> Answer:
    """Ask for a code for the n-th phone, from one of many addresses."""
    headers = {"X-Forwarded-For": f"198.18.{address // 250}.{address % 250}"}
    return await service.anonymous().post("/login-codes", {"phone": phone_number(n), **more}, headers=headers)


async def solve(service: ServiceUnderTest, n: int) -> dict[str, str]:
    """What an honest client does when it is asked to."""
    puzzle = (await service.anonymous().post("/login-puzzles", {"phone": phone_number(n)})).body
    answer = next(str(i) for i in count() if solves(puzzle["puzzle"], str(i), puzzle["bits"]))
    return {"puzzle": puzzle["puzzle"], "answer": answer}


@pytest.mark.slow
@pytest.mark.requirement("V4", "V5")
async def test_ten_thousand_numbers_from_five_hundred_addresses_stay_within_the_budget(serve: Serve) -> None:
    """Ten thousand phones asked for from 500 addresses at once: the breaker lets a sample through and no more, an alarm
    is raised, and an honest person who solves the puzzle gets a code and logs in."""
    limits = {"BUDGET_PER_HOUR": "400", "BREAKER_SAMPLE": "100", "PUZZLE_BITS": "8"}
    service = await serve("identity", some_morning(), **{f"LOGIN_CODE__{k}": v for k, v in limits.items()})
    limit = asyncio.Semaphore(40)

    async def attack(n: int) -> Answer:
        async with limit:
            return await ask(service, n, address=n % 500)

    answers = await asyncio.gather(*(attack(n) for n in range(10_000)))
    codes = {a.code for a in answers if a.status != 202}
    sent = sum(a.status == 202 for a in answers)
    assert codes == {"puzzle_needed"}
    # Those in flight when the breaker opened had passed already: at most one per connection.
    assert 100 <= sent <= 100 + 20
    assert len(await service.published(LoginCodeIssued)) == sent
    with capture_logs() as logs:
        await watch_login_traffic(service.deps)
    (alarm,) = [entry for entry in logs if entry["event"] == "login_code_brake"]
    assert (alarm["breaker"], alarm["log_level"]) == (True, "error")
    honest = await ask(service, 20_001, solved=await solve(service, 20_001))
    assert honest.status == 202, honest.body
    code = await code_of(service, honest.body["challenge_id"])
    assert (await try_code(service, honest.body["challenge_id"], code, phone_number(20_001))).status == 201


@pytest.mark.requirement("V4", "V5")
async def test_the_budget_is_exact_under_parallel_solvers(serve: Serve) -> None:
    """An attacker who works for every code still gets no more than the budget of the hour; then WeChat is named."""
    service = await serve(
        "identity", some_morning(), LOGIN_CODE__BUDGET_PER_HOUR="60", LOGIN_CODE__BREAKER_SAMPLE="1000"
    )
    answers = await asyncio.gather(*(ask(service, n, address=n) for n in range(200)))
    assert sum(a.status == 202 for a in answers) == 60
    refused = next(a for a in answers if a.status == 429)
    assert refused.code == "login_codes_paused"
    assert "微信" in refused.body["title"]
    assert len(await service.published(LoginCodeIssued)) == 60
    service.clock.advance(timedelta(minutes=81))
    assert (await ask(service, 999)).status == 202


@pytest.mark.requirement("V5")
async def test_without_the_queue_near_the_end_the_budget_is_overrun(serve: Serve) -> None:
    """Negative control: senders that only look at the committed figures all see room for one more."""
    service = await serve("identity", some_morning())
    all_have_looked, budget, sent = asyncio.Barrier(5), 3, []

    async def naive() -> None:
        async with service.database.transaction() as tx:
            traffic = await login_traffic.update_sent(tx, service.clock.now())
            await all_have_looked.wait()
            if traffic.sent_in_hour < budget:
                sent.append(1)

    await asyncio.gather(*(naive() for _ in range(5)))
    assert len(sent) > budget


@pytest.mark.requirement("V5")
async def test_honest_traffic_never_sees_the_brake(serve: Serve) -> None:
    """Where codes are redeemed the breaker stays closed, however many are sent."""
    clock = some_morning()
    service = await serve("identity", clock, LOGIN_CODE__BREAKER_SAMPLE="10")
    for n in range(25):
        await log_in(service, phone_number(n))
    with capture_logs() as logs:
        await watch_login_traffic(service.deps)
    assert [entry for entry in logs if entry["event"] == "login_code_brake"] == []


@pytest.mark.requirement("V5", "V6")
async def test_a_puzzle_works_once_for_its_phone_and_time(serve: Serve) -> None:
    """Used twice, for another phone, too late, wrongly solved or made up: refused; the breaker closes by itself."""
    clock = some_morning()
    service = await serve("identity", clock, LOGIN_CODE__BREAKER_SAMPLE="5", LOGIN_CODE__PUZZLE_BITS="8",
                          LOGIN_CODE__PER_MINUTE="9")  # fmt: skip
    for n in range(5):
        assert (await ask(service, n)).status == 202
    needed = await ask(service, 6)
    assert (needed.status, needed.code) == (403, "puzzle_needed")
    solved = await solve(service, 7)
    assert (await ask(service, 8, solved=solved)).code == "puzzle_refused"
    assert (await ask(service, 7, solved=solved)).status == 202
    assert (await ask(service, 7, solved=solved)).code == "puzzle_refused"
    wrong = next(str(i) for i in count() if not solves(solved["puzzle"], str(i), 8))
    fresh = await solve(service, 9)
    assert (await ask(service, 9, solved=fresh | {"answer": wrong})).code in ("puzzle_refused",)
    assert (await ask(service, 9, solved={"puzzle": "00.99999999999.00", "answer": "1"})).code == "puzzle_refused"
    late = await solve(service, 10)
    clock.advance(timedelta(seconds=300))
    assert (await ask(service, 10, solved=late)).code == "puzzle_refused"
    clock.advance(timedelta(minutes=31))
    assert (await ask(service, 11)).status == 202


@pytest.mark.requirement("V4")
async def test_one_device_can_not_ask_for_many_phones(serve: Serve) -> None:
    """A client that names its device is limited by it over all addresses; another device goes on."""
    service: ServiceUnderTest = await serve("identity", some_morning(), LOGIN_CODE__PER_DEVICE_AND_HOUR="3")

    async def on_device(n: int, device: str) -> int:
        headers = {"X-Device-Id": device, "X-Forwarded-For": f"198.51.100.{n}"}
        answer = await service.anonymous().post("/login-codes", {"phone": phone_number(n)}, headers=headers)
        return answer.status

    assert [await on_device(n, "device-of-somebody-01") for n in range(4)] == [202, 202, 202, 429]
    assert await on_device(5, "device-of-somebody-02") == 202
