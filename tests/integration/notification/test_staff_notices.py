"""What holders hear of their accounts, and both parties and the exam body of a transfer of ownership (4.8)."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import pytest

from shared.clock import SystemClock
from shared.contracts.identity_staff import OwnershipTransferChanged, StaffChanged, StaffFactorChanged
from shared.ids import ExamBodyId, InstitutionId, StaffId, new_id
from shared.security.sealing import seal_for_event, unseal_from_event
from tests.support.service_under_test import Serve, ServiceUnderTest

REGISTERED: Final = Path("services/notification/data/sms_templates.toml")
TITLES: Final = {
    "proposed": "主账号移交已提出",
    "accepted": "主账号移交待确认",
    "confirmed": "主账号移交已完成",
    "cancelled": "主账号移交已取消",
    "declined": "主账号移交被谢绝",
    "rejected": "主账号移交未通过",
}
BY_SMS: Final = {
    "proposed": {"old", "new"},
    "accepted": {"old", "body"},
    "confirmed": {"old", "new"},
    "cancelled": {"new"},
    "declined": {"old"},
    "rejected": {"old", "new"},
}


def account(service: ServiceUnderTest, staff: StaffId, phone: str, **more: Any) -> StaffChanged:
    """A snapshot of an account."""

    def sealed(field: str, value: str) -> str:
        return seal_for_event(service.keyring, "contact", f"{StaffChanged.TYPE}.{field}:{staff}", value)

    fields: dict[str, Any] = {"aggregate_version": 2, "role": "institution_business_admin", "state": "active"}
    fields |= {"scope_kind": "institution", "scope_id": new_id()} | more
    fields |= {"staff_id": staff, "name": sealed("name", "尉迟管理"), "phone": sealed("phone", phone)}
    return StaffChanged.model_validate({"occurred_at": SystemClock().now()} | fields)


async def inbox(service: ServiceUnderTest, staff: UUID, language: str = "zh") -> list[tuple[str, str]]:
    """(title, body) of what an account reads in the app."""
    answer = await service.caller("auditor", id=staff).call("GET", "/messages", headers={"Accept-Language": language})
    return [(one["title"], one["body"]) for one in answer.body["items"]]


async def texted(service: ServiceUnderTest) -> list[tuple[UUID, str, str]]:
    """(account, template, phone) of every SMS, none of which carries a code."""
    async with service.database.read() as reader:
        rows = await reader.fetch(
            "SELECT recipient_id, template_key, phone_place, phone_event, secret_event FROM delivery"
        )
    assert all(row["secret_event"] is None for row in rows)
    ring = service.keyring
    return [
        (r["recipient_id"], r["template_key"], unseal_from_event(ring, "contact", r["phone_place"], r["phone_event"]))
        for r in rows
    ]


@pytest.mark.requirement("B6", "V11")
@pytest.mark.parametrize(
    ("move", "state", "template", "title", "english"),
    [
        ("lock", "locked", "staff_locked", "账号已锁定", "Account locked"),
        ("unlock", "active", "staff_unlocked", "账号已解锁", "Account unlocked"),
        ("reset", "locked", "staff_reset", "动态口令已重置", "Second factor reset"),
        ("disable", "disabled", "staff_disabled", None, None),
    ],
)
async def test_a_holder_is_told_once_what_happened_to_the_account(
    serve: Serve, move: str, state: str, template: str, title: str | None, english: str | None
) -> None:
    """By SMS in any state, in the app where the account can still be used, in both languages; delivered twice, once."""
    service = await serve("notification")
    staff = StaffId(new_id())
    event = account(service, staff, "19900000071", state=state, move=move)
    await service.deliver(event)
    await service.deliver(event)
    assert await texted(service) == [(staff, template, "19900000071")]
    assert [one[0] for one in await inbox(service, staff)] == ([title] if title else [])
    assert [one[0] for one in await inbox(service, staff, "en")] == ([english] if english else [])


@pytest.mark.requirement("V11")
@pytest.mark.parametrize(
    ("factor", "change", "title", "english", "by_sms"),
    [
        ("passkey", "added", "已登记通行密钥", "Passkey registered", True),
        ("passkey", "removed", "已移除通行密钥", "Passkey removed", False),
        ("passkey", "suspected", "通行密钥已停止使用", "Passkey not accepted any more", True),
        ("totp", "removed", "已停用动态口令", "Time-based codes given up", True),
    ],
)
async def test_a_holder_is_told_of_every_second_factor(
    serve: Serve, factor: str, change: str, title: str, english: str, by_sms: bool
) -> None:
    """In the app in both languages, by SMS what somebody else may have done; delivered twice, told once."""
    service = await serve("notification")
    staff = StaffId(new_id())
    await service.deliver(account(service, staff, "19900000077"))
    fields = {"occurred_at": SystemClock().now(), "aggregate_version": 3, "staff_id": staff}
    event = StaffFactorChanged.model_validate(fields | {"factor": factor, "change": change})
    await service.deliver(event)
    await service.deliver(event)
    assert [one[0] for one in await inbox(service, staff)] == [title]
    assert [one[0] for one in await inbox(service, staff, "en")] == [english]
    assert await texted(service) == ([(staff, f"{factor}_{change}", "19900000077")] if by_sms else [])


async def test_every_text_that_may_be_sent_is_registered(serve: Serve) -> None:
    """Each SMS template of the rule table stands in the list that is registered with the provider."""
    service = await serve("notification")
    async with service.database.read() as reader:
        rows = await reader.fetch("SELECT DISTINCT sms_code FROM message_template WHERE sms_code IS NOT NULL")
    assert {row["sms_code"] for row in rows} - set(tomllib.loads(REGISTERED.read_text(encoding="utf-8"))) == set()


@pytest.mark.parametrize("move", [None, "activate", "archive"])
async def test_other_snapshots_of_an_account_are_told_to_nobody(serve: Serve, move: str | None) -> None:
    """A snapshot without a step its holder must hear of makes no message."""
    service = await serve("notification")
    staff = StaffId(new_id())
    await service.deliver(account(service, staff, "19900000072", move=move))
    assert (await texted(service), await inbox(service, staff)) == ([], [])


@dataclass(frozen=True, slots=True)
class Parties:
    """Who a transfer concerns, and a colleague it does not."""

    old: StaffId
    new: StaffId
    body: StaffId
    other: StaffId
    filing_body: UUID


async def parties(service: ServiceUnderTest) -> Parties:
    """All four are known with their phones."""
    who = Parties(StaffId(new_id()), StaffId(new_id()), StaffId(new_id()), StaffId(new_id()), new_id())
    await service.deliver(account(service, who.old, "19900000073", role="institution_owner"))
    await service.deliver(account(service, who.new, "19900000074", state="invited"))
    office = {"scope_kind": "exam_body", "scope_id": who.filing_body}
    await service.deliver(account(service, who.body, "19900000075", role="site_admin", **office))
    await service.deliver(account(service, who.other, "19900000076", role="site_admin", scope_kind="exam_body"))
    return who


@pytest.mark.requirement("P15", "B6")
@pytest.mark.parametrize("state", list(TITLES))
async def test_both_parties_and_the_exam_body_hear_of_every_step(serve: Serve, state: str) -> None:
    """Each once in the app, by SMS those whose turn it is or whose right changes; nobody else hears."""
    service = await serve("notification")
    who = await parties(service)
    event = OwnershipTransferChanged.model_validate(
        {
            "occurred_at": SystemClock().now(),
            "aggregate_version": 1,
            "transfer_id": new_id(),
            "institution_id": InstitutionId(new_id()),
            "institution_name": "江城第九医院",
            "from_staff_id": who.old,
            "to_staff_id": who.new,
            "state": state,
            "filing_body_id": ExamBodyId(who.filing_body),
        }
    )
    await service.deliver(event)
    await service.deliver(event)
    for staff in (who.old, who.new, who.body):
        ((title, body),) = await inbox(service, staff)
        assert (title, "江城第九医院" in body) == (TITLES[state], True)
        assert "{" not in (await inbox(service, staff, "en"))[0][1]
    assert await inbox(service, who.other) == []
    names = {who.old: "old", who.new: "new", who.body: "body"}
    told = [(names[StaffId(staff)], template) for staff, template, _ in await texted(service)]
    assert sorted(told) == sorted((name, f"ownership_{state}") for name in BY_SMS[state])


@pytest.mark.requirement("P15")
async def test_a_transfer_without_a_known_exam_body_is_told_to_the_parties(serve: Serve) -> None:
    """An event from before the body was named in it reaches both parties all the same."""
    service = await serve("notification")
    who = await parties(service)
    fields = {"occurred_at": SystemClock().now(), "aggregate_version": 1, "transfer_id": new_id()}
    fields |= {"institution_id": new_id(), "institution_name": "江城第九医院", "state": "accepted"}
    await service.deliver(
        OwnershipTransferChanged.model_validate(fields | {"from_staff_id": who.old, "to_staff_id": who.new})
    )
    assert [len(await inbox(service, one)) for one in (who.old, who.new, who.body)] == [1, 1, 0]
