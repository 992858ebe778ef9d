"""Subscription messages over real HTTP, with the access token in a real database."""

import asyncio
from typing import Any

import pytest
from structlog.testing import capture_logs

from deploy.local.mailbox.script import CUT, Scripted
from services.notification.channels.wechat_codes import VERDICTS
from services.notification.channels.wechat_notice import WechatNotice
from services.notification.channels.wechat_subscribe import WechatSubscribe
from services.notification.domain.delivery import Verdict
from services.notification.settings import WechatNoticeSettings
from shared.clock import SystemClock
from shared.ids import new_id
from shared.wechat.calls import TOKEN_CODES
from tests.support.fake_providers import WECHAT_SECRET, Providers, running_providers
from tests.support.service_under_test import Serve, ServiceUnderTest

SEND, TOKEN = "send", "stable_token"


def copy_of(service: ServiceUnderTest, providers: Providers, **more: object) -> WechatSubscribe:
    """One copy's own channel."""
    fake = providers.wechat
    own = {"endpoint": f"{providers.endpoint}/wechat", "appid": fake.appid, "secret": WECHAT_SECRET, "failures": 1000}
    settings = WechatNoticeSettings.model_validate({**own, **more})
    return WechatSubscribe(settings, service.database, service.keyring, SystemClock())


def notice(providers: Providers, who: str = "chen", **fields: str) -> WechatNotice:
    """A notice that fits."""
    said = fields or {"thing1": "申报审核通过", "date2": "2026年11月26日"}
    return WechatNotice(new_id(), providers.wechat.openid(who), "template-1", "pages/inbox", said, "zh")


@pytest.mark.requirement("V10")
async def test_one_consent_is_one_message(serve: Serve) -> None:
    """The notice arrives with its fields cut; the next one without a new consent falls back, and so does one to an
    openid of another app."""
    async with running_providers() as providers:
        service = await serve("notification")
        book, channel = providers.wechat.notices, copy_of(service, providers)
        book.needs_consent, book.templates = True, {"template-1": {"thing1", "date2"}}
        long = notice(providers, thing1="申报" * 15, date2="2026年11月26日")
        book.agree(long.openid, long.template_id)
        sent = await channel.send(long)
        assert (sent.verdict, sent.code) == (Verdict.SENT, "0")
        assert sent.provider_id is not None
        (letter,) = await providers.letters(long.openid)
        assert letter["text"] == "申报申报申报申报申报申报申报申报申报申…；2026年11月26日"
        assert book.taken[0]["page"] == "pages/inbox"
        assert (book.taken[0]["lang"], book.taken[0]["miniprogram_state"]) == ("zh_CN", "formal")
        again = await channel.send(long)
        assert (again.verdict, again.code) == (Verdict.FALL_BACK, "43101")
        stranger = WechatNotice(new_id(), "nobody", "template-1", "pages/inbox", long.fields, "en")
        assert (await channel.send(stranger)).code == "40003"
        await channel.close()


@pytest.mark.requirement("V10")
async def test_every_documented_code_has_its_verdict(serve: Serve) -> None:
    """Code by code over HTTP; what is our fault is an alarm, and a code in no list is an unknown outcome. Nothing is
    sent twice in one attempt."""
    async with running_providers() as providers:
        service = await serve("notification")
        channel = copy_of(service, providers)
        for errcode, verdict in {**VERDICTS, 99999: Verdict.UNKNOWN}.items():
            providers.wechat.script[SEND].append(Scripted(errcode=errcode))
            providers.wechat.calls.clear()
            with capture_logs() as logs:
                outcome = await channel.send(notice(providers))
            assert (outcome.verdict, outcome.code) == (verdict, str(errcode))
            assert providers.wechat.calls.count(SEND) == 1
            assert any(entry["event"] == "wechat_notice_alarm" for entry in logs) == (verdict is Verdict.ALARM), errcode
        await channel.close()


