"""What the software brings for WeChat and e-mail: sound by the checks of a saved template, used where the rules allow,
and played through something that speaks WeChat's protocol and a real mail server (A5, M4)."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import pytest
import pytest_asyncio

from services.notification.delivering import deliver_due
from services.notification.domain.preference import chosen_by, may_go_by_wechat
from services.notification.domain.sample_events import sample_event
from services.notification.domain.template import template_problems
from services.notification.storage import consents, templates
from services.notification.use_cases.templates.feed_of_template import feed_of_template
from shared.clock import SHANGHAI, FrozenClock
from shared.ids import PersonId
from tests.integration.notification.copies import another_copy
from tests.integration.notification.rule_rows import rule_rows
from tests.integration.notification.test_mail import HERE, letters
from tests.integration.notification.test_rule_table import PHONE, Cast, fetch
from tests.integration.notification.test_wechat_notices import copy_of
from tests.support.engines import Engines
from tests.support.fake_providers import running_providers
from tests.support.mail_server import running_mail_server
from tests.support.notices import reached
from tests.support.service_under_test import Caller, Serve, ServiceUnderTest, serving
from tests.support.throwaway_authority import ThrowawayAuthority

REASON: Final = "在公众平台选用了模板"
ID: Final = "wx_template_0001"
_CANDIDATES: Final = [key for key, audience in rule_rows() if audience == "candidate"]
_BY_WECHAT: Final = [key for key in _CANDIDATES if may_go_by_wechat(sample_event(key))]
_ADDRESS: Final = "wei@mail.example"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> ThrowawayAuthority:
    """Whom we believe."""
    folder: Path = tmp_path_factory.mktemp("letters")
    return ThrowawayAuthority(folder, "own")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def brought(engines: Engines) -> AsyncIterator[ServiceUnderTest]:
    """The tables as they come with the software."""
    async with serving(engines, "notification") as service:
        yield service


def morning() -> FrozenClock:
    """Nine o'clock of a working day."""
    return FrozenClock(datetime(2026, 11, 23, 9, 0, tzinfo=SHANGHAI))


async def named(zone: Caller) -> dict[str, list[str]]:
    """Each set of fields under an id of its own; id -> fields."""
    ids = {}
    for number, form in enumerate((await zone.get("/wechat-templates")).body["forms"]):
        template_id = f"wx_template_000{number}"
        body = {"fields": {name: name for name in form["fields"]}, "template_id": template_id, "reason": REASON}
        answer = await zone.put("/wechat-templates", body)
        assert answer.status == 200, answer.body
        assert answer.body["templates"] == form["templates"]
        ids[template_id] = form["fields"]
    return ids


@pytest.mark.requirement("M4")
async def test_every_template_is_sound_and_is_a_letter(brought: ServiceUnderTest) -> None:
    """All versions in force, by the checks of a template that is saved: placeholders, limits, both languages; a letter
    says more than the inbox, ends in one paragraph per line, and holds nothing that the inbox does not."""
    async with brought.database.read() as reader:
        keys = {row["key"] for row in await reader.fetch("SELECT DISTINCT key FROM message_template")}
        for key in sorted(keys):
            _, content = await templates.select_content(reader, key)
            feed = await feed_of_template(reader, key)
            assert template_problems(content, feed) == [], key
            for wording in (content.zh, content.en):
                assert wording.email_subject, key
                if key == "email_code":
                    continue
                assert wording.email_body is not None, key
                said, _, further = wording.email_body.partition("\n")
                assert said == wording.body, key
                assert further, key
                assert "{" not in further, key
    assert len(keys) == 108


@pytest.mark.requirement("M4", "V9")
@pytest.mark.parametrize("key", _CANDIDATES)
async def test_a_cell_is_on_where_it_may_be(brought: ServiceUnderTest, key: str) -> None:
    """Candidates are told by WeChat except of warnings, and by e-mail where they have a choice; nobody else is."""
    for row in await fetch(brought, "SELECT * FROM notification_rule WHERE event_type = $1", key):
        event, candidate = sample_event(key), row["audience"] == "candidate"
        assert row["wechat"] == (candidate and may_go_by_wechat(event))
        assert row["email"] == (candidate and chosen_by(event) is not None)
        assert row["version"] == 1


async def test_what_is_not_for_candidates_stays_off(brought: ServiceUnderTest) -> None:
    """Staff has neither; the letter with a code and what a failed text teaches are as they were."""
    rows = await fetch(brought, "SELECT event_type FROM notification_rule WHERE audience <> 'candidate' AND wechat")
    mails = await fetch(brought, "SELECT event_type FROM notification_rule WHERE audience <> 'candidate' AND email")
    assert (rows, [row["event_type"] for row in mails]) == ([], ["identity.email_code_issued.v1"])
    (unreachable,) = await fetch(brought, "SELECT * FROM notification_rule WHERE event_type LIKE 'notification.%'")
    assert (unreachable["wechat"], unreachable["email"]) == (False, False)


