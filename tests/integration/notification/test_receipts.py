"""Receipts of providers over real HTTP: forged, doubled, reordered, early, too many (V68)."""

import asyncio
from typing import Any

import pytest
from structlog.testing import capture_logs

from services.notification.delivering import deliver_due
from services.notification.domain.delivery import Outcome, Verdict
from services.notification.domain.provider_health import Try
from services.notification.jobs import match_receipts
from services.notification.lanes import LEASE
from services.notification.sending import send, settle
from services.notification.storage import deliveries
from shared.ids import new_id
from tests.integration.notification.receipts import (
    PHONE,
    SECRET,
    aliyun,
    in_flight,
    one_row,
    sent_notice,
    served,
    tencent,
    told_states,
)
from tests.support.service_under_test import Serve

pytestmark = pytest.mark.requirement("V68")
PATH = f"/provider-callbacks/aliyun/{SECRET}"
TENCENT_PATH = f"/provider-callbacks/tencent/{SECRET}"


async def test_a_receipt_says_delivered_and_the_answer_is_the_providers(serve: Serve) -> None:
    """Sent becomes delivered, and the answer is byte by byte what the provider documents."""
    service = await served(serve)
    delivery = await sent_notice(service, "serial-1")
    answer = await service.anonymous().post(PATH, [aliyun(delivery, "serial-1")])
    assert answer.status == 200
    url = f"{service.base}{TENCENT_PATH}"
    async with (
        service.session.post(f"{service.base}{PATH}", json=[]) as got,
        service.session.post(url, json=[]) as other,
    ):
        assert await got.read() == '{"code":0,"msg":"接收成功"}'.encode()
        assert await other.read() == b'{"result":0,"errmsg":"OK"}'
    assert tuple(await one_row(service)) == ("delivered", "DELIVERED", "serial-1")


@pytest.mark.parametrize(
    ("path", "address"),
    [
        (PATH[:-1] + "x", "127.0.0.1"),
        ("/provider-callbacks/aliyun/x", "127.0.0.1"),
        (PATH, "203.0.113.9"),
    ],
)
async def test_who_is_not_the_provider_finds_no_such_path(serve: Serve, path: str, address: str) -> None:
    """A wrong secret and a wrong address look alike, and change nothing; the body is not even read."""
    service = await served(serve)
    delivery = await sent_notice(service, "serial-1")
    headers = {"X-Forwarded-For": address}
    answer = await service.anonymous().post(path, [aliyun(delivery, "serial-1")], headers=headers)
    assert (answer.status, answer.code) == (404, "not_found")
    assert (await service.anonymous().post(path, {"no": "list"}, headers=headers)).status == 404
    assert (await one_row(service))["state"] == "sent"


async def test_without_a_secret_nobody_is_let_in(serve: Serve) -> None:
    """A service that was given none has no callbacks, whatever is in the path."""
    service = await serve("notification")
    for secret in ("", "x", SECRET):
        assert (await service.anonymous().post(f"/provider-callbacks/aliyun/{secret}", [])).status == 404


async def test_forged_receipts_change_nothing(serve: Serve) -> None:
    """With the secret but an id that is none of ours, with ours and another serial, or with neither: nothing changes.
    What the body says of numbers is not read."""
    service = await served(serve)
    delivery = await sent_notice(service, "serial-1")
    forged = [
        aliyun(new_id(), "serial-1"),
        aliyun(delivery, "serial-2"),
        aliyun(None, "serial-1"),
        {"phone_number": "19900000031", "biz_id": "serial-3", "success": False, "err_code": "MK:0001"},
    ]
    assert (await service.anonymous().post(PATH, forged)).status == 200
    assert (await service.anonymous().post(TENCENT_PATH, [tencent("serial-4")])).status == 200
    await match_receipts(service.deps)
    assert (await one_row(service))["state"] == "sent"
    assert await told_states(service) == [(None, "serial-4")]


