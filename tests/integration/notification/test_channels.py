"""One notice over several channels: WeChat with a consent, else the text in reserve, and the inbox always."""

import asyncio
from collections import deque
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg
import pytest

from services.notification.channels.wechat_notice import WechatNotice
from services.notification.delivering import _LEASE, _deliver_batch
from services.notification.dependencies import Dependencies
from services.notification.domain.delivery import Outcome, Verdict
from services.notification.storage import allotments, consents, deliveries
from services.notification.use_cases.settle_delivery import settle_delivery
from shared.clock import FrozenClock
from shared.contracts.identity import CredentialChanged
from shared.ids import PersonId, new_id
from shared.postgres.transaction import Transaction
from tests.integration.notification.sms_providers import approval, contact
from tests.support.service_under_test import Serve, ServiceUnderTest

TEMPLATE = "tmpl-approved"
PHONE = "19900003000"
_REFUSED = Outcome(Verdict.FALL_BACK, "43101")
_RECONCILE = timedelta(minutes=10)
_SET_UP = (
    "UPDATE notification_rule SET wechat = true, email = true, sms = true WHERE audience = 'candidate'",
    f"""UPDATE message_template SET wechat_template_id = '{TEMPLATE}', email_subject = '申报结果',
        wechat_fields = '{{"thing1": "{{institution_name}}"}}' WHERE key IN ('approved', 'wechat_linked')""",
)


@dataclass
class Wechat:
    """What stands for WeChat behind the port: answers by script, else takes the notice."""

    script: deque[Outcome] = field(default_factory=deque)
    taken: list[WechatNotice] = field(default_factory=list)

    async def send(self, notice: WechatNotice) -> Outcome:
        """As scripted."""
        outcome = self.script.popleft() if self.script else Outcome(Verdict.SENT, "0")
        if outcome.verdict in (Verdict.SENT, Verdict.UNKNOWN):
            self.taken.append(notice)
        return outcome

    async def close(self) -> None:
        """Nothing to give up."""


@dataclass(frozen=True, slots=True)
class Channels:
    """The service with WeChat, nobody at the SMS provider's address (a text that goes shows as `unknown`)."""

    service: ServiceUnderTest
    deps: Dependencies
    wechat: Wechat

    async def person(self, *, consented: int = 0, openid: str | None = "o-1", email: str | None = None) -> PersonId:
        """Somebody who can be reached, with consents to the template."""
        person = PersonId(new_id())
        await contact(self.service, person, PHONE, openid, email)
        async with self.service.database.transaction() as tx:
            for _ in range(consented):
                await consents.insert_given(tx, person, [TEMPLATE], self.service.clock.now())
        return person

    async def batch(self, times: int = 1) -> None:
        """The sending loop."""
        for _ in range(times):
            await _deliver_batch(self.deps)

    async def states(self, person: UUID) -> dict[str, str]:
        """Channel -> state of the one notice to a person."""
        rows = await self.rows("SELECT channel, state FROM delivery WHERE recipient_id = $1", person)
        return {row["channel"]: row["state"] for row in rows}

    async def rows(self, query: str, *values: Any) -> list[Any]:
        """What the database says."""
        async with self.service.database.read() as reader:
            return list(await reader.fetch(query, *values))

    async def left(self, person: UUID) -> int:
        """Consents that are left."""
        rows = await self.rows("SELECT remaining FROM wechat_consent WHERE person_id = $1", person)
        return int(rows[0]["remaining"]) if rows else 0


