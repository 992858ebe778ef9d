"""Sessions: refresh tokens work once, a reuse ends the family, lost answers are repeated, limits of time hold."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from tests.integration.identity.people import log_in, some_morning, with_token
from tests.support.service_under_test import Answer, Serve, ServiceUnderTest


async def refresh(service: ServiceUnderTest, token: str, agent: str = "tiro-test/1") -> Answer:
    """Exchange a refresh token, as the client `agent`."""
    return await service.anonymous().post("/sessions/refresh", {"refresh_token": token}, headers={"User-Agent": agent})


async def reason_of_end(service: ServiceUnderTest) -> Any:
    """Why the only session ended."""
    async with service.database.read() as reader:
        return await reader.fetchval("SELECT end_reason FROM session")


async def own_tokens(service: ServiceUnderTest) -> str:
    """A refresh token bound to the client of `refresh`."""
    first = (await log_in(service)).body["refresh_token"]
    # The login came from another client; its first refresh moves the family to this one.
    answer = await refresh(service, first)
    assert answer.status == 200
    return str(answer.body["refresh_token"])


@pytest.mark.requirement("V16")
async def test_two_refreshes_at_once_give_one_pair(serve: Serve) -> None:
    """Fifty parallel exchanges of one token give the same pair, and one new token exists."""
    service = await serve("identity", some_morning())
    token = await own_tokens(service)
    answers = await asyncio.gather(*(refresh(service, token) for _ in range(50)))
    assert {a.status for a in answers} == {200}
    assert len({(a.body["access_token"], a.body["refresh_token"]) for a in answers}) == 1
    async with service.database.read() as reader:
        assert await reader.fetchval("SELECT count(*) FROM refresh_token WHERE used_at IS NULL") == 1


@pytest.mark.requirement("V16")
async def test_a_lost_answer_is_repeated_for_ten_seconds(serve: Serve) -> None:
    """At 10 s the old token still gives the same pair; at 11 s it kills the family."""
    clock = some_morning()
    service = await serve("identity", clock)
    token = await own_tokens(service)
    first = await refresh(service, token)
    clock.advance(timedelta(seconds=10))
    repeated = await refresh(service, token)
    assert repeated.body["refresh_token"] == first.body["refresh_token"]
    clock.advance(timedelta(seconds=1))
    assert (await refresh(service, token)).code == "refresh_refused"
    assert (await refresh(service, first.body["refresh_token"])).code == "refresh_refused"
    assert await reason_of_end(service) == "refresh_token_reused"
    async with service.database.read() as reader:
        assert await reader.fetchval("SELECT count(*) FROM audit_entry WHERE action = 'session.end'") == 1


@pytest.mark.requirement("V16")
async def test_another_client_gets_no_repetition(serve: Serve) -> None:
    """A used token shown by a different client ends the family at once, even within the ten seconds."""
    service = await serve("identity", some_morning())
    token = await own_tokens(service)
    good = await refresh(service, token)
    assert (await refresh(service, token, agent="thief/9")).code == "refresh_refused"
    assert (await refresh(service, good.body["refresh_token"])).code == "refresh_refused"


@pytest.mark.requirement("V18")
async def test_a_session_ends_when_idle_and_at_its_longest_life(serve: Serve) -> None:
    """A person's session rests at most 30 min, and lasts at most 12 h however busy it is."""
    clock = some_morning()
    service = await serve("identity", clock)
    token = (await log_in(service)).body["refresh_token"]
    began = clock.now()
    while clock.now() - began < timedelta(hours=12) - timedelta(minutes=29):
        clock.advance(timedelta(minutes=29))
        answer = await refresh(service, token)
        assert answer.status == 200, clock.now() - began
        token = answer.body["refresh_token"]
    clock.advance(timedelta(minutes=29))
    assert (await refresh(service, token)).status == 401
    clock.advance(timedelta(minutes=2))
    idle = (await log_in(service)).body["refresh_token"]
    clock.advance(timedelta(minutes=30))
    assert (await refresh(service, idle)).status == 401


@pytest.mark.requirement("V14", "V18")
async def test_no_access_token_outlives_its_session(serve: Serve) -> None:
    """Close to the end of a session its access tokens become shorter."""
    clock = some_morning()
    service = await serve("identity", clock, SESSION__CANDIDATE_HOURS="1", SESSION__CANDIDATE_IDLE_MINUTES="59")
    token = (await log_in(service)).body["refresh_token"]
    clock.advance(timedelta(minutes=57))
    assert (await refresh(service, token)).body["expires_in"] == 180


@pytest.mark.requirement("V17", "V19", "V20")
async def test_sessions_are_listed_and_ended_by_their_owner(serve: Serve) -> None:
    """Each login is a session of its own; ending one leaves the other, and nobody ends a stranger's."""
    clock = some_morning()
    service = await serve("identity", clock)
    first = (await log_in(service)).body
    clock.advance(timedelta(minutes=2))
    second = (await log_in(service)).body
    stranger = (await log_in(service, "13700000001")).body
    listed = (await with_token(service, second).get("/sessions")).body["items"]
    assert len(listed) == 2
    assert [item["current"] for item in listed] == [True, False]
    other = listed[1]["session_id"]
    assert (await with_token(service, stranger).call("DELETE", f"/sessions/{other}")).status == 404
    assert (await with_token(service, second).call("DELETE", f"/sessions/{other}")).status == 204
    assert (await refresh(service, first["refresh_token"])).status == 401
    assert (await with_token(service, second).call("DELETE", "/sessions/current")).status == 204
    assert (await refresh(service, second["refresh_token"])).status == 401


@pytest.mark.requirement("V16")
async def test_pairs_kept_for_repetition_are_sealed_and_soon_forgotten(serve: Serve) -> None:
    """No token rests in clear, and the sealed pair is gone after the job has run."""
    clock = some_morning()
    service = await serve("identity", clock)
    token = await own_tokens(service)
    pair = (await refresh(service, token)).body
    async with service.database.read() as reader:
        text = str(await reader.fetch("SELECT r::text FROM refresh_token r"))
    assert pair["refresh_token"] not in text
    assert pair["refresh_token"].encode().hex() not in text
    clock.advance(timedelta(seconds=12))
    job = next(job for job in service.definition.jobs if job.name == "forget-answers")
    await job.run(service.deps)
    async with service.database.read() as reader:
        assert await reader.fetchval("SELECT count(answer_sealed) FROM refresh_token") == 0