@pytest.mark.requirement("V10", "V67")
async def test_what_is_no_answer_is_unknown_and_what_never_left_goes_again(serve: Serve) -> None:
    """Faults, redirects, garbage and a time-out after acceptance are unknown; where no connection came about, or
    WeChat is left alone after failures, nothing left."""
    faults = [
        Scripted(status=500, body="{}"),
        Scripted(status=302, location="/lure"),
        Scripted(body="<html>"),
        Scripted(body="[1]"),
        Scripted(body="{}"),
        Scripted(body='{"errcode": "x"}'),
        Scripted(body=CUT, accept=True),
    ]
    async with running_providers() as providers:
        service = await serve("notification")
        channel = copy_of(service, providers, failures=len(faults) + 100)
        for fault in faults:
            providers.wechat.script[SEND].append(fault)
            assert (await channel.send(notice(providers))).verdict is Verdict.UNKNOWN, fault
        assert len(providers.wechat.notices.taken) == 1
        assert providers.lured == 0
        await channel.close()
        channel = copy_of(service, providers, failures=1)
        providers.wechat.script[SEND].append(Scripted(body="<html>"))
        await channel.send(notice(providers))
        left_alone = await channel.send(notice(providers))
        assert (left_alone.verdict, left_alone.code) == (Verdict.RETRY, "not_reached")
        await channel.close()
        channel = copy_of(service, providers, endpoint="http://127.0.0.1:9")
        nobody = await channel.send(notice(providers))
        assert (nobody.verdict, nobody.code) == (Verdict.RETRY, "not_reached")
        await channel.close()


@pytest.mark.requirement("V10")
async def test_all_copies_share_one_token_and_replace_a_dead_one_once(serve: Serve) -> None:
    """Thirty notices at once from three copies fetch one token; after every code that refuses the token it is fetched
    once in normal mode, and twice refused is an alarm. Control: copies with a database each fetch one each."""
    async with running_providers() as providers:
        service, other = await serve("notification"), await serve("notification")
        fake = providers.wechat
        copies = [copy_of(service, providers) for _ in range(3)]
        sent = await asyncio.gather(*(copies[n % 3].send(notice(providers)) for n in range(30)))
        assert {one.verdict for one in sent} == {Verdict.SENT}
        assert fake.calls.count(TOKEN) == 1
        for errcode in TOKEN_CODES:
            fake.script[SEND].append(Scripted(errcode=errcode))
            assert (await copies[0].send(notice(providers))).verdict is Verdict.SENT
        assert fake.calls.count(TOKEN) == 1 + len(TOKEN_CODES)
        fake.script[SEND].extend([Scripted(errcode=40001)] * 2)
        refused = await copies[0].send(notice(providers))
        assert (refused.verdict, refused.code) == (Verdict.ALARM, "token_refused")
        assert fake.forced == 0
        before = fake.calls.count(TOKEN)
        apart = [copy_of(one, providers) for one in (service, other)]
        for one in apart:
            await one.send(notice(providers))
        assert fake.calls.count(TOKEN) == before + 1
        for one in (*copies, *apart):
            await one.close()


@pytest.mark.requirement("V10")
async def test_without_a_token_nothing_is_sent(serve: Serve) -> None:
    """A token that can not be had is a retry, or an alarm where we are refused; a field that does not fit is an alarm
    before anything is asked."""
    async with running_providers() as providers:
        service = await serve("notification")
        channel, fake = copy_of(service, providers), providers.wechat
        cases: list[tuple[Any, Verdict, str]] = [
            ([Scripted(status=503)], Verdict.RETRY, "no_token"),
            ([Scripted(errcode=-1)] * 2, Verdict.RETRY, "no_token"),
            ([Scripted(errcode=40125)], Verdict.ALARM, "token_40125"),
        ]
        for answers, verdict, code in cases:
            fake.script[TOKEN].extend(answers)
            outcome = await channel.send(notice(providers))
            assert (outcome.verdict, outcome.code) == (verdict, code)
        calls = len(fake.calls)
        unfit = await channel.send(notice(providers, date1="tomorrow"))
        assert (unfit.verdict, unfit.code) == (Verdict.ALARM, "field_date1")
        assert (len(fake.calls), fake.calls.count(SEND)) == (calls, 0)
        await channel.close()


@pytest.mark.requirement("V10", "V46")
async def test_the_token_lies_sealed(serve: Serve) -> None:
    """What stands in the table is not the token."""
    async with running_providers() as providers:
        service = await serve("notification")
        channel = copy_of(service, providers)
        await channel.send(notice(providers))
        async with service.database.read() as reader:
            stored = bytes(await reader.fetchval("SELECT token_sealed FROM wechat_token"))
        assert providers.wechat._current.encode() not in stored
        await channel.close()
