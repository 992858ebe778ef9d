"""Fictional people who use identity as its clients do: codes are read where the SMS provider would get them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from services.identity.credentials.second_factor import new_totp_secret
from services.identity.domain.resident_number import check_character
from shared.clock import FrozenClock
from shared.contracts.identity import LoginCodeIssued
from shared.contracts.identity_staff import StaffInvited
from shared.contracts.institution import StaffRequested
from shared.ids import StaffId, new_id
from shared.security.sealing import seal_for_event, unseal_from_event
from shared.security.subject_sealing import open_from_event
from tests.support.fake_wechat import login_code, phone_code
from tests.support.service_under_test import Answer, Caller, ServiceUnderTest

PHONE = "13812345678"
PASSWORD = "Lantern-over-river-42"


def some_morning() -> FrozenClock:
    """A clock that stands still on a working day."""
    return FrozenClock(datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai")))


def phone_number(n: int) -> str:
    """The n-th fictional phone."""
    return f"139{n:08}"


def resident_number(n: int) -> str:
    """The n-th fictional, valid resident ID number."""
    first = f"42010619{90 + n % 10}0307{n % 1000:03}"
    return first + check_character(first)


async def code_of(service: ServiceUnderTest, challenge_id: str) -> str:
    """The code that left for the phone."""
    events = await service.published(LoginCodeIssued)
    event = next(e for e in events if str(e.challenge_id) == challenge_id)
    place = f"{LoginCodeIssued.TYPE}.code:{challenge_id}"
    return await open_from_event(service.keyring, "login_code", place, event.code)


async def ask_for_code(service: ServiceUnderTest, phone: str = PHONE) -> tuple[str, str]:
    """(challenge id, code)."""
    answer = await service.anonymous().post("/login-codes", {"phone": phone})
    assert answer.status == 202, answer.body
    return answer.body["challenge_id"], await code_of(service, answer.body["challenge_id"])


async def try_code(
    service: ServiceUnderTest, challenge_id: str, code: str, phone: str = PHONE, **headers: str
) -> Answer:
    """One guess."""
    body = {"challenge_id": challenge_id, "phone": phone, "code": code}
    return await service.anonymous().post("/sessions", body, headers=headers)


def other_than(code: str) -> str:
    """A wrong code."""
    return f"{(int(code) + 1) % 1_000_000:06}"


async def log_in(service: ServiceUnderTest, phone: str = PHONE) -> Answer:
    """A whole login; the answer with tokens."""
    challenge_id, code = await ask_for_code(service, phone)
    answer = await try_code(service, challenge_id, code, phone)
    assert answer.status == 201, answer.body
    return answer


def with_token(service: ServiceUnderTest, tokens: Mapping[str, Any]) -> Caller:
    """Calls with the access token of a login."""
    return Caller(service.base, service.session, tokens["access_token"])


async def candidate(service: ServiceUnderTest, phone: str = PHONE) -> Caller:
    """A logged-in person."""
    return with_token(service, (await log_in(service, phone)).body)


async def request_staff(
    service: ServiceUnderTest,
    role: str,
    phone: str = PHONE,
    *,
    scope_id: Any = None,
    requested_by: Any = None,
    name: str = "欧阳试用",
) -> StaffRequested:
    """The institution service asks for an account."""
    request_id = new_id()

    def sealed(field: str, value: str) -> str:
        return seal_for_event(service.keyring, "contact", f"{StaffRequested.TYPE}.{field}:{request_id}", value)

    event = StaffRequested.model_validate(
        {
            "occurred_at": service.clock.now(),
            "aggregate_version": 1,
            "request_id": request_id,
            "role": role,
            "scope_kind": "institution" if role.startswith("institution") else "exam_body",
            "scope_id": scope_id or new_id(),
            "scope_name": "江城第九医院",
            "name": sealed("name", name),
            "phone": sealed("phone", phone),
            "requested_by": StaffId(requested_by) if requested_by else None,
        }
    )
    await service.deliver(event)
    return event


async def invitation_secret(service: ServiceUnderTest) -> str:
    """The secret of the newest invitation, as its message would show it."""
    event = (await service.published(StaffInvited))[-1]
    place = f"{StaffInvited.TYPE}.secret:{event.invitation_id}"
    return unseal_from_event(service.keyring, "login_code", place, event.secret)


async def accept(service: ServiceUnderTest, secret: str, phone: str = PHONE, password: str = PASSWORD) -> Answer:
    """Accept an invitation."""
    body = {"secret": secret, "phone": phone, "password": password, "accept_responsibility": True}
    return await service.anonymous().post("/staff-invitations/acceptance", body)


def unrelated_secret() -> str:
    """A second factor of nobody."""
    return new_totp_secret()


async def wechat_log_in(service: ServiceUnderTest, who: str = "chen", phone: str | None = None) -> Answer:
    """A login by WeChat, with the phone button tapped or not."""
    body = {"code": login_code(who)}
    if phone is not None:
        body["phone_code"] = phone_code(phone, who)
    return await service.anonymous().post("/wechat-sessions", body)


async def ask_own_code(service: ServiceUnderTest, caller: Caller, purpose: str, phone: str | None = None) -> Any:
    """The challenge id, and the code that went to one's own or a future phone."""
    asked = await caller.post("/me/codes", {"purpose": purpose, "phone": phone})
    assert asked.status == 202, asked.body
    return {
        "challenge_id": asked.body["challenge_id"],
        "code": await code_of(service, asked.body["challenge_id"]),
    }


async def step_up(service: ServiceUnderTest, caller: Caller, refresh_token: str) -> Any:
    """Prove one's phone anew, and refresh: the tokens of the new session."""
    answer = await caller.post("/sessions/step-up", await ask_own_code(service, caller, "step_up"))
    assert answer.status == 201, answer.body
    pair = await service.anonymous().post("/sessions/refresh", {"refresh_token": refresh_token})
    assert pair.status == 200, pair.body
    return pair.body
