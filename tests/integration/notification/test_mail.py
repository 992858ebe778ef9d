"""E-mail against a real SMTP server with TLS: what arrives, what each reply means, and who is not talked to."""

from dataclasses import replace
from pathlib import Path
from typing import Literal
from uuid import UUID

import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from deploy.local.mailbox.letters import Letters
from deploy.local.mailbox.mail import mail_server
from deploy.local.mailbox.page import render
from services.notification.channels.letter import Letter
from services.notification.channels.smtp import SmtpLetters
from services.notification.channels.smtp_codes import VERDICTS, Step
from services.notification.delivering import deliver_due
from services.notification.domain.delivery import Verdict
from services.notification.domain.preference import Channels
from services.notification.settings import SmtpSettings
from services.notification.storage import preferences
from shared.clock import SystemClock
from shared.ids import PersonId, new_id
from shared.tls import TlsSettings
from tests.integration.notification.sms_providers import approval, contact
from tests.integration.notification.test_rules import rule, switch, written
from tests.integration.notification.wechat_channel import channels
from tests.support.mail_server import CUT, PASSWORD, USERNAME, MailServer, running_mail_server
from tests.support.service_under_test import Serve
from tests.support.throwaway_authority import ThrowawayAuthority

HERE = "localhost"
BODY = "您的申报已审核通过。\n.单独一个点开头的行\n<b>不是标记</b>\n请打开小程序查看。"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> ThrowawayAuthority:
    """Whom we believe."""
    return ThrowawayAuthority(tmp_path_factory.mktemp("mail"), "own")


def letters(server: MailServer, authority: ThrowawayAuthority, **more: object) -> SmtpLetters:
    """The channel to a server."""
    own = {"host": HERE, "port": server.port, "sender": "notices@tiro.example", "timeout": 5}
    given = {**own, "tls": TlsSettings(ca_file=authority.file), **more}
    return SmtpLetters(SmtpSettings.model_validate(given), SystemClock())


def letter(address: str = "chen@mail.example", subject: str = "申报审核通过", out_id: UUID | None = None) -> Letter:
    """A letter."""
    return Letter(out_id or new_id(), address, subject, BODY)


@pytest.mark.requirement("V52")
@pytest.mark.parametrize("security", ["tls", "starttls"])
async def test_a_letter_arrives_over_verified_tls(
    authority: ThrowawayAuthority, security: Literal["tls", "starttls"]
) -> None:
    """Plain text and HTML say the same, markup of ours is text there; its Message-ID is ours and the same at a second
    attempt; sender, name and subject are what was set."""
    async with running_mail_server(security, authority.issue(HERE), login=security == "starttls") as server:
        login = {"username": USERNAME, "password": SecretStr(PASSWORD)} if security == "starttls" else {}
        channel, sent = letters(server, authority, security=security, **login), letter()
        outcome = await channel.send(sent)
        assert (outcome.verdict, outcome.provider_id) == (Verdict.SENT, f"<{sent.out_id}@tiro.example>")
        await channel.send(sent)
        (to, arrived), (_, again) = server.letters
        assert to == sent.address == arrived["To"]
        assert arrived["Message-ID"] == again["Message-ID"] == outcome.provider_id
        assert (arrived["Subject"], arrived["Auto-Submitted"]) == (sent.subject, "auto-generated")
        assert arrived["From"] == "湖北卫生人才 <notices@tiro.example>"
        assert arrived.get_content_type() == "multipart/alternative"
        plain, html = (arrived.get_body(kind) for kind in (("plain",), ("html",)))
        assert plain is not None
        assert html is not None
        assert plain.get_content().replace("\r\n", "\n").strip() == BODY
        assert "<p>&lt;b&gt;不是标记&lt;/b&gt;</p>" in html.get_content()
        assert all(byte < 128 for byte in server.raw[0])
        assert server.logins == (2 if login else 0)


