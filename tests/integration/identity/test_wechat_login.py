"""Logging in by WeChat: one account is one person, whatever comes together; its secrets stay inside."""

import asyncio
from datetime import timedelta
from typing import Any

import asyncpg
import pytest
from structlog.testing import capture_logs

from services.identity.domain.caller import Caller as From
from services.identity.domain.refusals import Refused
from services.identity.domain.wechat import WechatAccount
from services.identity.storage import wechat_credentials
from services.identity.storage.wechat_credentials import WechatCredential
from services.identity.use_cases.linking.attach_wechat import openid_index, wechat_proof
from services.identity.use_cases.signing_in.become_known import become_known
from services.identity.use_cases.signing_in.open_session_by_wechat import WechatProof, open_session_by_wechat
from shared.ids import new_id
from tests.integration.identity.people import (
    PHONE,
    ask_for_code,
    log_in,
    other_than,
    phone_number,
    some_morning,
    try_code,
    wechat_log_in,
    with_token,
)
from tests.support.fake_wechat import SECRET, login_code, phone_code, running_wechat
from tests.support.service_under_test import Serve, ServiceUnderTest


async def persons_in(service: ServiceUnderTest) -> int:
    """How many there are."""
    async with service.database.read() as reader:
        return int(await reader.fetchval("SELECT count(*) FROM person"))


@pytest.mark.requirement("A2", "A3", "V10")
async def test_the_same_wechat_account_is_the_same_person(serve: Serve) -> None:
    """The first login makes a person, later ones reach the same; another account is another person."""
    async with running_wechat() as wechat:
        service = await serve("identity", some_morning(), **wechat.settings)
        first, second = await wechat_log_in(service), await wechat_log_in(service)
        other = await wechat_log_in(service, "wang")
        assert (first.status, second.status, other.status) == (201, 201, 201)
        assert first.body["person_id"] == second.body["person_id"] != other.body["person_id"]
        me = await with_token(service, second.body).get("/me")
        assert (me.status, me.body["phone_masked"], me.body["verification"]["state"]) == (200, None, "unverified")
        assert await persons_in(service) == 2


@pytest.mark.requirement("A3", "V10")
async def test_a_code_works_once(serve: Serve) -> None:
    """A replayed login code, and a replayed phone code, are refused with a sentence that says what to do."""
    async with running_wechat() as wechat:
        service = await serve("identity", some_morning(), **wechat.settings)
        code, phone = login_code("chen"), phone_code(PHONE, "chen")
        body = {"code": code, "phone_code": phone}
        assert (await service.anonymous().post("/wechat-sessions", body)).status == 201
        again = await service.anonymous().post("/wechat-sessions", body)
        assert (again.status, again.code) == (401, "wechat_code_refused")
        assert "重新打开小程序" in again.body["title"]
        replayed = {"code": login_code("chen"), "phone_code": phone}
        assert (await service.anonymous().post("/wechat-sessions", replayed)).code == "wechat_phone_refused"
        assert await persons_in(service) == 1


@pytest.mark.requirement("A5")
async def test_a_proven_phone_reaches_the_person_who_has_it(serve: Serve) -> None:
    """Who came by SMS first is the same person by WeChat with that phone, and from then on by WeChat alone."""
    async with running_wechat() as wechat:
        service = await serve("identity", some_morning(), **wechat.settings)
        known = (await log_in(service)).body["person_id"]
        linked = await wechat_log_in(service, phone=PHONE)
        alone = await wechat_log_in(service)
        assert linked.body["person_id"] == alone.body["person_id"] == known
        assert await persons_in(service) == 1


@pytest.mark.requirement("A5")
async def test_who_came_by_wechat_sees_the_same_by_phone(serve: Serve) -> None:
    """A WeChat login with the phone button, later a login by SMS with that phone: one person, the same data."""
    async with running_wechat() as wechat:
        service = await serve("identity", some_morning(), **wechat.settings)
        first = await wechat_log_in(service, phone=PHONE)
        consent = {"kind": "id_images", "version": "2026-1"}
        assert (await with_token(service, first.body).post("/consents", consent)).status == 201
        second = await log_in(service)
        assert second.body["person_id"] == first.body["person_id"]
        seen = (await with_token(service, second.body).get("/verification")).body
        assert seen["consented_at"] is not None
        kinds = [c["kind"] for c in (await with_token(service, second.body).get("/me/credentials")).body["items"]]
        assert kinds == ["phone", "wechat"]


@pytest.mark.requirement("A3", "V10")
async def test_first_logins_at_once_make_one_person(serve: Serve) -> None:
    """Twenty parallel first logins of one account, each with a code of its own, make one person with one link."""
    async with running_wechat() as wechat:
        service = await serve("identity", some_morning(), **wechat.settings)
        answers = await asyncio.gather(*(wechat_log_in(service) for _ in range(20)))
        assert {a.status for a in answers} == {201}
        assert len({a.body["person_id"] for a in answers}) == 1
        assert await persons_in(service) == 1


