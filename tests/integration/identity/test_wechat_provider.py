"""What WeChat can answer, and what becomes of it: retried, given up with a sentence, or an alarm; never a 500."""

import asyncio

import pytest
from structlog.testing import capture_logs

from deploy.local.mailbox.script import Scripted
from services.identity.credentials.wechat import Wechat
from services.identity.domain.wechat import LOGIN, PHONE, Fate, WechatAccount
from services.identity.settings import WechatSettings
from shared.clock import SystemClock
from shared.errors import TiroError, Unavailable
from tests.integration.identity.people import phone_number, some_morning, wechat_log_in
from tests.support.fake_wechat import SECRET, RunningWechat, failing_code, login_code, phone_code, running_wechat
from tests.support.service_under_test import Serve, ServiceUnderTest
from tests.support.waiting import wait_until

CODE_REFUSED, PHONE_REFUSED = (401, "wechat_code_refused"), (401, "wechat_phone_refused")
BLOCKED, FREQUENT = (403, "wechat_user_blocked"), (429, "wechat_too_frequent")
UNAVAILABLE, MISCONFIGURED = (503, "wechat_unavailable"), (503, "wechat_misconfigured")
LOGIN_CASES = {
    -1: UNAVAILABLE,
    40029: CODE_REFUSED,
    40163: CODE_REFUSED,
    41008: CODE_REFUSED,
    40226: BLOCKED,
    45011: FREQUENT,
    40002: MISCONFIGURED,
    40013: MISCONFIGURED,
    40125: MISCONFIGURED,
    40164: MISCONFIGURED,
    40243: MISCONFIGURED,
    41002: MISCONFIGURED,
    41004: MISCONFIGURED,
    43002: MISCONFIGURED,
    45009: MISCONFIGURED,
    48001: MISCONFIGURED,
    50002: MISCONFIGURED,
    61024: MISCONFIGURED,
    99999: UNAVAILABLE,
}


def client(service: ServiceUnderTest, wechat: RunningWechat, **more: object) -> Wechat:
    """One copy's own connection to WeChat."""
    settings = WechatSettings.model_validate(
        {"endpoint": wechat.endpoint, "appid": wechat.fake.appid, "secret": SECRET, "timeout": 1, **more}
    )
    return Wechat(settings, service.database, service.keyring, SystemClock())


@pytest.mark.requirement("A3", "V10")
async def test_every_documented_code_has_its_fate_and_sentence(serve: Serve) -> None:
    """Each error code of jscode2session gives its own status, code and sentence in both languages; what is our fault is
    an alarm, and -1 is asked once more before the person is asked to wait."""
    assert set(LOGIN_CASES) == {*LOGIN, 99999}
    async with running_wechat() as wechat:
        service = await serve("identity", some_morning(), WECHAT__FAILURES="1000", **wechat.settings)
        for errcode, expected in LOGIN_CASES.items():
            wechat.fake.script["jscode2session"].extend([Scripted(errcode=errcode)] * 2)
            wechat.fake.calls.clear()
            with capture_logs() as logs:
                answer = await wechat_log_in(service)
            assert (answer.status, answer.code) == expected, errcode
            alarmed = any(entry["event"] == "wechat_alarm" and entry["errcode"] == errcode for entry in logs)
            assert alarmed == (expected == MISCONFIGURED or errcode == 99999), errcode
            assert len(wechat.fake.calls) == (2 if errcode == -1 else 1), errcode
            assert any(word in answer.body["title"] for word in ("请", "稍后")), errcode
            wechat.fake.script.clear()
        english = await service.anonymous().post(
            "/wechat-sessions", {"code": failing_code(40226)}, headers={"Accept-Language": "en"}
        )
        assert "SMS code" in english.body["title"]


@pytest.mark.requirement("A3")
async def test_busy_once_is_not_seen_by_the_person(serve: Serve) -> None:
    """A single -1 is retried; the login succeeds."""
    async with running_wechat() as wechat:
        service = await serve("identity", some_morning(), **wechat.settings)
        wechat.fake.script["jscode2session"].append(Scripted(errcode=-1))
        assert (await wechat_log_in(service)).status == 201
        assert wechat.fake.calls == ["jscode2session", "jscode2session"]


