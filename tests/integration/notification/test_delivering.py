"""Deliveries against the development mailbox, which speaks the provider's protocol and checks its signature."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web

from deploy.local.mailbox.aliyun import AliyunAccount
from deploy.local.mailbox.app import build_mailbox
from deploy.local.mailbox.script import CUT, Scripted
from deploy.local.mailbox.wechat import APPID, FakeWechat
from services.notification.channels.aliyun_sms import AliyunSms
from services.notification.channels.sms import Sms
from services.notification.delivering import deliver_due
from services.notification.domain.delivery import Verdict
from services.notification.settings import SmsSettings
from shared.clock import SystemClock
from shared.contracts.identity import LoginCodeIssued
from shared.ids import new_id
from shared.security.sealing import seal_for_event
from tests.support.fake_providers import running_providers
from tests.support.service_under_test import Serve, ServiceUnderTest

ACCOUNT = AliyunAccount("test-key-id", "test-key-secret")


@pytest_asyncio.fixture(loop_scope="session")
async def mailbox() -> AsyncIterator[str]:
    """The mailbox on a free port."""
    runner = web.AppRunner(build_mailbox(ACCOUNT, FakeWechat(APPID, "test-secret")), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


def _settings(endpoint: str, secret: str = ACCOUNT.key_secret) -> SmsSettings:
    return SmsSettings.model_validate(
        {"endpoint": endpoint, "access_key_id": ACCOUNT.key_id, "access_key_secret": secret, "timeout": 1}
    )


async def _letters(endpoint: str, phone: str) -> list[Any]:
    async with aiohttp.ClientSession() as session, session.get(f"{endpoint}/mailbox/messages?to={phone}") as got:
        found: list[Any] = (await got.json())["messages"]
        return found


async def test_a_text_is_signed_sent_and_found_again(mailbox: str) -> None:
    """What was accepted is in the mailbox, and a look-up by our own id finds it."""
    channel = AliyunSms(_settings(mailbox))
    sms = Sms(new_id(), "19900000011", "SMS_TIRO_LOGIN", {"code": "123456"})
    outcome = await channel.send(sms)
    assert (outcome.verdict, outcome.code) == (Verdict.SENT, "OK")
    (letter,) = await _letters(mailbox, sms.phone)
    assert "123456" in letter["text"]
    assert (await channel.look_up(sms, SystemClock().now().date())).verdict is Verdict.SENT
    unsent = Sms(new_id(), sms.phone, sms.template_code, {})
    assert (await channel.look_up(unsent, SystemClock().now().date())).verdict is Verdict.RETRY
    await channel.close()


@pytest.mark.parametrize(
    ("phone", "template", "verdict"),
    [
        ("12345", "SMS_TIRO_LOGIN", Verdict.GIVE_UP),
        ("19900000012", "SMS_UNKNOWN", Verdict.ALARM),
    ],
)
async def test_the_providers_refusals_are_understood(mailbox: str, phone: str, template: str, verdict: Verdict) -> None:
    """A bad number is given up, a wrong template raises the alarm."""
    channel = AliyunSms(_settings(mailbox))
    assert (await channel.send(Sms(new_id(), phone, template, {}))).verdict is verdict
    await channel.close()


async def test_control_a_wrong_secret_is_refused_by_the_mailbox(mailbox: str) -> None:
    """Control for the signature: with another secret nothing is accepted."""
    channel = AliyunSms(_settings(mailbox, "another"))
    outcome = await channel.send(Sms(new_id(), "19900000013", "SMS_TIRO_LOGIN", {"code": "1"}))
    assert (outcome.verdict, outcome.code) == (Verdict.ALARM, "SignatureDoesNotMatch")
    assert await _letters(mailbox, "19900000013") == []
    await channel.close()


async def _issue_code(service: ServiceUnderTest, phone: str, seconds: int = 300) -> None:
    challenge = new_id()
    place = f"{LoginCodeIssued.TYPE}.{{}}:{challenge}"
    now = service.clock.now()
    event = LoginCodeIssued(
        occurred_at=now,
        aggregate_version=1,
        challenge_id=challenge,
        purpose="login",
        phone=seal_for_event(service.keyring, "contact", place.format("phone"), phone),
        code=seal_for_event(service.keyring, "login_code", place.format("code"), "246810"),
        expires_at=now + timedelta(seconds=seconds),
    )
    await service.deliver(event)


async def _states(service: ServiceUnderTest) -> list[str]:
    async with service.database.read() as reader:
        return [row["state"] for row in await reader.fetch("SELECT state FROM delivery ORDER BY created_at")]


@pytest.mark.requirement("M10")
async def test_a_login_code_is_sent_once_and_forgotten(serve: Serve, mailbox: str) -> None:
    """It arrives, a second pass sends nothing, and the sealed code is gone from the row."""
    service = await serve("notification", SMS__ENDPOINT=mailbox, SMS__ACCESS_KEY_ID=ACCOUNT.key_id,
                          SMS__ACCESS_KEY_SECRET=ACCOUNT.key_secret)  # fmt: skip
    await _issue_code(service, "19900000014")
    await deliver_due(service.deps)
    await deliver_due(service.deps)
    assert len(await _letters(mailbox, "19900000014")) == 1
    assert await _states(service) == ["sent"]
    async with service.database.read() as reader:
        assert await reader.fetchval("SELECT secret_event FROM delivery") is None


@pytest.mark.requirement("M10")
async def test_a_code_whose_fate_is_unknown_is_never_sent_again(serve: Serve) -> None:
    """The provider hangs up without an answer: the outcome is unknown, and stays so."""
    async with running_providers() as providers:
        providers.aliyun.append(Scripted(body=CUT))
        service = await serve("notification", SMS__ENDPOINT=providers.endpoint, SMS__ACCESS_KEY_ID=ACCOUNT.key_id,
                              SMS__ACCESS_KEY_SECRET=ACCOUNT.key_secret)  # fmt: skip
        await _issue_code(service, "19900000015")
        for _ in range(3):
            await deliver_due(service.deps)
        assert await providers.letters("19900000015") == []
    assert await _states(service) == ["unknown"]
    async with service.database.read() as reader:
        assert await reader.fetchval("SELECT attempts FROM delivery") == 1


async def test_an_expired_code_is_not_sent(serve: Serve, mailbox: str) -> None:
    """After its life a code is worthless; the text is saved."""
    service = await serve("notification", SMS__ENDPOINT=mailbox, SMS__ACCESS_KEY_ID=ACCOUNT.key_id,
                          SMS__ACCESS_KEY_SECRET=ACCOUNT.key_secret)  # fmt: skip
    await _issue_code(service, "19900000016", seconds=-1)
    await deliver_due(service.deps)
    assert await _states(service) == ["expired"]
    assert await _letters(mailbox, "19900000016") == []
