"""One notice over several channels: WeChat with a consent, else the text in reserve, and the inbox always."""

import asyncio
from datetime import timedelta
from uuid import UUID

import asyncpg
import pytest
from structlog.testing import capture_logs

from services.notification.domain.delivery import Outcome, Verdict
from services.notification.domain.preference import Channels as Preference
from services.notification.lanes import LEASE
from services.notification.storage import allotments, consents, deliveries, preferences
from services.notification.use_cases.settle_delivery import settle_delivery
from shared.ids import PersonId, new_id
from shared.postgres.transaction import Transaction
from tests.integration.notification.email_codes import issue_email_code
from tests.integration.notification.sms_providers import approval
from tests.integration.notification.wechat_channel import PHONE, SHOWN, TEMPLATE, Channels, channels
from tests.support.service_under_test import Serve

_REFUSED = Outcome(Verdict.FALL_BACK, "43101")
_RECONCILE = timedelta(minutes=10)


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
        (0, "o-1", (), {"wechat": "failed", "sms": "not_reached"}),
        (2, "o-1", (_REFUSED,), {"wechat": "failed", "sms": "not_reached"}),
        (1, "o-1", (Outcome(Verdict.GIVE_UP, "40003"),), {"wechat": "failed", "sms": "not_reached"}),
        (1, None, (), {"sms": "not_reached"}),
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


@pytest.mark.requirement("V5")
@pytest.mark.parametrize(("listed", "text"), [(False, "withheld"), (True, "not_reached")])
async def test_on_trial_nothing_but_texts_to_listed_numbers_goes(serve: Serve, listed: bool, text: str) -> None:
    """WeChat and mail are withheld before a consent is spent. The text in reserve goes where its number is on the list;
    else it is withheld too, at once, and is still when the trial has ended. Control: the next notice goes by WeChat."""
    box = await channels(serve)
    zone = box.service.caller("zone_admin")
    await zone.put("/sending-limits/trial", {"is_on": True})
    if listed:
        await zone.post("/sending-limits/trial-numbers", {"phone": PHONE, "listed": True})
    person = await box.person(consented=1, email="chen@mail.example")
    async with box.service.database.transaction() as tx:
        everything = Preference(wechat=True, sms=True, email=True)
        await preferences.upsert(tx, person, "declaration", everything, box.service.clock.now())
    await approval(box.service, person)
    await box.batch(3)
    await zone.put("/sending-limits/trial", {"is_on": False})
    await box.batch(2)
    assert await box.states(person) == {"wechat": "withheld", "email": "withheld", "sms": text}
    found = await box.rows("SELECT outcome_code, attempts FROM delivery WHERE state = 'withheld'")
    assert {tuple(row) for row in found} == {("trial", 0)}
    assert (box.wechat.taken, await box.left(person)) == ([], 1)
    await approval(box.service, person)
    await box.batch()
    assert (len(box.wechat.taken), await box.left(person)) == (1, 0)


@pytest.mark.requirement("V5")
async def test_on_trial_no_code_goes_by_mail(serve: Serve) -> None:
    """It is withheld like a letter, its code is forgotten, and it does not go when the trial has ended; what is
    withheld stands in the log by its id, without the address. Control: the next code goes."""
    box = await channels(serve)
    zone = box.service.caller("zone_admin")
    await zone.put("/sending-limits/trial", {"is_on": True})
    await issue_email_code(box.service, "chen@mail.example")
    person = await box.person(openid=None, email="wang@mail.example")
    async with box.service.database.transaction() as tx:
        only = Preference(wechat=False, sms=False, email=True)
        await preferences.upsert(tx, person, "declaration", only, box.service.clock.now())
    await approval(box.service, person)
    with capture_logs() as logs:
        await box.batch(2)
    await zone.put("/sending-limits/trial", {"is_on": False})
    await box.batch()
    found = await box.rows("SELECT id, state, outcome_code, attempts, secret_event FROM delivery")
    assert [tuple(row)[1:] for row in found] == [("withheld", "trial", 0, None)] * 2
    said = [(one["delivery_id"], one["state"], one["why"]) for one in logs if one["event"] == "delivery_held"]
    assert sorted(said) == sorted((str(row["id"]), "withheld", "trial") for row in found)
    assert "mail.example" not in str(logs)
    assert box.letters.taken == []
    await issue_email_code(box.service, "chen@mail.example")
    await box.batch()
    assert [one.address for one in box.letters.taken] == ["chen@mail.example"]


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


@pytest.mark.requirement("V64")
async def test_what_is_sent_again_says_what_the_first_said(serve: Serve) -> None:
    """A WeChat notice and a letter that failed for good, sent again by hand and then again: both are taken each time
    with their words filled in."""
    box = await channels(serve)
    person = await box.person(consented=3, email="chen@mail.example")
    async with box.service.database.transaction() as tx:
        await preferences.upsert(tx, person, "declaration", Preference(True, True, True), box.service.clock.now())
    for script in (box.wechat.script, box.letters.script):
        script.append(Outcome(Verdict.GIVE_UP, "refused"))
    await approval(box.service, person)
    await box.batch()
    zone = box.service.caller("zone_admin", scope_id=new_id())
    for row in await box.rows("SELECT id, channel FROM delivery WHERE channel <> 'sms' AND state = 'failed'"):
        made = await zone.post(f"/deliveries/{row['id']}/resends", {"reason": "provider_fault"})
        assert made.status == 201, made.body
        await box.batch()
        again = await zone.post(f"/deliveries/{made.body['id']}/resends", {"reason": "not_received"})
        assert again.status == 201, again.body
        await box.batch()
    notices, letters = box.wechat.taken, box.letters.taken
    assert [(one.openid, one.fields) for one in notices] == [("o-1", {"thing1": "江岸区虚构医院"})] * 2
    assert [(one.address, "江岸区虚构医院" in one.body) for one in letters] == [("chen@mail.example", True)] * 2


async def test_one_consent_is_one_message_also_with_two_senders(serve: Serve) -> None:
    """Six notices to a person, two consents, three senders at once: two go by WeChat, four as texts."""
    box = await channels(serve)
    person = await box.person(consented=2)
    for _ in range(6):
        await approval(box.service, person)
    await asyncio.gather(*(box.batch() for _ in range(3)))
    await box.batch(2)
    assert len(box.wechat.taken) == 2
    found = await box.rows(f"SELECT channel, {SHOWN} AS shown, count(*) AS n FROM delivery GROUP BY 1, 2")
    assert {(row["channel"], row["shown"]): row["n"] for row in found} == {
        ("wechat", "sent"): 2,
        ("wechat", "failed"): 4,
        ("sms", "expired"): 2,
        ("sms", "not_reached"): 4,
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
        (claimed,) = await deliveries.claim_notices("wechat", tx, box.service.clock.now(), LEASE, 1)
    return claimed


async def _settle_refused(tx: Transaction, box: Channels, claimed: deliveries.Delivery) -> None:
    await settle_delivery(tx, claimed, _REFUSED, box.service.clock.now(), _RECONCILE)


async def _late_answers(box: Channels) -> PersonId:
    """A sender is killed between claim and settling; its answer is written twice, late, with a text sent in between."""
    person = await box.person(consented=1)
    await approval(box.service, person)
    claimed = await _claimed_wechat(box)
    box.service.clock.advance(LEASE)
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
    assert await box.states(person) == {"wechat": "failed", "sms": "not_reached"}
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
