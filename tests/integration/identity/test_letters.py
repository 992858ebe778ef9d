"""The whole way of an e-mail address: identity asks, notification writes, a mail server takes the letter."""

import re
import tomllib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from services.identity.domain.code_life import CODE_LIFE, LETTER_CODE_LIFE
from services.identity.domain.limits import EmailCodeLimits, LoginCodeLimits
from services.notification.channels.smtp import SmtpLetters
from services.notification.delivering import deliver_due
from services.notification.settings import SmtpSettings
from shared.contracts.identity import EmailCodeIssued, PersonClosed, PersonContactChanged
from shared.ids import PersonId
from shared.tls import TlsSettings
from tests.integration.identity.emails import EMAIL, OTHER_EMAIL
from tests.integration.identity.people import log_in, some_morning, with_token
from tests.integration.notification.test_rules import rule, switch, written
from tests.support.mail_server import MailServer, running_mail_server
from tests.support.notices import approved
from tests.support.service_under_test import Caller, Serve, ServiceUnderTest
from tests.support.throwaway_authority import ThrowawayAuthority

HERE = "localhost"
_IN_WORDS = {5: ("五分钟", "five minutes"), 10: ("十分钟", "ten minutes")}
_REGISTERED = Path("services/notification/data/sms_templates.toml")
CHOSEN = {"category": "declaration", "wechat": False, "sms": False, "email": True}


@dataclass(frozen=True, slots=True)
class Post:
    """Two services and the mail server between them and a person."""

    identity: ServiceUnderTest
    notification: ServiceUnderTest
    server: MailServer
    letters: SmtpLetters
    caller: Caller
    person: PersonId

    async def carry(self) -> None:
        """What identity has told; what was carried before changes nothing."""
        for event in (EmailCodeIssued, PersonContactChanged, PersonClosed):
            for one in await self.identity.published(event):
                await self.notification.deliver(one)

    async def send(self) -> list[tuple[str, str]]:
        """(address, text) of the letters that leave now."""
        before = len(self.server.letters)
        await deliver_due(replace(self.notification.deps, letters=self.letters))
        found = []
        for to, letter in self.server.letters[before:]:
            body = letter.get_body(("plain",))
            assert body is not None
            found.append((to, str(body.get_content()).strip()))
        return found

    async def asked(self, email: str) -> str:
        """A code is wanted: its challenge."""
        answer = await self.caller.post("/me/email-codes", {"email": email})
        assert answer.status == 202, answer.body
        return str(answer.body["challenge_id"])

    async def use(self, email: str) -> None:
        """Ask, read the letter, confirm, tell."""
        challenge = await self.asked(email)
        await self.carry()
        ((to, text),) = await self.send()
        assert to == email
        (code,) = re.findall(r"(?<![0-9])[0-9]{6}(?![0-9])", text)
        answer = await self.caller.put("/me/email", {"challenge_id": challenge, "email": email, "code": code})
        assert answer.status == 200, answer.body
        await self.carry()

    async def state(self, event_type: str) -> list[tuple[str, str]]:
        """(state, outcome) of the deliveries of a type."""
        query = "SELECT state, outcome_code FROM delivery WHERE event_type = $1 ORDER BY created_at, id"
        async with self.notification.database.read() as reader:
            return [(row["state"], row["outcome_code"]) for row in await reader.fetch(query, event_type)]


@asynccontextmanager
async def post(serve: Serve, folder: Path) -> AsyncIterator[Post]:
    """Everything set up; the zone sends approvals by e-mail too, and the person wants them there."""
    clock, authority = some_morning(), ThrowawayAuthority(folder, "own")
    identity, notification = await serve("identity", clock), await serve("notification", clock)
    zone = notification.caller("zone_admin")
    await written(zone, "approved", "{institution_name}", "申报 {number} 审核通过")
    assert (await switch(zone, await rule(zone, "declaration.approved.v1"), "in_app", "email")).status == 200
    tokens = (await log_in(identity)).body
    person = PersonId(UUID(tokens["person_id"]))
    chosen = await notification.caller("candidate", id=person).put("/channel-preferences", CHOSEN)
    assert chosen.status == 200, chosen.body
    async with running_mail_server("tls", authority.issue(HERE)) as server:
        settings = {"host": HERE, "port": server.port, "sender": "notices@tiro.example", "timeout": 20}
        tls = {"security": "tls", "tls": TlsSettings(ca_file=authority.file)}
        letters = SmtpLetters(SmtpSettings.model_validate(settings | tls), clock)
        yield Post(identity, notification, server, letters, with_token(identity, tokens), person)


