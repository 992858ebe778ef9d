"""Figures about deliveries: what became of them, how fast, and that reading them costs what their span costs."""

from datetime import timedelta

import pytest

from services.notification.delivering import deliver_due
from services.notification.domain.delivery import Outcome, Verdict
from services.notification.storage import delivery_figures, done_deliveries
from shared.clock import FrozenClock, SystemClock
from shared.ids import PersonId, new_id
from tests.integration.declaration.risk.test_plans import owner
from tests.integration.notification.email_codes import issue_email_code
from tests.integration.notification.sms_providers import approval
from tests.integration.notification.test_delivering import mailbox
from tests.integration.notification.test_running import approved, over, reached_at, to_mailbox
from tests.integration.notification.wechat_channel import channels
from tests.support.engines import Engines
from tests.support.service_under_test import Serve, ServiceUnderTest

__all__ = ["mailbox"]
_FILL = """
INSERT INTO message (recipient_id, event_id, template_key, template_version, parameters, created_at, category)
SELECT gen_random_uuid(), gen_random_uuid(), 'approved', 1, '{}', now() - n * interval '1 hour', 'declaration'
FROM generate_series(1, 20000) n
"""


@pytest.mark.requirement("G3")
async def test_figures_tell_what_became_of_texts_and_how_fast(serve: Serve, mailbox: str) -> None:
    """Per day, channel and template, and for the whole span: how many were made, handed over, failed or are unknown, as
    shares, and the seconds to the hand-over in the middle and at the slow end."""
    clock = FrozenClock(SystemClock().now())
    service = await serve("notification", clock, **to_mailbox(mailbox))
    people = [PersonId(new_id()) for _ in range(4)]
    for number, person in enumerate(people[:3]):
        await reached_at(service, person, f"1990000071{number}", 1)
    await approved(service, people[0])
    await approved(service, people[1])
    clock.advance(timedelta(seconds=3))
    await deliver_due(service.deps)
    await approved(service, people[2])
    clock.advance(timedelta(seconds=9))
    await deliver_due(service.deps)
    await over(service)
    zone = service.caller("zone_admin", scope_id=new_id())
    figures = (await zone.get("/statistics/deliveries")).body
    found = {(one["channel"], one["provider"]): one for one in figures["channels"]}
    sms, nowhere = found["sms", "aliyun"], found["sms", None]
    assert (sms["made"], sms["handed"], sms["failed"], sms["unknown"]) == (3, 3, 0, 0)
    assert (nowhere["made"], nowhere["handed"], nowhere["failed"], nowhere["failed_share"]) == (1, 0, 1, 1.0)
    assert (sms["seconds_p50"], sms["seconds_p99"]) == (3.0, 9.0)
    assert (found["in_app", None]["delivered"], found["in_app", None]["seconds_p50"]) == (4, None)
    assert {(one["channel"], one["kind"]) for one in figures["days"]} == {("sms", "approved"), ("in_app", "approved")}
    assert sum(one["made"] for one in figures["days"] if one["channel"] == "sms") == 4
    assert (await zone.get("/statistics/deliveries?first=2020-01-01&last=2020-01-02")).body["channels"] == []
    assert (await zone.get("/statistics/deliveries?first=2026-01-01&last=2026-12-31")).code == "span_invalid"


@pytest.mark.requirement("G3")
async def test_what_never_was_to_go_is_no_failure(serve: Serve) -> None:
    """Of three people one is told by WeChat, so that the text is not needed; of one it is not known whether WeChat told
    them, so that the text stays in reserve; one is not reached and gets the text. Only that text counts."""
    box = await channels(serve)
    for outcome in (Outcome(Verdict.SENT, "0"), Outcome(Verdict.UNKNOWN, "no_answer"), Outcome(Verdict.GIVE_UP, "1")):
        box.wechat.script.append(outcome)
        await approval(box.service, await box.person(consented=1))
        await box.batch(2)
    found = await _counts(box.service)
    assert found["wechat", "wechat"] == (3, 1, 1, 1)
    assert {key: counts for key, counts in found.items() if key[0] == "sms"} == {("sms", "aliyun"): (1, 0, 0, 0)}
    box.service.clock.advance(timedelta(days=2))
    await box.service.reconcile("look-at-sends")
    assert {key for key in await _counts(box.service) if key[0] == "sms"} == {("sms", "aliyun")}


@pytest.mark.requirement("G3")
async def test_a_code_counts_when_it_was_issued(serve: Serve) -> None:
    """Codes that were issued before midnight and heard of after it count on the day before, as notices do; their
    seconds begin with their event; what was issued the day after is not among them."""
    box = await channels(serve)
    midnight = box.service.clock.now().replace(hour=0)
    box.service.clock.advance(midnight + timedelta(seconds=4) - box.service.clock.now())
    await issue_email_code(box.service, "chen@mail.example", at=midnight - timedelta(seconds=2))
    await issue_email_code(box.service, "wang@mail.example", at=midnight + timedelta(seconds=1))
    await box.batch()
    async with box.service.database.read() as reader:
        found = await delivery_figures.select(reader, midnight - timedelta(days=1), midnight + timedelta(days=1))
        before = await done_deliveries.select_statistics(reader, midnight)
    days = {one.day: (one.made, one.handed, one.p50) for one in found if one.day is not None}
    assert days == {midnight.date() - timedelta(days=1): (1, 1, 6.0), midnight.date(): (1, 1, 3.0)}
    assert before == [("email", "sent", 1), ("in_app", "sent", 0)]


async def _counts(service: ServiceUnderTest) -> dict[tuple[str, str | None], tuple[int, ...]]:
    """(channel, provider) -> made, handed over, failed, unknown, of two days and some."""
    now = service.clock.now()
    async with service.database.read() as reader:
        found = await delivery_figures.select(reader, now - timedelta(days=3), now + timedelta(seconds=1))
    spans = [one for one in found if one.day is None]
    return {(one.channel, one.provider): (one.made, one.handed, one.failed, one.unknown) for one in spans}


@pytest.mark.requirement("G3")
async def test_a_day_is_read_by_index(serve: Serve, engines: Engines) -> None:
    """Among messages of two years those of a day are counted without reading the others. Control: without the index all
    are read."""
    service = await serve("notification")
    until = SystemClock().now()
    since = until - timedelta(days=1)
    asked = ((delivery_figures._SELECT, (since, until)), (done_deliveries._STATISTICS, (since,)))
    async with owner(engines, service.database_name, "notification") as connection:
        await connection.execute(_FILL)
        await connection.execute("ANALYZE message")
        for reads_all in (False, True):
            for statement, values in asked:
                plan = await connection.fetch(f"EXPLAIN {statement}", *values)
                assert any("Seq Scan on message" in row["QUERY PLAN"] for row in plan) is reads_all, plan
            await connection.execute("DROP INDEX IF EXISTS ix__message__created_at")