@pytest.mark.requirement("A3")
async def test_without_the_lock_first_logins_collide(serve: Serve) -> None:
    """Negative control: looking first and linking afterwards ends in a broken unique key."""
    service = await serve("identity", some_morning())
    account, all_have_looked = WechatAccount("wx-one", "o-same"), asyncio.Barrier(4)
    index = openid_index(service.keyring, wechat_proof(account))

    async def naive() -> None:
        async with service.database.transaction() as tx:
            assert await wechat_credentials.select_holder(tx, index) is None
            await all_have_looked.wait()
            person = await become_known(tx, None, From("127.0.0.1", "t"), service.keyring, service.clock.now())
            now, link_id = service.clock.now(), new_id()
            link = WechatCredential(link_id, person.person_id, account.appid, b"sealed", index, now)
            await wechat_credentials.insert(tx, link)

    results = await asyncio.gather(*(naive() for _ in range(4)), return_exceptions=True)
    assert sum(isinstance(result, asyncpg.UniqueViolationError) for result in results) == 3


@pytest.mark.requirement("V10")
async def test_an_openid_means_nothing_in_another_app(serve: Serve) -> None:
    """The same openid under another app is another person, and so is one that differs in the case of a letter."""
    service = await serve("identity", some_morning())

    async def person_of(appid: str, openid: str) -> Any:
        async with service.database.transaction() as tx:
            proof = WechatProof(WechatAccount(appid, openid), None)
            login = await open_session_by_wechat(
                tx, proof, From("127.0.0.1", "t"), service.deps.tokens, service.clock.now()
            )
        assert not isinstance(login, Refused)
        return login.opened.actor.id

    ours = await person_of("wx-one", "oAbCdEf")
    assert await person_of("wx-one", "oAbCdEf") == ours
    assert len({ours, await person_of("wx-two", "oAbCdEf"), await person_of("wx-one", "oabcdef")}) == 3


@pytest.mark.requirement("V10", "V54", "V50")
async def test_wechats_secrets_stay_inside(serve: Serve) -> None:
    """Session keys, openids, the app's secret and the access token are in no answer, log line or table in clear."""
    async with running_wechat() as wechat:
        with capture_logs() as logs:
            service = await serve("identity", some_morning(), **wechat.settings)
            answers = [await wechat_log_in(service, who, phone) for who, phone in (("chen", PHONE), ("wang", None))]
            tokens = list(wechat.fake._tokens)
            wechat.fake.forget_tokens()
            answers.append(await wechat_log_in(service, "chen", phone_number(3)))
            answers.append(await service.anonymous().post("/wechat-sessions", {"code": "nonsense"}))
            me = with_token(service, answers[0].body)
            answers += [await me.get(path) for path in ("/me", "/me/credentials", "/sessions")]
        said = "\n".join(str((a.body, dict(a.headers))) for a in answers) + str(logs)
        async with service.database.read() as reader:
            tables = await reader.fetch(
                "SELECT table_name FROM information_schema.tables WHERE table_schema = 'identity'"
            )
            for table in tables:
                # allow built-sql: names come from the catalogue
                rows = await reader.fetch(f"SELECT t::text AS whole FROM {table['table_name']} t")
                said += "\n".join(row["whole"] for row in rows)
        secret = [*wechat.fake.session_keys, *tokens, SECRET, wechat.fake.openid("chen"), wechat.fake.openid("wang")]
        assert len(wechat.fake.session_keys) >= 3
        assert [s for s in secret if s in said or s.encode().hex() in said] == []
        # Control: the scan finds what is there.
        assert str(answers[0].body["person_id"]) in said


@pytest.mark.requirement("V7")
async def test_a_burnt_sms_login_leaves_wechat_open(serve: Serve) -> None:
    """An attacker uses up the victim's guesses for the day: SMS is closed for that phone, WeChat still logs in."""
    clock = some_morning()
    async with running_wechat() as wechat:
        service = await serve("identity", clock, **wechat.settings)
        first = await wechat_log_in(service, phone=PHONE)
        assert first.status == 201, first.body
        victim = first.body["person_id"]
        for _ in range(2):
            challenge_id, code = await ask_for_code(service)
            for _ in range(5):
                assert (await try_code(service, challenge_id, other_than(code))).status == 401
            clock.advance(timedelta(minutes=6))
        assert (await service.anonymous().post("/login-codes", {"phone": PHONE})).status == 429
        assert (await wechat_log_in(service)).body["person_id"] == victim
