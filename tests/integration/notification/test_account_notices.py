"""What people hear about their accounts: new devices, changed credentials, a changed phone at the old number."""

from datetime import datetime
from typing import Any

import pytest

from shared.clock import SystemClock
from shared.contracts.identity import CredentialChanged, MergeDecided, NewDeviceSeen, PhoneChanged
from shared.ids import PersonId, StaffId, new_id
from shared.security.sealing import seal_for_event, unseal_from_event
from tests.support.service_under_test import Serve, ServiceUnderTest

OLD = "19900000021"


def now() -> datetime:
    """The moment."""
    return SystemClock().now()


async def titles(service: ServiceUnderTest, role: Any, id: Any) -> list[Any]:
    """The titles in somebody's inbox."""
    return [m["title"] for m in (await service.caller(role, id=id).get("/messages")).body["items"]]


@pytest.mark.requirement("V20")
async def test_persons_and_staff_hear_of_a_new_device(serve: Serve) -> None:
    """Each in the own inbox, with the client named; delivered twice it is told once."""
    service = await serve("notification")
    person, staff = PersonId(new_id()), StaffId(new_id())
    common: dict[str, Any] = {"occurred_at": now(), "aggregate_version": 1, "client": "wechat on ios"}
    common |= {"address_masked": "203.0.*.*"}
    for event in (
        NewDeviceSeen(session_id=new_id(), person_id=person, **common),
        NewDeviceSeen(session_id=new_id(), staff_id=staff, **common),
    ):
        await service.deliver(event)
        await service.deliver(event)
    assert await titles(service, "candidate", person) == ["新设备登录"]
    assert await titles(service, "auditor", staff) == ["新设备登录"]
    shown = (await service.caller("candidate", id=person).get("/messages")).body["items"][0]
    assert "wechat on ios" in shown["body"]


@pytest.mark.requirement("A5")
async def test_credentials_and_merges_are_told(serve: Serve) -> None:
    """Linked, removed, merged, not merged: a sentence each."""
    service = await serve("notification")
    person = PersonId(new_id())
    for kind, change in (("wechat", "linked"), ("wechat", "unlinked"), ("phone", "linked")):
        fields = {"occurred_at": now(), "aggregate_version": 1, "person_id": person, "kind": kind, "change": change}
        await service.deliver(CredentialChanged.model_validate(fields))
    for decision in ("approved", "rejected"):
        fields = {"occurred_at": now(), "aggregate_version": 2, "request_id": new_id(), "decision": decision}
        await service.deliver(MergeDecided.model_validate(fields | {"person_id": person}))
    assert set(await titles(service, "candidate", person)) == {
        "已绑定微信",
        "已解除微信绑定",
        "已绑定手机号",
        "账号合并已通过",
        "账号合并未通过",
    }


@pytest.mark.requirement("V9")
async def test_the_old_number_is_warned_whatever_is_known_of_the_person(serve: Serve) -> None:
    """One delivery to the number in the event, as a notice that is reconciled, not as a code that goes at most once."""
    service = await serve("notification")
    person = PersonId(new_id())
    place = f"{PhoneChanged.TYPE}.old_phone:{person}"
    event = PhoneChanged(
        occurred_at=now(),
        aggregate_version=3,
        person_id=person,
        old_phone=seal_for_event(service.keyring, "contact", place, OLD),
        held_until=now(),
    )
    await service.deliver(event)
    await service.deliver(event)
    async with service.database.read() as reader:
        (row,) = await reader.fetch("SELECT phone_place, phone_event, at_most_once, state FROM delivery")
    assert unseal_from_event(service.keyring, "contact", row["phone_place"], row["phone_event"]) == OLD
    assert (row["at_most_once"], row["state"]) == (False, "pending")
