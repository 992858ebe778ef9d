"""Sessions: refresh tokens work once, a reuse ends the family, lost answers are repeated, limits of time hold."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.identity.use_cases.signing_in.end_sessions import end_sessions
from shared.actor import SYSTEM
from shared.contracts.identity import DeviceUsed, NewDeviceSeen, SessionEnded
from tests.integration.identity.people import (
    PHONE,
    ask_for_code,
    log_in,
    phone_number,
    some_morning,
    try_code,
    with_token,
)
from tests.integration.identity.test_staff_accounts import active_account
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
    (ended,) = await service.published(SessionEnded)
    assert ended.reason == "refresh_token_reused"


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


@pytest.mark.requirement("V17")
async def test_a_logout_kills_the_access_token_too(serve: Serve) -> None:
    """After the next look into the table, seconds later, the access token of an ended session is refused, though it has
    not expired; that of another session works on."""
    service = await serve("identity", some_morning())
    gone = with_token(service, (await log_in(service)).body)
    service.clock.advance(timedelta(minutes=2))
    stays = with_token(service, (await log_in(service)).body)
    assert (await gone.call("DELETE", "/sessions/current")).status == 204
    await service.ended.refresh()
    assert ((await gone.get("/me")).status, (await stays.get("/me")).status) == (401, 200)


@pytest.mark.requirement("V17")
async def test_without_the_list_of_ended_sessions_the_token_lives_on(serve: Serve) -> None:
    """Negative control: a verifier that is not told keeps accepting the access token of an ended session."""
    service = await serve("identity", some_morning())
    gone = with_token(service, (await log_in(service)).body)
    assert (await gone.call("DELETE", "/sessions/current")).status == 204
    assert (await gone.get("/me")).status == 200


@pytest.mark.requirement("V17", "V20")
async def test_all_other_sessions_end_at_once(serve: Serve) -> None:
    """Of four sessions three end with one request, each told to the others once; ended and idle ones are not listed."""
    clock = some_morning()
    service = await serve("identity", clock)
    tokens = []
    for _ in range(4):
        tokens.append((await log_in(service)).body)
        clock.advance(timedelta(minutes=2))
    here = with_token(service, tokens[-1])
    assert len((await here.get("/sessions")).body["items"]) == 4
    assert (await here.call("DELETE", "/sessions/others")).status == 204
    assert len(await service.published(SessionEnded)) == 3
    assert [s["current"] for s in (await here.get("/sessions")).body["items"]] == [True]
    for old in tokens[:-1]:
        assert (await refresh(service, old["refresh_token"])).status == 401
    assert (await here.call("DELETE", "/sessions/others")).status == 204
    assert len(await service.published(SessionEnded)) == 3
    clock.advance(timedelta(minutes=31))
    later = with_token(service, (await log_in(service)).body)
    assert len((await later.get("/sessions")).body["items"]) == 1


@pytest.mark.requirement("V20", "V55")
async def test_a_new_device_is_told_and_the_list_shows_where(serve: Serve) -> None:
    """The first device is no news; another one is, once; the list names client, masked network and last use."""
    clock = some_morning()
    service = await serve("identity", clock)

    async def log_in_on(agent: str, device: str = "") -> Any:
        headers = {"User-Agent": agent, "X-Forwarded-For": "203.0.113.77"} | ({"X-Device-Id": device} if device else {})
        answer = await try_code(service, *(await ask_for_code(service)), **headers)
        clock.advance(timedelta(minutes=2))
        return answer.body

    android = "Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0"
    await log_in_on(android)
    assert await service.published(NewDeviceSeen) == []
    await log_in_on(android)
    last = await log_in_on("Mozilla/5.0 (Windows NT 10.0) Firefox/130.0")
    (told,) = await service.published(NewDeviceSeen)
    assert (told.client, told.address_masked, str(told.person_id)) == (
        "firefox on windows",
        "203.0.*.*",
        last["person_id"],
    )
    assert len(await service.published(NewDeviceSeen)) == 1
    await log_in_on(android, "device-id-0123456789")
    assert len(await service.published(NewDeviceSeen)) == 2
    listed = (await with_token(service, last).get("/sessions")).body["items"]
    assert {s["address_masked"] for s in listed} == {"203.0.*.*"}
    assert [s["client"] for s in listed][1:3] == ["firefox on windows", "wechat on android"]
    assert "203.0.113" not in str(listed)


@pytest.mark.requirement("V17")
async def test_a_staff_account_that_is_taken_away_stops_at_once(serve: Serve) -> None:
    """All sessions of a staff account end together, its access token is refused, and each end is told once."""
    service = await serve("identity", some_morning())
    account = await active_account(service)
    caller = with_token(service, account["tokens"])
    assert (await caller.get("/staff/me")).status == 200
    async with service.database.transaction() as tx:
        ended = await end_sessions(tx, UUID(account["staff_id"]), SYSTEM, service.clock.now(), "disabled")
    await service.ended.refresh()
    assert (ended, (await caller.get("/staff/me")).status) == (1, 401)
    assert (await refresh(service, account["tokens"]["refresh_token"])).status == 401
    (told,) = await service.published(SessionEnded)
    assert (told.subject_kind, told.reason) == ("staff", "disabled")


@pytest.mark.requirement("F7", "V48")
async def test_devices_are_told_as_hashes_that_only_equal_each_other(serve: Serve) -> None:
    """Once per person and device; two people on one device have one hash, a client without an id has none; neither
    address nor device is found in what is told, nor a hash of it in the table of known devices."""
    clock = some_morning()
    service = await serve("identity", clock)

    async def log_in_on(device: str, phone: str = PHONE) -> None:
        headers = {"User-Agent": "x", "X-Forwarded-For": "203.0.113.77"} | ({"X-Device-Id": device} if device else {})
        assert (await try_code(service, *(await ask_for_code(service, phone)), phone, **headers)).status == 201
        clock.advance(timedelta(minutes=2))

    for device in ("AbcdefghijklmnoP", "AbcdefghijklmnoP", "another-device-id", ""):
        await log_in_on(device)
    await log_in_on("AbcdefghijklmnoP", phone_number(7))
    told = await service.published(DeviceUsed)
    assert len(told) == 4, "the second login on the first device tells nothing"
    mine, second, without, other = told
    assert mine.device == other.device != second.device
    assert without.device is None
    assert mine.subject_id == second.subject_id == without.subject_id != other.subject_id
    assert len({one.address for one in told}) == 1
    said = "".join(one.model_dump_json() for one in told)
    assert "203.0.113.77" not in said
    assert "AbcdefghijklmnoP" not in said
    async with service.database.read() as reader:
        known = [row["device_mac"].hex() for row in await reader.fetch("SELECT device_mac FROM known_device")]
    assert not {mine.device, second.device, mine.address} & set(known)


@pytest.mark.requirement("F7")
async def test_a_device_in_daily_use_is_told_again(serve: Serve) -> None:
    """Whoever logs in every month on one device is told of once in three, so that who listens, and forgets after 400
    days, still knows it after fourteen months; to its user it is no new device."""
    service = await serve("identity", clock := some_morning())
    began, headers = clock.now(), {"User-Agent": "x", "X-Device-Id": "AbcdefghijklmnoP"}
    for _ in range(14):
        assert (await try_code(service, *(await ask_for_code(service, PHONE)), PHONE, **headers)).status == 201
        clock.advance(timedelta(days=30))
    told = await service.published(DeviceUsed)
    assert [(one.occurred_at - began).days for one in told] == [0, 90, 180, 270, 360]
    assert len({one.device for one in told}) == 1
    assert not await service.published(NewDeviceSeen)