@pytest.mark.requirement("A5", "V10")
@pytest.mark.parametrize("language", ["zh", "en"])
async def test_every_notice_arrives_by_wechat(serve: Serve, language: str) -> None:
    """Each row that candidates may be told by, from its event to the reader, whose WeChat knows the templates, counts
    consents and refuses what does not fit; every text in reserve is saved. Control: with a consent too few for one of
    them, one falls back to its text."""
    async with running_providers() as providers:
        service = await serve("notification", morning(), SMS__ENDPOINT="http://127.0.0.1:9")
        ids = await named(service.caller("zone_admin"))
        cast = await Cast(service).enter()
        (person,) = cast.audiences["candidate"]
        openid, book = providers.wechat.openid("wei"), providers.wechat.notices
        await service.deliver(reached(service, PersonId(person), PHONE, version=2, openid=openid))
        async with service.database.transaction() as tx:
            await tx.execute("UPDATE known_person SET language = $2 WHERE person_id = $1", person, language)
        book.needs_consent, book.templates = True, {one: set(fields) for one, fields in ids.items()}
        copy = another_copy(service)
        wanted = await consented(copy, book, person, openid)
        channel = copy_of(service, providers)
        deps = replace(copy.deps, wechat=channel)
        for key in _BY_WECHAT:
            await copy.deliver(cast.event(key))
        service.clock.advance(timedelta(minutes=5))
        for _ in range(12):
            await deliver_due(deps)
        states = await fetch(service, "SELECT state, outcome_code FROM delivery WHERE channel = 'wechat'")
        assert sorted(row["state"] for row in states) == ["failed"] + ["sent"] * (len(_BY_WECHAT) - 1), states
        assert {row["outcome_code"] for row in states} == {"0", "no_consent"}
        assert len(book.taken) == sum(wanted.values()) == len(_BY_WECHAT) - 1
        assert {body["lang"] for body in book.taken} == {"zh_CN" if language == "zh" else "en_US"}
        said = str([body["data"] for body in book.taken])
        assert ("请等待单位考核和备案" in said, "Wait for filing" in said) == (language == "zh", language == "en")
        await channel.close()


async def consented(service: ServiceUnderTest, book: Any, person: UUID, openid: str) -> dict[str, int]:
    """A consent for each notice that will go, but one; how many by template."""
    wanted: dict[str, int] = {}
    for key in _BY_WECHAT[1:]:
        (row,) = await fetch(
            service, "SELECT template_key FROM notification_rule WHERE event_type = $1 AND audience = 'candidate'", key
        )
        async with service.database.transaction() as tx:
            _, content = await templates.select_content(tx, row["template_key"])
            template_id = str(content.wechat_template_id)
            await consents.insert_given(tx, person, [template_id], service.clock.now())
        book.agree(openid, template_id)
        wanted[template_id] = wanted.get(template_id, 0) + 1
    return wanted


@pytest.mark.requirement("M4")
@pytest.mark.parametrize(
    ("key", "language", "subject", "parts"),
    [
        ("declaration.approved.v1", "zh", "申报审核通过", ("D2027-000123", "下一步由单位考核", "/open/declaration/")),
        (
            "declaration.returned.v1",
            "en",
            "Declaration returned",
            ("item by item", "needs no answer", "/open/declarat"),
        ),
        ("declaration.draft_reminded.v1", "zh", "申报尚未提交", ("申报截止 2027-01-15 09:30", "回执编号", "请勿回复")),
        ("institution.binding_changed.v1:refuse", "en", "Request refused", ("with its code", "/open/binding/")),
        ("declaration.cycle_dates_announced.v1", "zh", "申报时间安排有调整", ("2027-01-22 09:30", "/open/cycle/")),
        ("declaration.evaluation_recorded.v1", "en", "Evaluation recorded", ("before it files", "/open/evaluation/")),
    ],
)
@pytest.mark.parametrize("web_url", ["https://tiro.example/app/", None])
async def test_a_letter_says_what_to_do_next(
    serve: Serve,
    authority: ThrowawayAuthority,
    key: str,
    language: str,
    subject: str,
    parts: tuple[str, ...],
    web_url: str | None,
) -> None:
    """From the event over a real mail server: what happened, what to do, the way there, and that it needs no answer;
    one letter, to who chose it (the other candidate of the scene did too, and is not meant). No address where there is
    no web client."""
    known = {} if web_url is None else {"WEB_URL": web_url}
    service = await serve("notification", morning(), SMS__ENDPOINT="http://127.0.0.1:9", **known)
    cast = await Cast(service).enter()
    (person,) = cast.audiences["candidate"]
    async with service.database.transaction() as tx:
        await tx.execute("UPDATE known_person SET language = $2 WHERE person_id = $1", person, language)
    event = cast.event(key)
    await service.deliver(event)
    service.clock.advance(timedelta(minutes=5))
    async with running_mail_server("tls", authority.issue(HERE)) as server:
        await deliver_due(replace(service.deps, letters=letters(server, authority, security="tls")))
    ((to, arrived),) = server.letters
    assert (to, arrived["Subject"]) == (_ADDRESS, subject)
    plain = arrived.get_body(("plain",))
    assert plain is not None
    text = plain.get_content()
    assert [part for part in parts if part not in text and (web_url or "/open/" not in part)] == []
    assert ("https://tiro.example/app/open/" in text) == (web_url is not None)
    assert "http" in text if web_url else "http" not in text
    assert PHONE not in text
    assert "{" not in text