@pytest.mark.requirement("M4")
async def test_a_row_with_email_on_becomes_a_letter(authority: ThrowawayAuthority, serve: Serve) -> None:
    """From the words and the cell that the zone set to the mailbox of who chose e-mail: subject and text are filled in,
    and the delivery is done."""
    service = await serve("notification")
    zone, person = service.caller("zone_admin"), PersonId(new_id())
    await written(zone, "approved", "{institution_name}", "申报 {number} 审核通过")
    assert (await switch(zone, await rule(zone, "declaration.approved.v1"), "in_app", "email")).status == 200
    await contact(service, person, "19900000022", email="chen@mail.example")
    chosen = {"category": "declaration", "wechat": False, "sms": False, "email": True}
    assert (await service.caller("candidate", id=person).put("/channel-preferences", chosen)).status == 200
    await approval(service, person)
    async with running_mail_server("tls", authority.issue(HERE)) as server:
        assert await deliver_due(replace(service.deps, letters=letters(server, authority, security="tls"))) == 1
    ((to, arrived),) = server.letters
    assert (to, arrived["Subject"]) == ("chen@mail.example", "申报 D2027-000071 审核通过")
    text = arrived.get_body(("plain",))
    assert text is not None
    assert text.get_content().splitlines()[0] == "您的申报 D2027-000071 已由 江岸区虚构医院 审核通过。"
    async with service.database.read() as reader:
        assert await reader.fetchval("SELECT state FROM delivery") == "sent"


@pytest.mark.requirement("V52")
@pytest.mark.parametrize("security", ["tls", "starttls"])
@pytest.mark.parametrize("fault", ["wrong authority", "wrong name", "expired"])
async def test_a_server_that_can_not_be_verified_gets_nothing(
    authority: ThrowawayAuthority, tmp_path: Path, security: Literal["tls", "starttls"], fault: str
) -> None:
    """Another authority, another name, or expired: an alarm, and no letter. Control: the test above."""
    stranger = ThrowawayAuthority(tmp_path / "stranger", "stranger")
    shown = {
        "wrong authority": lambda: stranger.issue(HERE),
        "wrong name": lambda: authority.issue("elsewhere.example"),
        "expired": lambda: authority.issue(HERE, expired=True),
    }[fault]()
    async with running_mail_server(security, shown) as server:
        outcome = await letters(server, authority, security=security).send(letter())
        assert (outcome.verdict, outcome.code) == (Verdict.ALARM, "tls")
        assert server.letters == []


@pytest.mark.requirement("V52")
async def test_a_server_without_tls_gets_nothing(authority: ThrowawayAuthority) -> None:
    """Where TLS is asked for nothing falls back to plain text, and no password leaves. Control: asked for plain text,
    the same server takes the letter."""
    async with running_mail_server("none", authority.issue(HERE), login=True) as server:
        login = {"username": USERNAME, "password": SecretStr(PASSWORD)}
        outcome = await letters(server, authority, security="starttls", **login).send(letter())
        assert (outcome.verdict, outcome.code) == (Verdict.ALARM, "greeting_unfit")
        assert (await letters(server, authority, security="tls", **login).send(letter())).verdict is not Verdict.SENT
        assert (server.logins, server.letters) == (0, [])
        assert (await letters(server, authority, security="none", **login).send(letter())).verdict is Verdict.SENT


@pytest.mark.requirement("M10")
@pytest.mark.parametrize("step", [Step.LOGIN, Step.SENDER, Step.RECIPIENT, Step.CONTENT])
async def test_every_reply_code_has_its_verdict(authority: ThrowawayAuthority, step: Step) -> None:
    """Code by code, at each step of the conversation; what is our fault is an alarm. A code in no list passes by
    itself as 4xx and is an alarm as 5xx."""
    more = {459: Verdict.RETRY, 599: Verdict.ALARM}
    async with running_mail_server("starttls", authority.issue(HERE), login=step is Step.LOGIN) as server:
        login = {"username": USERNAME, "password": SecretStr(PASSWORD)} if step is Step.LOGIN else {}
        channel = letters(server, authority, security="starttls", **login)
        for code, verdict in {**VERDICTS[step], **more}.items():
            server.says(step.name, f"{code} said so")
            with capture_logs() as logs:
                outcome = await channel.send(letter())
            assert (outcome.verdict, outcome.code) == (verdict, f"{step.value}_{code}")
            assert any(entry["event"] == "mail_alarm" for entry in logs) == (verdict is Verdict.ALARM), code
            server.replies.clear()
        assert server.letters == []