@pytest.mark.requirement("A3")
async def test_every_code_of_the_phone_call_has_its_fate(serve: Serve) -> None:
    """The codes of getuserphonenumber: token codes renew the token once and never by force, the others refuse."""
    async with running_wechat() as wechat:
        service = await serve("identity", some_morning(), WECHAT__FAILURES="1000", **wechat.settings)
        for errcode, meaning in PHONE.items():
            wechat.fake.script["getuserphonenumber"].extend([Scripted(errcode=errcode)] * 2)
            answer = await wechat_log_in(service, phone=phone_number(1))
            assert answer.code == meaning.error.code, errcode
            assert answer.status < 500 or answer.status == 503
            if meaning.fate is Fate.RENEW:
                assert wechat.fake.calls[-3:] == ["getuserphonenumber", "stable_token", "getuserphonenumber"]
            wechat.fake.script.clear()
        assert wechat.fake.forced == 0


@pytest.mark.requirement("V10", "V67")
@pytest.mark.parametrize(
    "fault",
    [
        Scripted(status=500, body="{}"),
        Scripted(status=302, location="http://127.0.0.1:1/elsewhere"),
        Scripted(body="<html>no</html>"),
        Scripted(body="[1, 2]"),
        Scripted(body='{"openid": 17}'),
        Scripted(body='{"errcode": "x"}'),
        Scripted(body="{}"),
        Scripted(body='{"openid": "o1"}', delay=3),
        Scripted(body='{"openid": "' + "o" * 70_000 + '"}'),
    ],
    ids=["500", "redirect", "html", "array", "number", "text code", "empty", "late", "huge"],
)
async def test_what_is_no_answer_is_believed_in_nothing(serve: Serve, fault: Scripted) -> None:
    """Faults, redirects, garbage and silence become one sentence that names the other way to log in."""
    async with running_wechat() as wechat:
        service = await serve("identity", some_morning(), **wechat.settings)
        wechat.fake.script["jscode2session"].append(fault)
        answer = await wechat_log_in(service)
        assert (answer.status, answer.code) == UNAVAILABLE
        assert "短信验证码" in answer.body["title"]
        assert int(answer.headers["Retry-After"]) > 0


@pytest.mark.requirement("A3")
async def test_a_silent_wechat_is_left_alone_for_a_while(serve: Serve) -> None:
    """After failures in a row WeChat is not called; after the pause one login tries, and success opens the way."""
    async with running_wechat() as wechat:
        service = await serve(
            "identity", some_morning(), WECHAT__FAILURES="3", WECHAT__PAUSE_SECONDS="1", **wechat.settings
        )
        wechat.fake.script["jscode2session"].extend([Scripted(status=503)] * 3)
        for _ in range(6):
            assert (await wechat_log_in(service)).code == "wechat_unavailable"
        assert len(wechat.fake.calls) == 3

        async def works() -> bool:
            return (await wechat_log_in(service)).status == 201

        await wait_until(works, seconds=10, what="WeChat to be tried again")
        assert len(wechat.fake.calls) == 4


@pytest.mark.requirement("A5", "V10")
async def test_a_phone_is_believed_only_with_its_watermark(serve: Serve) -> None:
    """Of another app, too old, from the future, of another WeChat user, or not of the mainland: refused."""
    async with running_wechat() as wechat:
        service = await serve("identity", some_morning(), **wechat.settings)
        wechat.fake.watermark_appid = "wx-of-somebody-else"
        assert (await wechat_log_in(service, phone=phone_number(1))).code == "wechat_phone_refused"
        wechat.fake.watermark_appid = None
        for age in (301, -120):
            wechat.fake.watermark_age = age
            assert (await wechat_log_in(service, phone=phone_number(1))).code == "wechat_phone_refused"
        wechat.fake.watermark_age = 0
        body = {"code": login_code("chen"), "phone_code": phone_code(phone_number(1), "wang")}
        assert (await service.anonymous().post("/wechat-sessions", body)).code == "wechat_phone_refused"
        wechat.fake.country_code = "852"
        assert (await wechat_log_in(service, phone=phone_number(1))).code == "phone_invalid"
        for country_code in (86, "86"):
            wechat.fake.country_code = country_code
            assert (await wechat_log_in(service, phone=phone_number(1))).status == 201