@pytest.mark.requirement("A5", "M10")
async def test_a_confirmed_address_gets_the_notices_that_were_chosen(serve: Serve, tmp_path: Path) -> None:
    """The code arrives as a letter and stands in no inbox; confirmed by it, the address gets the next notice. What
    waited for the old address goes to the new one, and once it is removed nothing leaves."""
    async with post(serve, tmp_path) as scene:
        notification, clock = scene.notification, scene.identity.clock
        await notification.deliver(approved(notification, scene.person))
        await scene.use(EMAIL)
        inbox = (await notification.caller("candidate", id=scene.person).get("/messages")).body["items"]
        assert len(inbox) == 1
        await notification.deliver(approved(notification, scene.person))
        ((to, text),) = await scene.send()
        assert (to, "审核通过" in text) == (EMAIL, True)
        await notification.deliver(approved(notification, scene.person))
        clock.advance(timedelta(minutes=2))
        challenge = await scene.asked(OTHER_EMAIL)
        await scene.carry()
        left = dict(await scene.send())
        assert set(left) == {EMAIL, OTHER_EMAIL}
        (code,) = re.findall(r"[0-9]{6}", left[OTHER_EMAIL])
        await notification.deliver(approved(notification, scene.person))
        proof = {"challenge_id": challenge, "email": OTHER_EMAIL, "code": code}
        assert (await scene.caller.put("/me/email", proof)).status == 200
        await scene.carry()
        assert [to for to, _ in await scene.send()] == [OTHER_EMAIL]
        await notification.deliver(approved(notification, scene.person))
        assert (await scene.caller.call("DELETE", "/me/email")).status == 204
        await scene.carry()
        await notification.deliver(approved(notification, scene.person))
        assert await scene.send() == []
        states = await scene.state("declaration.approved.v1")
        assert sorted(states) == [("failed", "address_removed"), *[("sent", "250")] * 3]


@pytest.mark.requirement("M10", "V58")
async def test_a_code_goes_once_and_to_nobody_who_is_gone(serve: Serve, tmp_path: Path) -> None:
    """A server that took the content and said nothing is not asked again; a code that is too old, and one of an account
    that was closed meanwhile, do not leave."""
    async with post(serve, tmp_path) as scene:
        scene.server.says("CONTENT", "cut")
        await scene.asked(EMAIL)
        await scene.carry()
        assert len(await scene.send()) == 1
        scene.identity.clock.advance(timedelta(minutes=5))
        assert await scene.send() == []
        await scene.asked(EMAIL)
        await scene.carry()
        scene.identity.clock.advance(LETTER_CODE_LIFE)
        assert await scene.send() == []
        caller = with_token(scene.identity, (await log_in(scene.identity)).body)
        assert (await caller.post("/me/email-codes", {"email": EMAIL})).status == 202
        await scene.carry()
        assert (await caller.post("/me/closure")).status == 204
        await scene.carry()
        assert await scene.send() == []
        states = await scene.state(EmailCodeIssued.TYPE)
        assert states == [("unknown", "no_answer"), ("expired", "expired"), ("failed", "address_removed")]


@pytest.mark.requirement("V1")
async def test_texts_say_how_long_a_code_lives(serve: Serve) -> None:
    """What is registered with the provider, and every version of the templates in both languages, names the life that
    identity gives a code if nothing else is set."""
    assert (LoginCodeLimits().seconds, EmailCodeLimits().seconds) == (CODE_LIFE.seconds, LETTER_CODE_LIFE.seconds)
    registered = tomllib.loads(_REGISTERED.read_text(encoding="utf-8"))
    assert _IN_WORDS[CODE_LIFE.seconds // 60][0] in registered["SMS_TIRO_LOGIN"]
    notification = await serve("notification", some_morning())
    query = "SELECT key, language, body FROM message_template WHERE key IN ('login_code', 'email_code')"
    async with notification.database.read() as reader:
        rows = await reader.fetch(query)
    assert {(row["key"], row["language"]) for row in rows} == {
        (key, language) for key in ("login_code", "email_code") for language in ("zh", "en")
    }
    for row in rows:
        life = CODE_LIFE if row["key"] == "login_code" else LETTER_CODE_LIFE
        assert _IN_WORDS[life.seconds // 60][row["language"] == "en"] in row["body"], dict(row)