async def channels(serve: Serve) -> Channels:
    """At nine in the morning of a working day."""
    clock = FrozenClock(datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai")))
    service: ServiceUnderTest = await serve("notification", clock, SMS__ENDPOINT="http://127.0.0.1:9")
    async with service.database.transaction() as tx:
        for statement in _SET_UP:
            await tx.execute(statement)
    wechat = Wechat()
    return Channels(service, replace(service.deps, wechat=wechat), wechat)


async def test_with_a_consent_the_notice_goes_by_wechat_and_the_text_is_saved(serve: Serve) -> None:
    """Its fields are filled in, the consent is spent, the reserve is dismissed, and the inbox has the message."""
    box = await channels(serve)
    person = await box.person(consented=1)
    await approval(box.service, person)
    assert await box.states(person) == {"wechat": "pending", "sms": "reserve"}
    await box.batch(3)
    assert await box.states(person) == {"wechat": "sent", "sms": "expired"}
    (notice,) = box.wechat.taken
    assert (notice.openid, notice.template_id) == ("o-1", TEMPLATE)
    assert notice.fields == {"thing1": "江岸区虚构医院"}
    assert await box.left(person) == 0
    assert len(await box.rows("SELECT 1 FROM message WHERE recipient_id = $1", person)) == 1


@pytest.mark.parametrize(
    ("consented", "openid", "script", "expected"),
    [
        (0, "o-1", (), {"wechat": "failed", "sms": "unknown"}),
        (2, "o-1", (_REFUSED,), {"wechat": "failed", "sms": "unknown"}),
        (1, "o-1", (Outcome(Verdict.GIVE_UP, "40003"),), {"wechat": "failed", "sms": "unknown"}),
        (1, None, (), {"sms": "unknown"}),
    ],
    ids=["no consent", "43101", "openid refused", "no openid"],
)
async def test_who_is_not_reached_by_wechat_gets_the_text(
    serve: Serve, consented: int, openid: str | None, script: tuple[Outcome, ...], expected: dict[str, str]
) -> None:
    """One text, at the next look; the inbox has the message in any case. After 43101 no consent counts."""
    box = await channels(serve)
    person = await box.person(consented=consented, openid=openid)
    box.wechat.script.extend(script)
    await approval(box.service, person)
    await box.batch(3)
    assert await box.states(person) == expected
    assert box.wechat.taken == []
    assert (await box.rows("SELECT attempts FROM delivery WHERE channel = 'sms'"))[0]["attempts"] == 1
    assert len(await box.rows("SELECT 1 FROM message WHERE recipient_id = $1", person)) == 1
    if script == (_REFUSED,):
        assert await box.left(person) == 0


@pytest.mark.requirement("M10")
async def test_a_wechat_notice_of_unknown_fate_is_followed_by_nothing(serve: Serve) -> None:
    """Nobody can be asked for it: it does not go again, no text goes beside it, and after a day both are closed. The
    inbox has it."""
    box = await channels(serve)
    person = await box.person(consented=3)
    box.wechat.script.append(Outcome(Verdict.UNKNOWN, "no_answer"))
    await approval(box.service, person)
    for _ in range(4):
        await box.batch()
        box.service.clock.advance(_RECONCILE)
    assert await box.states(person) == {"wechat": "unknown", "sms": "reserve"}
    box.service.clock.advance(timedelta(days=1))
    await box.service.reconcile("look-at-sends")
    await box.batch(2)
    assert await box.states(person) == {"wechat": "failed", "sms": "expired"}
    assert (len(box.wechat.taken), await box.left(person)) == (1, 2)


async def test_a_busy_wechat_spends_one_consent_over_all_tries(serve: Serve) -> None:
    """A notice that is tried again needs no second consent."""
    box = await channels(serve)
    person = await box.person(consented=2)
    box.wechat.script.append(Outcome(Verdict.RETRY, "-1"))
    await approval(box.service, person)
    await box.batch()
    box.service.clock.advance(timedelta(minutes=1))
    await box.batch()
    assert await box.states(person) == {"wechat": "sent", "sms": "expired"}
    assert await box.left(person) == 1


async def test_one_consent_is_one_message_also_with_two_senders(serve: Serve) -> None:
    """Six notices to a person, two consents, three senders at once: two go by WeChat, four as texts."""
    box = await channels(serve)
    person = await box.person(consented=2)
    for _ in range(6):
        await approval(box.service, person)
    await asyncio.gather(*(box.batch() for _ in range(3)))
    await box.batch(2)
    assert len(box.wechat.taken) == 2
    found = await box.rows("SELECT channel, state, count(*) AS n FROM delivery GROUP BY 1, 2")
    assert {(row["channel"], row["state"]): row["n"] for row in found} == {
        ("wechat", "sent"): 2,
        ("wechat", "failed"): 4,
        ("sms", "expired"): 2,
        ("sms", "unknown"): 4,
    }


async def test_control_a_consent_that_is_not_locked_is_spent_twice(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: two senders look before either has spent; without the lock both are granted the one consent,
    and only the table's own check stops the second."""
    box = await channels(serve)
    person = await box.person(consented=1)
    monkeypatch.setattr(consents, "_LOCK", consents._LOCK.replace("FOR UPDATE", ""))
    both_looked = asyncio.Barrier(2)

    async def spend() -> set[UUID]:
        async with box.service.database.transaction() as tx:
            await tx.fetchval("SELECT 1")
            rows = await tx.fetch(consents._LOCK, [person], [TEMPLATE])
            await both_looked.wait()
            assert rows[0]["remaining"] == 1
            return await consents.spend(tx, [(new_id(), person, TEMPLATE)])

    found = await asyncio.gather(spend(), spend(), return_exceptions=True)
    granted = [one for one in found if isinstance(one, set) and one]
    refused = [one for one in found if isinstance(one, asyncpg.CheckViolationError)]
    assert len(granted) == 2 or len(refused) == 1


async def _claimed_wechat(box: Channels) -> deliveries.Delivery:
    async with box.service.database.transaction() as tx:
        (claimed,) = await deliveries.claim_pending(tx, box.service.clock.now(), _LEASE, 1)
    return claimed


async def _settle_refused(tx: Transaction, box: Channels, claimed: deliveries.Delivery) -> None:
    await settle_delivery(tx, claimed, _REFUSED, box.service.clock.now(), _RECONCILE)


async def _late_answers(box: Channels) -> PersonId:
    """A sender is killed between claim and settling; its answer is written twice, late, with a text sent in between."""
    person = await box.person(consented=1)
    await approval(box.service, person)
    claimed = await _claimed_wechat(box)
    box.service.clock.advance(_LEASE)
    await box.batch()
    assert await box.states(person) == {"wechat": "unknown", "sms": "reserve"}
    for _ in range(2):
        async with box.service.database.transaction() as tx:
            await _settle_refused(tx, box, claimed)
        await box.batch()
    return person


@pytest.mark.requirement("M10")
async def test_a_reserve_goes_exactly_once_however_often_its_notice_is_settled(serve: Serve) -> None:
    """The text was handed over once, though two senders wrote the same end of the WeChat notice."""
    box = await channels(serve)
    person = await _late_answers(box)
    assert await box.states(person) == {"wechat": "failed", "sms": "unknown"}
    assert (await box.rows("SELECT attempts FROM delivery WHERE channel = 'sms'"))[0]["attempts"] == 1


@pytest.mark.requirement("M10")
async def test_control_a_reserve_without_its_state_goes_twice(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: released whatever its state is, the same text is handed over a second time."""
    box = await channels(serve)
    careless = allotments._RELEASE.replace("state = 'reserve'", "channel = 'sms'")
    monkeypatch.setattr(allotments, "_RELEASE", careless)
    await _late_answers(box)
    assert (await box.rows("SELECT attempts FROM delivery WHERE channel = 'sms'"))[0]["attempts"] == 2


async def test_a_crash_between_the_end_of_a_notice_and_its_reserve_leaves_neither(serve: Serve) -> None:
    """Both are written in one transaction: one that is torn off changes nothing, the next one changes both."""
    box = await channels(serve)
    person = await box.person()
    await approval(box.service, person)
    claimed = await _claimed_wechat(box)

    async def torn_off() -> None:
        async with box.service.database.transaction() as tx:
            await _settle_refused(tx, box, claimed)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await torn_off()
    assert await box.states(person) == {"wechat": "sending", "sms": "reserve"}
    async with box.service.database.transaction() as tx:
        await _settle_refused(tx, box, claimed)
    assert await box.states(person) == {"wechat": "failed", "sms": "pending"}


async def test_warnings_go_to_the_phone_at_once(serve: Serve) -> None:
    """A thief may have linked a WeChat of his own: what warns of him does not wait for it, whatever is chosen."""
    box = await channels(serve)
    person = await box.person(consented=1)
    linked = CredentialChanged(
        occurred_at=box.service.clock.now(), aggregate_version=2, person_id=person, kind="wechat", change="linked"
    )
    await box.service.deliver(linked)
    assert await box.states(person) == {"sms": "pending"}


async def test_a_person_chooses_channels_and_the_inbox_stays(serve: Serve) -> None:
    """Without texts and WeChat, with e-mail: one letter; what was chosen for another category changes nothing."""
    box = await channels(serve)
    person = await box.person(consented=1, email="li@example.invalid")
    caller = box.service.caller("candidate", id=person)
    body = {"category": "declaration", "wechat": False, "sms": False, "email": True}
    other = {"category": "filing", "wechat": True, "sms": False, "email": False}
    assert (await caller.put("/channel-preferences", body)).status == 200
    assert (await caller.put("/channel-preferences", other)).status == 200
    await approval(box.service, person)
    assert await box.states(person) == {"email": "pending"}
    assert len(await box.rows("SELECT 1 FROM message WHERE recipient_id = $1", person)) == 1
    shown = (await caller.get("/channel-preferences")).body["preferences"]
    chosen = next(one for one in shown if one["category"] == "declaration")
    assert chosen == {**body, "changeable": True}
    unasked = next(one for one in shown if one["category"] == "binding")
    assert (unasked["wechat"], unasked["sms"], unasked["email"]) == (True, True, False)


async def test_security_notices_are_nobodys_choice(serve: Serve) -> None:
    """The category of the account is refused with what to do instead, and shown as fixed."""
    box = await channels(serve)
    caller = box.service.caller("candidate")
    body = {"category": "account", "wechat": False, "sms": False, "email": False}
    refused = await caller.put("/channel-preferences", body)
    assert (refused.status, refused.code) == (422, "channel_not_a_choice")
    shown = (await caller.get("/channel-preferences")).body["preferences"]
    assert [one["category"] for one in shown if not one["changeable"]] == ["account"]


async def test_consents_are_reported_by_the_mini_program(serve: Serve) -> None:
    """An accepted template counts one, also when the report is repeated under its key; a refused one counts nothing, an
    unknown one is an error, and others' consents are not shown."""
    box = await channels(serve)
    person = PersonId(new_id())
    caller = box.service.caller("candidate", id=person)
    accepted = {"answers": [{"template_id": TEMPLATE, "answer": "accept"}]}
    for _ in range(2):
        told = await caller.post("/wechat-consents", accepted, key="8d0f9bb0-8d7c-4e4f-9d5c-000000000001")
        assert told.body == {"consents": [{"template_id": TEMPLATE, "remaining": 1}]}
    await caller.post("/wechat-consents", {"answers": [{"template_id": TEMPLATE, "answer": "reject"}]})
    assert await box.left(person) == 1
    unknown = await caller.post("/wechat-consents", {"answers": [{"template_id": "tmpl-old", "answer": "accept"}]})
    assert (unknown.status, unknown.code) == (422, "wechat_template_unknown")
    other = await box.service.caller("candidate").get("/wechat-consents")
    assert other.body == {"consents": [{"template_id": TEMPLATE, "remaining": 0}]}
