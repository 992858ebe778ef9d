"""Texts that do not go, or not now: night, quotas, trial, numbers that take none, numbers that are simulated (V5)."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.notification.channels.aliyun_sms import AliyunSms
from services.notification.delivering import deliver_due
from services.notification.domain.quiet_hours import is_quiet, morning_after
from services.notification.sending import send
from services.notification.storage.number_index import number_index
from shared.clock import SHANGHAI
from shared.contracts.declaration_evaluation import FullYearReminded
from shared.contracts.identity import PhoneChanged
from shared.ids import DeclarationId, EvaluationId, InstitutionId, PersonId, new_id
from shared.security.sealing import seal_for_event
from tests.integration.notification.receipts import PHONE, SECRET, aliyun, in_flight, sent_notice, served, tell
from tests.integration.notification.test_delivering import ACCOUNT, _issue_code, _letters, _settings, mailbox
from tests.support.service_under_test import Serve, ServiceUnderTest

__all__ = ["mailbox"]
pytestmark = pytest.mark.requirement("V5")
OTHER = "19900000032"


async def sending(serve: Serve, mailbox: str, **settings: str) -> ServiceUnderTest:
    """The service before the mailbox, at noon."""
    return await served(
        serve,
        SMS__ENDPOINT=mailbox,
        SMS__ACCESS_KEY_ID=ACCOUNT.key_id,
        SMS__ACCESS_KEY_SECRET=ACCOUNT.key_secret,
        **settings,
    )


async def rows(service: ServiceUnderTest) -> list[tuple[Any, ...]]:
    """(state, code) of all deliveries, oldest first."""
    async with service.database.read() as reader:
        found = await reader.fetch("SELECT state, outcome_code FROM delivery ORDER BY created_at, next_at")
    return [tuple(row) for row in found]


async def run(service: ServiceUnderTest, *statements: str) -> None:
    """Settings rows, as an operator writes them."""
    async with service.database.transaction() as tx:
        for statement in statements:
            await tx.execute(statement)


def night(service: ServiceUnderTest) -> datetime:
    """Move to eleven in the evening; that moment."""
    service.clock.advance(timedelta(hours=11))
    now: datetime = service.clock.now()
    return now


@pytest.mark.parametrize(
    ("hour", "minute", "quiet"), [(20, 59, False), (21, 0, True), (0, 0, True), (7, 59, True), (8, 0, False)]
)
def test_the_night_is_shanghais(hour: int, minute: int, quiet: bool) -> None:
    """From nine in the evening to eight in the morning, to the minute; the morning is always still to come."""
    now = datetime(2027, 1, 5, hour, minute, tzinfo=SHANGHAI)
    assert is_quiet(now) is quiet
    assert morning_after(now).day == (5 if hour < 8 else 6)
    assert morning_after(now) > now


async def test_at_night_notices_wait_in_order_and_go_spread_in_the_morning(serve: Serve, mailbox: str) -> None:
    """Three notices of one night, made in turn, go one a minute from eight on, in the order they were made."""
    service = await sending(serve, mailbox, SENDING__QUIET_HOURS="true", SENDING__MORNING_PER_MINUTE="1")
    night(service)
    phones = ["19900000041", "19900000042", "19900000043"]
    for phone in phones:
        await tell(service, phone)
        service.clock.advance(timedelta(seconds=1))
        await deliver_due(service.deps)
    assert await rows(service) == [("pending", "quiet_hours")] * 3
    service.clock.advance(morning_after(service.clock.now()) - service.clock.now())
    arrived = []
    for _ in range(3):
        service.clock.advance(timedelta(minutes=1))
        await deliver_due(service.deps)
        arrived.append([len(await _letters(mailbox, phone)) for phone in phones])
    assert arrived == [[1, 0, 0], [1, 1, 0], [1, 1, 1]]


async def test_control_without_quiet_hours_they_go_at_night(serve: Serve, mailbox: str) -> None:
    """Negative control: the same notice with the night switched off is on the phone."""
    service = await sending(serve, mailbox, SENDING__QUIET_HOURS="false")
    night(service)
    await tell(service, "19900000044")
    await deliver_due(service.deps)
    assert len(await _letters(mailbox, "19900000044")) == 1


async def test_one_that_was_claimed_meanwhile_is_put_back(serve: Serve, mailbox: str) -> None:
    """A notice that slipped in between the two looks is stopped before it is handed over, and it was no attempt."""
    service = await sending(serve, mailbox, SENDING__QUIET_HOURS="true")
    night(service)
    claimed = await in_flight(service, "19900000045")
    await send(service.deps, claimed, [])
    assert await _letters(mailbox, "19900000045") == []
    async with service.database.read() as reader:
        assert await reader.fetchval("SELECT attempts FROM delivery WHERE state = 'pending'") == 0


async def _reminded(service: ServiceUnderTest, phone: str, days: int) -> None:
    person = await tell(service, phone)
    await run(service, "DELETE FROM delivery")
    event = FullYearReminded(
        occurred_at=service.clock.now(),
        aggregate_version=1,
        evaluation_id=EvaluationId(new_id()),
        declaration_id=DeclarationId(new_id()),
        person_id=person,
        institution_id=InstitutionId(new_id()),
        institution_name="江岸区虚构医院",
        number="D2027-000001",
        cycle_year=2027,
        step=days,
        days=days,
    )
    await service.deliver(event)


async def test_codes_security_and_last_days_go_at_night(serve: Serve, mailbox: str) -> None:
    """A code, the warning to an old number, and a deadline of tomorrow do not wait; one of next week does."""
    service = await sending(serve, mailbox, SENDING__QUIET_HOURS="true")
    night(service)
    await _reminded(service, "19900000046", 7)
    await deliver_due(service.deps)
    await _reminded(service, "19900000047", 1)
    await _issue_code(service, "19900000048")
    person = PersonId(new_id())
    place = f"{PhoneChanged.TYPE}.old_phone:{person}"
    old = seal_for_event(service.keyring, "contact", place, "19900000049")
    at = service.clock.now()
    changed = PhoneChanged(occurred_at=at, aggregate_version=1, person_id=person, old_phone=old, held_until=at)
    await service.deliver(changed)
    await deliver_due(service.deps)
    counts = [len(await _letters(mailbox, f"1990000004{number}")) for number in (6, 7, 8, 9)]
    assert counts == [0, 1, 1, 1]


async def test_a_last_day_sent_again_goes_at_night_too(serve: Serve, mailbox: str) -> None:
    """The deadline of tomorrow is as near when its text is sent again by hand."""
    service = await sending(serve, mailbox, SENDING__QUIET_HOURS="true")
    night(service)
    await _reminded(service, "19900000050", 1)
    await deliver_due(service.deps)
    async with service.database.read() as reader:
        delivery = await reader.fetchval("SELECT id FROM delivery")
    zone = service.caller("zone_admin", scope_id=new_id())
    assert (await zone.post(f"/deliveries/{delivery}/resends", {"reason": "not_received"})).status == 201
    await deliver_due(service.deps)
    assert len(await _letters(mailbox, "19900000050")) == 2


async def test_on_trial_only_listed_numbers_get_texts(serve: Serve, mailbox: str) -> None:
    """Others' texts are withheld, a code's too; the inbox has the message all the same."""
    service = await sending(serve, mailbox)
    await run(service, "UPDATE trial_mode SET is_on = true")
    async with service.database.transaction() as tx:
        listed = bytes(number_index(service.keyring, "19900000051"))
        await tx.execute("INSERT INTO trial_number VALUES ($1, now())", listed)
    person = await tell(service, "19900000050")
    await tell(service, "19900000051")
    await _issue_code(service, "19900000052")
    await deliver_due(service.deps)
    assert sorted(state for state, _ in await rows(service)) == ["sent", "withheld", "withheld"]
    assert [len(await _letters(mailbox, f"1990000005{n}")) for n in (0, 1, 2)] == [0, 1, 0]
    messages = await service.caller("candidate", id=person).get("/messages")
    assert [item["kind"] for item in messages.body["items"]] == ["approved"]
    async with service.database.read() as reader:
        assert await reader.fetchval("SELECT count(secret_event) FROM delivery") == 0


async def test_simulated_numbers_never_leave(serve: Serve, mailbox: str) -> None:
    """They count as delivered, and the provider never hears of them."""
    service = await sending(serve, mailbox, SENDING__SIMULATED_PREFIXES='["1990000"]')
    await tell(service, "19900000053")
    await tell(service, "19911110053")
    await deliver_due(service.deps)
    assert sorted(await rows(service)) == [("delivered", "simulated"), ("sent", "OK")]
    assert await _letters(mailbox, "19900000053") == []


async def _reported(service: ServiceUnderTest, delivery: Any, serial: str, code: str | None) -> None:
    body = [aliyun(delivery, serial, code is None, code)]
    answer = await service.anonymous().post(f"/provider-callbacks/aliyun/{SECRET}", body)
    assert answer.status == 200


@pytest.mark.requirement("V68")
async def test_a_number_that_takes_no_texts_gets_no_more_notices(serve: Serve, mailbox: str) -> None:
    """After a receipt that there is no such number the person reads of it once in the inbox, and further notices stay
    there; codes go on, another number gets notices at once, and a code that arrives lifts it."""
    service = await sending(serve, mailbox)
    person = await tell(service)
    await run(service, "DELETE FROM delivery")
    first = await sent_notice(service, "serial-1", person=person)
    await _reported(service, first, "serial-1", "MK:0001")
    await tell(service, person=person)
    await deliver_due(service.deps)
    assert sorted(await rows(service)) == [("failed", "number_unreachable"), ("undelivered", "MK:0001")]
    inbox = (await service.caller("candidate", id=person).get("/messages")).body["items"]
    assert [item["kind"] for item in inbox].count("number_unreachable") == 1
    assert "手机号" in next(item["body"] for item in inbox if item["kind"] == "number_unreachable")
    await tell(service, OTHER)
    await _issue_code(service, PHONE)
    await deliver_due(service.deps)
    assert [len(await _letters(mailbox, phone)) for phone in (PHONE, OTHER)] == [1, 1]
    async with service.database.read() as reader:
        (code,) = await reader.fetch("SELECT id, provider_id FROM delivery WHERE at_most_once")
    await _reported(service, code["id"], code["provider_id"], None)
    await tell(service, person=person)
    await deliver_due(service.deps)
    assert len(await _letters(mailbox, PHONE)) == 2


@pytest.mark.requirement("V68")
async def test_a_phone_that_was_off_is_tried_again(serve: Serve, mailbox: str) -> None:
    """Control: a failure that passes stops nothing."""
    service = await sending(serve, mailbox)
    person = await tell(service)
    await run(service, "DELETE FROM delivery")
    first = await sent_notice(service, "serial-1", person=person)
    await _reported(service, first, "serial-1", "UNDELIV")
    await tell(service, person=person)
    await deliver_due(service.deps)
    assert len(await _letters(mailbox, PHONE)) == 1


async def test_notices_beyond_a_quota_wait_for_the_next_day(serve: Serve, mailbox: str) -> None:
    """Two a day for what declarations cause: the third waits for midnight, and goes then."""
    service = await sending(serve, mailbox)
    await run(service, "INSERT INTO sms_quota VALUES ('service:declaration', 'day', 2)")
    for _ in range(3):
        await tell(service)
    for _ in range(2):
        await deliver_due(service.deps)
    assert sorted(await rows(service)) == [("pending", "quota"), ("sent", "OK"), ("sent", "OK")]
    service.clock.advance(timedelta(hours=11, minutes=59))
    await deliver_due(service.deps)
    assert [state for state, _ in await rows(service)].count("pending") == 1
    service.clock.advance(timedelta(minutes=2))
    await deliver_due(service.deps)
    assert await rows(service) == [("sent", "OK")] * 3


async def test_codes_beyond_the_minutes_budget_are_refused_with_an_alarm(
    serve: Serve, mailbox: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """The brake of the zone: two codes a minute, the third is refused and never goes; the next minute is free again."""
    service = await sending(serve, mailbox)
    await run(service, "UPDATE sms_quota SET most = 2 WHERE scope = 'codes'")
    for _ in range(3):
        await _issue_code(service, PHONE)
    for _ in range(2):
        await deliver_due(service.deps)
    assert sorted(await rows(service)) == [("failed", "quota"), ("sent", "OK"), ("sent", "OK")]
    assert "sms_code_refused" in "".join(capfd.readouterr())
    service.clock.advance(timedelta(minutes=1))
    await _issue_code(service, PHONE)
    await deliver_due(service.deps)
    assert len(await _letters(mailbox, PHONE)) == 3


async def test_notices_leave_the_last_of_the_zones_quota_to_codes(serve: Serve, mailbox: str) -> None:
    """Three a day of which two are kept: one notice goes, the second waits, a code goes."""
    service = await sending(serve, mailbox)
    await run(service, "UPDATE sms_quota SET most = 3, kept_for_codes = 2 WHERE scope = 'zone'")
    for _ in range(2):
        await tell(service)
    await deliver_due(service.deps)
    await _issue_code(service, PHONE)
    await deliver_due(service.deps)
    assert sorted(await rows(service)) == [("pending", "quota"), ("sent", "OK"), ("sent", "OK")]


async def test_a_notice_outlasts_an_account_that_is_refused_for_hours(serve: Serve, mailbox: str) -> None:
    """The only provider refuses everything for two hours: the notice waits still, and goes once the account works."""
    keys = {"SMS__ACCESS_KEY_ID": ACCOUNT.key_id, "SMS__ACCESS_KEY_SECRET": "another"}
    service = await served(serve, SMS__ENDPOINT=mailbox, **keys)
    await tell(service, "19900000046")
    for _ in range(24):
        await deliver_due(service.deps)
        service.clock.advance(timedelta(minutes=5))
    assert await rows(service) == [("pending", "SignatureDoesNotMatch")]
    right = AliyunSms(_settings(mailbox))
    service.clock.advance(timedelta(minutes=30))
    await deliver_due(replace(service.deps, sms={"aliyun": right}))
    await right.close()
    assert await rows(service) == [("sent", "OK")]
    assert len(await _letters(mailbox, "19900000046")) == 1