@pytest.mark.requirement("M10")
async def test_what_is_silent_before_the_content_goes_again_and_afterwards_is_unknown(
    authority: ThrowawayAuthority,
) -> None:
    """A server that hangs up before it has the letter: a retry. One that took it and hung up: unknown, for it has
    it."""
    async with running_mail_server("tls", authority.issue(HERE)) as server:
        channel = letters(server, authority)
        for step in ("SENDER", "RECIPIENT"):
            server.says(step, CUT)
            assert (await channel.send(letter())).verdict is Verdict.RETRY
        assert server.letters == []
        server.says("CONTENT", CUT)
        outcome = await channel.send(letter())
        assert (outcome.verdict, outcome.code, len(server.letters)) == (Verdict.UNKNOWN, "no_answer", 1)
    nobody = await letters(server, authority).send(letter())
    assert (nobody.verdict, nobody.code) == (Verdict.RETRY, "greeting_silent")


@pytest.mark.requirement("M10")
@pytest.mark.parametrize(
    "address",
    [
        "",
        "chen",
        "chen@",
        "@mail.example",
        "chen@mail.example\r\nBcc: all@mail.example",
        "chen@mail.example\n",
        "chen@mail.example, wang@mail.example",
        "Chen <chen@mail.example>",
        "chen@mail.example>\r\nRCPT TO:<wang@mail.example",
        '"chen\r\n"@mail.example',
        "chen@mail",
        "陈@mail.example",
        "a" * 65 + "@mail.example",
        "chen@" + "mail." * 60 + "example",
    ],
)
async def test_what_is_no_address_is_never_written_to(authority: ThrowawayAuthority, address: str) -> None:
    """Anything but one plain address falls back to another channel; no server hears of it."""
    async with running_mail_server("tls", authority.issue(HERE)) as server:
        outcome = await letters(server, authority).send(letter(address))
        assert (outcome.verdict, outcome.code, server.letters) == (Verdict.FALL_BACK, "address", [])


@pytest.mark.parametrize(
    "subject",
    ["a\r\nBcc: all@mail.example", "a\nX-Evil: 1", "a\rb", "a\x00b\x85c", "审\r\n\r\n<script>", "x" * 2000],
)
async def test_a_subject_can_not_smuggle_headers(authority: ThrowawayAuthority, subject: str) -> None:
    """Line ends and control characters become spaces; the letter has the headers we wrote and no other."""
    async with running_mail_server("tls", authority.issue(HERE)) as server:
        assert (await letters(server, authority).send(letter(subject=subject))).verdict is Verdict.SENT
        ((to, arrived),) = server.letters
        ours = {"From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"}
        assert set(arrived.keys()) - ours == set()
        assert to == "chen@mail.example"
        assert "\n" not in arrived["Subject"]


async def test_the_development_mailbox_shows_letters() -> None:
    """What we hand to its mail server stands on its page, in clear and with its markup as text."""
    box, sent = Letters(), letter()
    async with mail_server(box, "127.0.0.1", 0) as port:
        own = {"host": "127.0.0.1", "port": port, "sender": "notices@tiro.example", "security": "none"}
        outcome = await SmtpLetters(SmtpSettings.model_validate(own), SystemClock()).send(sent)
    assert outcome.verdict is Verdict.SENT
    (kept,) = box.find(sent.address)
    assert (kept.channel, kept.text, kept.out_id) == ("email", f"{sent.subject}\n{BODY}", outcome.provider_id)
    page = render(box.find(), to="", channel="email")
    assert "请打开小程序查看。" in page
    assert "<b>" not in page


@pytest.mark.requirement("V52")
async def test_the_subject_of_a_notice_says_what_its_event_brings(serve: Serve, authority: ThrowawayAuthority) -> None:
    """From the event to the mailbox: placeholders of the subject are filled in as in the preview, and the notice ends
    as sent."""
    box = await channels(serve)
    person = await box.person(openid=None, email="chen@mail.example")
    async with box.service.database.transaction() as tx:
        await tx.execute(
            "UPDATE message_template SET email_subject = '{institution_name}：{number} 已通过' WHERE key = 'approved'"
        )
        only = Channels(wechat=False, sms=False, email=True)
        await preferences.upsert(tx, person, "declaration", only, box.service.clock.now())
    async with running_mail_server("tls", authority.issue(HERE)) as server:
        channel = letters(server, authority, security="tls")
        await approval(box.service, person)
        await deliver_due(replace(box.deps, letters=channel))
        await channel.close()
    ((to, arrived),) = server.letters
    assert (to, arrived["Subject"]) == ("chen@mail.example", "江岸区虚构医院：D2027-000071 已通过")
    assert await box.states(person) == {"email": "sent"}
