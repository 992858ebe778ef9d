"""Both SMS providers over real HTTP: every documented code, what is no answer, and the look-up that settles it."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
import time_machine
from structlog.testing import capture_logs

from deploy.local.mailbox.script import CUT, Scripted
from deploy.local.mailbox.tencent import status_body
from services.notification.channels import aliyun_codes, tencent_codes
from services.notification.channels.aliyun_sms import AliyunSms
from services.notification.channels.sms import Sms, SmsChannel
from services.notification.channels.tencent_sms import TencentSms
from services.notification.domain.delivery import Verdict
from shared.clock import SHANGHAI, SystemClock
from shared.ids import new_id
from shared.secret_files import SecretFile
from tests.support.fake_providers import Providers, running_providers

NAMES = ("aliyun", "tencent")
# Aliyun lists what it took; Tencent lists receipts, so that one that is not there says nothing.
ABSENT = {"aliyun": (Verdict.RETRY, "not_found"), "tencent": (Verdict.UNKNOWN, "look_up_ambiguous")}
TENCENT_CLASSES = {
    "AuthFailure.SignatureFailure": Verdict.ALARM,
    "AuthFailure.SignatureExpire": Verdict.ALARM,
    "UnauthorizedOperation.RequestIpNotInWhitelist": Verdict.ALARM,
    "UnauthorizedOperation.SerivceSuspendDueToArrears": Verdict.ALARM,
    "UnauthorizedOperation.SmsSdkAppIdVerifyFail": Verdict.ALARM,
    "UnsupportedOperation.UnsupportedRegion": Verdict.ALARM,
    "InvalidParameterValue.SdkAppIdNotExist": Verdict.ALARM,
    "RequestLimitExceeded": Verdict.RETRY,
    "RequestLimitExceeded.UinLimitExceeded": Verdict.RETRY,
    "LimitExceeded": Verdict.WAIT,
    "FailedOperation.SomethingNew": Verdict.UNKNOWN,
    "SomethingNew": Verdict.UNKNOWN,
}


@pytest_asyncio.fixture(loop_scope="session")
async def providers() -> AsyncIterator[Providers]:
    """Running fakes."""
    async with running_providers() as running:
        yield running


def channel(providers: Providers, name: str, **more: object) -> SmsChannel:
    """The adapter of one provider."""
    if name == "aliyun":
        return AliyunSms(providers.aliyun_settings(**more))
    return TencentSms(providers.tencent_settings(**more))


def script(providers: Providers, name: str) -> Any:
    """Where the next answers of one provider are put."""
    return providers.aliyun if name == "aliyun" else providers.tencent.script


def login(phone: str = "19900000101") -> Sms:
    """A text with a code."""
    return Sms(new_id(), phone, "SMS_TIRO_LOGIN", {"code": "246810"})


@pytest.mark.requirement("M10")
@pytest.mark.parametrize("name", NAMES)
async def test_a_text_arrives_and_is_found_by_our_id(providers: Providers, name: str) -> None:
    """The text with its variable and signature is in the box; a look-up on its day finds it by our id, and not another
    id, nor on another day."""
    sms, today = login(), SystemClock().now().astimezone(SHANGHAI).date()
    sending = channel(providers, name)
    outcome = await sending.send(sms)
    assert outcome.verdict is Verdict.SENT
    assert outcome.provider_id
    (letter,) = await providers.letters(sms.phone)
    assert letter["text"] == "【湖北卫生人才】验证码 246810，五分钟内有效，请勿告诉他人。"
    assert (await sending.look_up(sms, today)).verdict is Verdict.SENT
    for other, day in ((sms, today - timedelta(days=1)), (login(sms.phone), today)):
        absent = await sending.look_up(other, day)
        assert (absent.verdict, absent.code) == ABSENT[name]
    await sending.close()


@pytest.mark.requirement("M10")
async def test_every_documented_code_of_aliyun_has_its_verdict(providers: Providers) -> None:
    """Code by code over HTTP; what is our fault is an alarm, and a code in no list is an unknown outcome."""
    sending = channel(providers, "aliyun")
    for code, verdict in {**aliyun_codes.VERDICTS, "isv.SOMETHING_NEW": Verdict.UNKNOWN}.items():
        providers.aliyun.append(Scripted(errcode=code))
        with capture_logs() as logs:
            outcome = await sending.send(login())
        assert (outcome.verdict, outcome.code) == (verdict, code)
        assert any(entry["event"] == "sms_provider_alarm" for entry in logs) == (verdict is Verdict.ALARM), code
    await sending.close()


@pytest.mark.requirement("M10")
async def test_every_documented_code_of_tencent_has_its_verdict(providers: Providers) -> None:
    """Code by code over HTTP, whether it is said of the number or of the whole request."""
    sending = channel(providers, "tencent")
    for code, verdict in {**tencent_codes.VERDICTS, **TENCENT_CLASSES}.items():
        answers = [Scripted(body=status_body(code))] + ([] if code == "Ok" else [Scripted(errcode=code)])
        for answer in answers:
            providers.tencent.script.append(answer)
            with capture_logs() as logs:
                outcome = await sending.send(login())
            assert (outcome.verdict, outcome.code) == (verdict, code)
            assert any(entry["event"] == "sms_provider_alarm" for entry in logs) == (verdict is Verdict.ALARM), code
    await sending.close()


@pytest.mark.requirement("M10", "V67")
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "fault",
    [
        Scripted(status=500, body="oops"),
        Scripted(status=302, location="/lure"),
        Scripted(status=302, location="/lure", body='{"Code": "OK", "Response": {"SendStatusSet": [{"Code": "Ok"}]}}'),
        Scripted(body="<html>maintenance</html>"),
        Scripted(body="[1, 2]"),
        Scripted(body="{}"),
        Scripted(body='{"Response": {"SendStatusSet": []}}'),
        Scripted(body='{"Response": {"SendStatusSet": [{"Code": "Ok"}, {"Code": "Ok"}]}}'),
        Scripted(body='{"Response": 17}'),
        Scripted(body="[" * 100_000),
        Scripted(body='{"Code": "' + "O" * 300_000 + '"}'),
        Scripted(body=CUT),
        Scripted(body='{"Code": "OK", "Response": {"SendStatusSet": [{"Code": "Ok"}]}}', delay=1.5),
    ],
    ids=["500", "redirect", "redirect that says yes", "html", "array", "empty", "no status", "two statuses", "number",
         "deep", "huge", "cut", "late"],
)  # fmt: skip
async def test_what_is_no_answer_is_unknown(providers: Providers, name: str, fault: Scripted) -> None:
    """Faults, redirects, garbage and silence are never a success nor a refusal; nobody follows a redirect."""
    sending = channel(providers, name, timeout=1 if fault.delay else 5)
    script(providers, name).append(fault)
    assert (await sending.send(login())).verdict is Verdict.UNKNOWN
    assert providers.lured == 0
    await sending.close()


@pytest.mark.requirement("M10")
@pytest.mark.parametrize("name", NAMES)
async def test_a_time_out_after_acceptance_is_settled_by_the_look_up(providers: Providers, name: str) -> None:
    """The provider took the text and hung up: unknown, and found. Control: where it hung up before, it is not."""
    today = SystemClock().now().astimezone(SHANGHAI).date()
    sending = channel(providers, name)
    for accepted, settled in ((True, Verdict.SENT), (False, ABSENT[name][0])):
        sms = login()
        script(providers, name).append(Scripted(body=CUT, accept=accepted))
        assert (await sending.send(sms)).verdict is Verdict.UNKNOWN
        assert (await sending.look_up(sms, today)).verdict is settled
    await sending.close()


@pytest.mark.requirement("M10")
@pytest.mark.parametrize("name", NAMES)
async def test_a_drill_can_be_ordered_from_outside(providers: Providers, name: str) -> None:
    """The running box takes a script over HTTP: the next text is taken and the line cut, the one after it is
    answered."""
    order = {"provider": name, "answers": [{"body": CUT, "accept": True}]}
    url = f"{providers.endpoint}/mailbox/script"
    async with aiohttp.ClientSession() as session, session.post(url, json=order) as got:
        assert (await got.json()) == {"waiting": 1}
    sending = channel(providers, name)
    verdicts = [(await sending.send(login())).verdict for _ in range(2)]
    assert verdicts == [Verdict.UNKNOWN, Verdict.SENT]
    assert len(await providers.letters("19900000101")) == 2
    await sending.close()


@pytest.mark.requirement("M10")
@pytest.mark.parametrize("name", NAMES)
async def test_a_look_up_that_fails_settles_nothing(providers: Providers, name: str) -> None:
    """Errors, garbage and strange items leave the outcome unknown."""
    sending, today = channel(providers, name), SystemClock().now().astimezone(SHANGHAI).date()
    for answer in (
        Scripted(errcode="InternalError"),
        Scripted(body="<html>"),
        Scripted(body='{"Code": "OK", "SmsSendDetailDTOs": [], "Response": {"PullSmsSendStatusSet": null}}'),
        Scripted(body='{"Code": "OK", "SmsSendDetailDTOs": {"SmsSendDetailDTO": [1]}}'),
        Scripted(body='{"Response": {"PullSmsSendStatusSet": [1]}}'),
    ):
        script(providers, name).append(answer)
        assert (await sending.look_up(login(), today)).verdict is Verdict.UNKNOWN
    await sending.close()


@pytest.mark.requirement("M10")
async def test_a_status_without_our_id_is_not_taken_for_absence(providers: Providers) -> None:
    """Tencent echoes our id only where that was switched on; a status without one might be ours, so nothing goes again.
    A text that was not delivered is given up."""
    sending, today = channel(providers, "tencent"), SystemClock().now().astimezone(SHANGHAI).date()
    sms = login()
    await sending.send(sms)
    providers.tencent.echoes_context = False
    assert (await sending.look_up(sms, today)).code == "look_up_ambiguous"
    providers.tencent.echoes_context, providers.tencent.report_status = True, "FAIL"
    assert (await sending.look_up(sms, today)).verdict is Verdict.GIVE_UP
    await sending.close()


@pytest.mark.requirement("M10")
@pytest.mark.parametrize("name", NAMES)
async def test_nobody_there_is_told_apart_from_no_answer(providers: Providers, name: str) -> None:
    """Where no connection came about nothing was handed over, so that it may go again; a look-up then says nothing."""
    sending, sms, today = channel(providers, name, endpoint="http://127.0.0.1:9"), login(), SystemClock().now().date()
    outcome = await sending.send(sms)
    assert (outcome.verdict, outcome.code) == (Verdict.RETRY, "not_reached")
    assert (await sending.look_up(sms, today)).verdict is Verdict.UNKNOWN
    await sending.close()


@pytest.mark.requirement("V53")
@pytest.mark.parametrize("name", NAMES)
async def test_a_key_that_can_not_be_read_is_an_alarm(providers: Providers, name: str, tmp_path: Path) -> None:
    """While the file of the key is away nothing is sent and nothing is raised; when it is back texts go."""
    file = tmp_path / "key"
    file.write_text("test-key-secret" if name == "aliyun" else "test-secret-key")
    kept = "access_key_secret" if name == "aliyun" else "secret_key"
    sending = channel(providers, name, **{kept: SecretFile(file)})
    key = file.read_text()
    file.unlink()
    outcome = await sending.send(login())
    assert (outcome.verdict, outcome.code) == (Verdict.ALARM, "secret_unreadable")
    file.write_text(key)
    assert (await sending.send(login())).verdict is Verdict.SENT
    await sending.close()


@pytest.mark.parametrize(
    ("name", "more", "code"),
    [
        ("aliyun", {"access_key_secret": "another"}, "SignatureDoesNotMatch"),
        ("aliyun", {"access_key_id": "another"}, "InvalidAccessKeyId.NotFound"),
        ("tencent", {"secret_key": "another"}, "AuthFailure.SignatureFailure"),
        ("tencent", {"secret_id": "another"}, "AuthFailure.SecretIdNotFound"),
        ("tencent", {"sdk_app_id": "1400000000"}, "InvalidParameterValue.SdkAppIdNotExist"),
        ("tencent", {"templates": {"SMS_TIRO_LOGIN": "1"}}, "FailedOperation.TemplateIncorrectOrUnapproved"),
        ("tencent", {"templates": {}}, "no_template"),
    ],
)
async def test_control_what_is_signed_or_named_wrong_is_refused(
    providers: Providers, name: str, more: dict[str, object], code: str
) -> None:
    """Control for the signatures: with another key nothing is accepted, and the operator hears of it."""
    sending = channel(providers, name, **more)
    outcome = await sending.send(login())
    assert (outcome.verdict, outcome.code) == (Verdict.ALARM, code)
    assert await providers.letters("19900000101") == []
    await sending.close()


@pytest.mark.parametrize(
    ("name", "off", "code", "verdict"),
    [
        ("aliyun", timedelta(minutes=16), "InvalidTimeStamp.Expired", Verdict.RETRY),
        ("tencent", timedelta(minutes=6), "AuthFailure.SignatureExpire", Verdict.ALARM),
    ],
)
async def test_a_wrong_clock_is_refused(
    providers: Providers, name: str, off: timedelta, code: str, verdict: Verdict
) -> None:
    """The providers compare our time with theirs."""
    sending = channel(providers, name)
    await sending.send(Sms(new_id(), "12345", "SMS_TIRO_LOGIN", {"code": "1"}))
    if name == "tencent":
        real = providers.tencent.now
        providers.tencent.now = lambda: real() + off.total_seconds()
        outcome = await sending.send(login())
    else:
        outcome = await _from_another_time(sending, off)
    assert (outcome.verdict, outcome.code) == (verdict, code)
    await sending.close()


async def _from_another_time(sending: SmsChannel, off: timedelta) -> Any:
    """A text that is signed with a clock that is off, and arrives now."""
    assert isinstance(sending, AliyunSms)
    ask = sending._provider.ask
    with time_machine.travel(SystemClock().now() + off, tick=True) as traveller:

        async def later(*given: Any, **named: Any) -> Any:
            traveller.shift(-off)
            return await ask(*given, **named)

        sending._provider.ask = later  # type: ignore[method-assign]
        return await sending.send(login())
