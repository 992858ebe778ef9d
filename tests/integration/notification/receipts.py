"""Texts at a provider, and what the provider says of them."""

import json
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from services.notification.domain.delivery import Outcome, Settled, Verdict
from services.notification.lanes import LEASE
from services.notification.storage import deliveries
from services.notification.storage.deliveries import Delivery
from shared.clock import SHANGHAI, FrozenClock, SystemClock
from shared.ids import PersonId, new_id
from tests.support.notices import approved, reached
from tests.support.service_under_test import Serve, ServiceUnderTest

SECRET: Final = "a-path-that-nobody-can-guess-0001"
PHONE: Final = "19900000031"


def noon() -> FrozenClock:
    """Today at noon in Shanghai, when business notices go."""
    return FrozenClock(SystemClock().now().astimezone(SHANGHAI).replace(hour=12, minute=0, second=0, microsecond=0))


async def served(serve: Serve, **settings: str) -> ServiceUnderTest:
    """The service with callbacks of both providers from this machine."""
    sources = json.dumps(["127.0.0.0/8"])
    given = {f"CALLBACKS__{one}__SECRET": SECRET for one in ("ALIYUN", "TENCENT")}
    given |= {f"CALLBACKS__{one}__SOURCES": sources for one in ("ALIYUN", "TENCENT")}
    service: ServiceUnderTest = await serve("notification", noon(), **(given | settings))
    return service


async def tell(service: ServiceUnderTest, phone: str = PHONE, person: UUID | None = None) -> PersonId:
    """An approved declaration: a message, and a text to the person's phone."""
    who = PersonId(person or new_id())
    if person is None:
        await service.deliver(reached(service, who, phone))
    await service.deliver(approved(service, who))
    return who


async def in_flight(service: ServiceUnderTest, phone: str = PHONE, person: UUID | None = None) -> Delivery:
    """A text that was claimed, and whose provider has not answered yet."""
    await tell(service, phone, person)
    async with service.database.transaction() as tx:
        (claimed,) = await deliveries.claim_notices("sms", tx, service.clock.now(), LEASE, 1)
    return claimed


async def sent_notice(service: ServiceUnderTest, serial: str, phone: str = PHONE, person: UUID | None = None) -> UUID:
    """A text that the provider took under a serial; our id of it."""
    claimed = await in_flight(service, phone, person)
    async with service.database.transaction() as tx:
        outcome = Outcome(Verdict.SENT, "OK", serial)
        await deliveries.update_settled(tx, claimed, Settled("sent", None), outcome, service.clock.now())
    return claimed.id


def aliyun(out_id: UUID | None, serial: str, success: bool = True, code: str | None = None) -> dict[str, Any]:
    """One item of an SmsReport, as documented."""
    return {
        "phone_number": PHONE,
        "send_time": "2027-01-05 10:00:00",
        "report_time": "2027-01-05 10:00:03",
        "success": success,
        "err_code": code or ("DELIVERED" if success else "UNDELIV"),
        "err_msg": "用户接收成功" if success else "用户接收失败",
        "sms_size": "1",
        "biz_id": serial,
        "out_id": "" if out_id is None else str(out_id),
    }


def tencent(serial: str, success: bool = True) -> dict[str, Any]:
    """One item of a status callback, as documented."""
    return {
        "user_receive_time": "2027-01-05 10:00:03",
        "nationcode": "86",
        "mobile": PHONE,
        "report_status": "SUCCESS" if success else "FAIL",
        "errmsg": "DELIVRD" if success else "UNDELIV",
        "description": "用户短信送达成功" if success else "用户短信接收失败",
        "sid": serial,
    }


async def one_row(service: ServiceUnderTest) -> Any:
    """State, code and serial of the one delivery."""
    async with service.database.read() as reader:
        return await reader.fetchrow("SELECT state, outcome_code, provider_id FROM delivery")


async def told_states(service: ServiceUnderTest) -> list[tuple[UUID | None, str]]:
    """(delivery, serial) of the receipts that are kept."""
    async with service.database.read() as reader:
        return [(row["delivery_id"], row["serial"]) for row in await reader.fetch("SELECT * FROM receipt")]


LATER: Final = timedelta(minutes=30)