@pytest.mark.requirement("V10")
async def test_all_copies_share_one_access_token(serve: Serve) -> None:
    """Sixty phone calls at once from three copies fetch one token; near its end one copy renews while the others go
    on, and nobody ever forces a new one."""
    async with running_wechat() as wechat:
        service = await serve("identity", some_morning())
        copies = [client(service, wechat) for _ in range(3)]
        account = WechatAccount(wechat.fake.appid, wechat.fake.openid("chen"))

        async def ask(n: int) -> str:
            return await copies[n % 3].phone(phone_code(phone_number(n), "chen"), account)

        phones = await asyncio.gather(*(ask(n) for n in range(60)))
        assert phones == [phone_number(n) for n in range(60)]
        assert (wechat.fake.calls.count("stable_token"), wechat.fake.tokens_issued) == (1, 1)
        async with service.database.transaction() as tx:
            await tx.execute("UPDATE wechat_token SET expires_at = now() + interval '4 minutes'")
        wechat.fake._tokens[wechat.fake._current] = wechat.fake.now() + 240
        await asyncio.gather(*(ask(n) for n in range(60, 120)))
        assert (wechat.fake.calls.count("stable_token"), wechat.fake.tokens_issued) == (2, 2)
        assert wechat.fake.forced == 0
        for copy in copies:
            await copy.close()


@pytest.mark.requirement("V10")
async def test_without_the_lease_every_copy_fetches(serve: Serve) -> None:
    """Negative control: copies that keep their tokens to themselves (a database each) fetch one token each."""
    async with running_wechat() as wechat:
        services = [await serve("identity", some_morning()) for _ in range(3)]
        account = WechatAccount(wechat.fake.appid, wechat.fake.openid("chen"))
        for n, service in enumerate(services):
            copy = client(service, wechat)
            await copy.phone(phone_code(phone_number(n), "chen"), account)
            await copy.close()
        assert wechat.fake.calls.count("stable_token") == 3


@pytest.mark.requirement("V10")
async def test_a_dead_token_is_replaced_once_for_all(serve: Serve) -> None:
    """After 40001 the token is fetched once in normal mode and the call repeated once; twenty at once fetch one."""
    async with running_wechat() as wechat:
        service = await serve("identity", some_morning())
        copy = client(service, wechat)
        account = WechatAccount(wechat.fake.appid, wechat.fake.openid("chen"))
        await copy.phone(phone_code(phone_number(0), "chen"), account)
        wechat.fake.forget_tokens()
        wechat.fake.calls.clear()
        codes = [phone_code(phone_number(n), "chen") for n in range(20)]
        await asyncio.gather(*(copy.phone(code, account) for code in codes))
        assert (wechat.fake.calls.count("stable_token"), wechat.fake.forced) == (1, 0)
        await copy.close()


@pytest.mark.requirement("V10")
async def test_a_holder_that_failed_gives_the_lease_up(serve: Serve) -> None:
    """When fetching the token fails the next call tries again at once, not after the lease."""
    async with running_wechat() as wechat:
        service = await serve("identity", some_morning())
        copy = client(service, wechat)
        account = WechatAccount(wechat.fake.appid, wechat.fake.openid("chen"))
        wechat.fake.script["stable_token"].append(Scripted(errcode=40125))
        with pytest.raises(Unavailable):
            await copy.phone(phone_code(phone_number(0), "chen"), account)
        assert await copy.phone(phone_code(phone_number(1), "chen"), account) == phone_number(1)
        await copy.close()


@pytest.mark.requirement("A3")
async def test_without_an_app_wechat_login_is_off(serve: Serve) -> None:
    """The answer names the other way to log in."""
    service = await serve("identity", some_morning(), WECHAT__APPID="", WECHAT__SECRET="")
    answer = await wechat_log_in(service)
    assert (answer.status, answer.code) == UNAVAILABLE


@pytest.mark.requirement("V10")
async def test_errors_carry_no_address(serve: Serve) -> None:
    """An error of the network, whose text would hold secret and code in its address, is told without it."""
    async with running_wechat() as wechat:
        service = await serve("identity", some_morning())
        copy = client(service, wechat, endpoint="http://127.0.0.1:1")
        with pytest.raises(TiroError) as met:
            await copy.account("who-chen-1")
        assert met.value.__cause__ is None
        assert SECRET not in repr(met.value) + str(met.value.facts)
        await copy.close()