async def test_doubled_receipts_change_nothing_more(serve: Serve) -> None:
    """Twice in one call, and in twenty calls at once: one receipt, one state."""
    service = await served(serve)
    delivery = await sent_notice(service, "serial-1")
    body = [aliyun(delivery, "serial-1")] * 2
    answers = await asyncio.gather(*(service.anonymous().post(PATH, body) for _ in range(20)))
    assert {answer.status for answer in answers} == {200}
    assert await told_states(service) == [(delivery, "serial-1")]
    assert (await one_row(service))["state"] == "delivered"


@pytest.mark.parametrize("order", [(True, False), (False, True)])
async def test_the_order_of_receipts_does_not_matter(serve: Serve, order: tuple[bool, bool]) -> None:
    """Delivered and undelivered in either order: what arrived once has arrived."""
    service = await served(serve)
    delivery = await sent_notice(service, "serial-1")
    for success in order:
        await service.anonymous().post(PATH, [aliyun(delivery, "serial-1", success)])
    assert (await one_row(service))["state"] == "delivered"


@pytest.mark.parametrize("by", ["aliyun", "tencent"])
async def test_a_broken_item_holds_up_no_other(serve: Serve, by: str) -> None:
    """U+0000 in an item's serial drops that item, and in a text of it changes nothing else; the report is taken, and
    the log says how many were dropped, and no number."""
    service = await served(serve)
    delivery = await sent_notice(service, "serial-1")
    path = PATH if by == "aliyun" else TENCENT_PATH
    good = aliyun(delivery, "serial-1") if by == "aliyun" else tencent("serial-1")
    serial, text = ("biz_id", "err_msg") if by == "aliyun" else ("sid", "description")
    with capture_logs() as logs:
        answer = await service.anonymous().post(path, [good | {serial: "serial-\0"}, good | {text: f"{PHONE}\0"}])
    assert answer.status == 200, answer.body
    assert (await one_row(service))["state"] == "delivered"
    assert await told_states(service) == [(delivery, "serial-1")]
    (told,) = [one for one in logs if one["event"] == "receipts_not_understood"]
    assert (told["provider"], told["count"]) == (by, 1)
    assert PHONE not in str(logs)


@pytest.mark.parametrize("count", [100, 101])
async def test_a_hundred_are_taken_and_one_more_is_refused(serve: Serve, count: int) -> None:
    """The whole report is refused beyond a hundred, and nothing of it is kept."""
    service = await served(serve)
    delivery = await sent_notice(service, "serial-1")
    body = [aliyun(delivery, "serial-1")] + [aliyun(new_id(), f"other-{n}") for n in range(count - 1)]
    answer = await service.anonymous().post(PATH, body)
    assert answer.status == (200 if count == 100 else 422)
    assert (await one_row(service))["state"] == ("delivered" if count == 100 else "sent")
    serials = [tencent(f"s-{n}") for n in range(count)]
    assert (await service.anonymous().post(TENCENT_PATH, serials)).status == answer.status


@pytest.mark.parametrize(
    "odd",
    [
        {"out_id": None},
        {"out_id": "x" * 500},
        {"out_id": 7},
        {"err_code": None},
        {"err_code": "E/1"},
        {"err_code": "E" * 500},
        {"biz_id": None},
        {"biz_id": "no serial"},
        {"success": None},
        None,
    ],
)
async def test_one_odd_item_does_not_lose_the_report(serve: Serve, odd: dict[str, Any] | None) -> None:
    """Beside an item that is not as documented the other one counts, at both providers."""
    service = await served(serve)
    delivery = await sent_notice(service, "serial-1")
    item = odd if odd is None else aliyun(new_id(), "serial-2") | odd
    assert (await service.anonymous().post(PATH, [item, aliyun(delivery, "serial-1")])).status == 200
    assert (await one_row(service))["state"] == "delivered"
    names = {"biz_id": "sid", "err_code": "errmsg", "success": "report_status"}
    item = odd if odd is None else tencent("serial-4") | {names.get(name, name): odd[name] for name in odd}
    assert (await service.anonymous().post(TENCENT_PATH, [item, tencent("serial-3")])).status == 200
    assert (None, "serial-3") in await told_states(service)


async def test_an_odd_reason_is_cut_to_what_fits(serve: Serve) -> None:
    """A code with signs that codes do not have settles its own text too, in the signs that they have."""
    service = await served(serve)
    delivery = await sent_notice(service, "serial-1")
    odd = aliyun(delivery, "serial-1", False, "E/1" + "x" * 99)
    assert (await service.anonymous().post(PATH, [odd])).status == 200
    assert tuple(await one_row(service))[:2] == ("undelivered", "E_1" + "x" * 37)


async def _late_settle(service: Any) -> None:
    claimed = await in_flight(service)
    receipt = aliyun(claimed.id, "serial-9")
    assert (await service.anonymous().post(PATH, [receipt])).status == 200
    assert (await one_row(service))["state"] == "delivered"
    await settle(service.deps, claimed, Outcome(Verdict.SENT, "OK", "serial-9"))


async def test_a_receipt_before_the_providers_answer_stays(serve: Serve) -> None:
    """The report overtakes the response: our own note of the sending comes last and does not take it back."""
    service = await served(serve)
    await _late_settle(service)
    assert tuple(await one_row(service)) == ("delivered", "DELIVERED", "serial-9")


async def test_control_without_the_guard_the_late_note_takes_it_back(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: with the condition off, the delivered text is merely sent again."""
    guard = " AND state NOT IN ('delivered', 'undelivered')"
    assert guard in deliveries._SETTLE
    monkeypatch.setattr(deliveries, "_SETTLE", deliveries._SETTLE.replace(guard, ""))
    service = await served(serve)
    await _late_settle(service)
    assert (await one_row(service))["state"] == "sent"


async def test_an_early_serial_is_matched_when_it_is_told(serve: Serve) -> None:
    """Tencent's callback names only its own serial: kept until the answer tells it, then it counts."""
    service = await served(serve)
    claimed = await in_flight(service)
    assert (await service.anonymous().post(TENCENT_PATH, [tencent("2027:9")])).status == 200
    assert (await one_row(service))["state"] == "sending"
    await settle(service.deps, claimed, Outcome(Verdict.SENT, "Ok", "2027:9"))
    assert (await one_row(service))["state"] == "sent"
    await match_receipts(service.deps)
    assert (await one_row(service))["state"] == "delivered"


async def test_a_receipt_settles_what_a_killed_sender_left(serve: Serve) -> None:
    """The sender died after handing over: the receipt by our own id says that it went, and nothing goes again."""
    service = await served(serve)
    claimed = await in_flight(service)
    service.clock.advance(LEASE)
    await deliver_due(service.deps)
    assert (await one_row(service))["state"] == "unknown"
    await service.anonymous().post(PATH, [aliyun(claimed.id, "serial-5")])
    assert tuple(await one_row(service)) == ("delivered", "DELIVERED", "serial-5")


async def test_what_a_receipt_settled_meanwhile_is_not_handed_over(serve: Serve) -> None:
    """Claimed for another try, reported as delivered before that try: it stays so, and the provider is not asked again;
    one that was not reported is (control)."""
    service = await served(serve, SMS__ENDPOINT="http://127.0.0.1:9")
    settled = await in_flight(service)
    await service.anonymous().post(PATH, [aliyun(settled.id, "serial-6")])
    tries: list[Try] = []
    await send(service.deps, settled, tries)
    assert tries == []
    assert tuple(await one_row(service)) == ("delivered", "DELIVERED", "serial-6")
    await send(service.deps, await in_flight(service), tries)
    assert len(tries) == 1


async def test_the_raw_body_is_not_logged(serve: Serve, capfd: pytest.CaptureFixture[str]) -> None:
    """Neither the number in a report nor the secret of the path appears in what the service writes."""
    service = await served(serve)
    delivery = await sent_notice(service, "serial-1")
    capfd.readouterr()
    await service.anonymous().post(PATH, [aliyun(delivery, "serial-1")])
    await service.anonymous().post(PATH, [{"phone_number": "19900000031"}])
    await service.anonymous().post(PATH[:-1] + "x", [])
    written = "".join(capfd.readouterr())
    assert "receipts_taken" in written
    assert "callback_refused" in written
    assert "19900000031" not in written
    assert SECRET[:-1] not in written
