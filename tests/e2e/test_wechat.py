"""Login by WeChat, credentials and sessions through the gateway: public HTTP, the phones' inboxes, and nothing else."""

import itertools
import time
from datetime import datetime

import pytest

from deploy.demo.phones import new_phone, newest_text
from deploy.demo.public_api import Json, PublicApi, until
from deploy.demo.staff import log_in as log_in_staff
from tests.e2e.conftest import Road
from tests.support.fake_wechat import login_code, phone_code
from tests.support.waiting import wait_until

IDENTITY = "api/identity/v1"
PROBES = (
    f"{IDENTITY}/me",
    "api/institution/v1/bindings/current",
    "api/declaration/v1/declarations",
    "api/notification/v1/messages",
)
EFFECTIVE_WITHIN = 60
_users = itertools.count(1)


def wechat_user() -> str:
    """A WeChat user that no other test uses."""
    return f"e2e{time.time_ns()}{next(_users)}"


async def log_in(api: PublicApi, who: str, phone: str | None = None) -> tuple[Json, PublicApi]:
    """By WeChat; the answer, and the API as this person."""
    body = {"code": login_code(who)} | ({"phone_code": phone_code(phone, who)} if phone else {})
    session = await api.post(f"{IDENTITY}/wechat-sessions", body)
    return session, api.acting(session["access_token"])


async def refused_everywhere(api: PublicApi) -> bool:
    """Whether no service accepts the token any more."""
    return [await api.status_of("GET", path) for path in PROBES] == [401] * len(PROBES)


async def accepted_everywhere(api: PublicApi) -> bool:
    """Whether every service knows who calls, allowed or not."""
    return 401 not in [await api.status_of("GET", path) for path in PROBES]


@pytest.mark.requirement("A2", "A3", "A5")
async def test_wechat_and_phone_lead_to_one_person(road: Road) -> None:
    """By WeChat with the phone button, then by SMS with that phone, then by WeChat alone: one person."""
    who, phone = wechat_user(), new_phone()
    first, _ = await log_in(road.api, who, phone)
    challenge = await road.api.post(f"{IDENTITY}/login-codes", {"phone": phone})
    code = (await newest_text(road.api, phone, "SMS_TIRO_LOGIN"))["parameters"]["code"]
    body = {"challenge_id": challenge["challenge_id"], "phone": phone, "code": code}
    second = await road.api.post(f"{IDENTITY}/sessions", body)
    third, api = await log_in(road.api, who)
    assert first["person_id"] == second["person_id"] == third["person_id"]
    kinds = [c["kind"] for c in (await api.get(f"{IDENTITY}/me/credentials"))["items"]]
    assert kinds == ["phone", "wechat"]


@pytest.mark.requirement("V17")
async def test_a_logout_is_effective_in_every_service(road: Road) -> None:
    """The access token of a session that was ended is refused by all four services within a minute; another session of
    the same person goes on."""
    who = wechat_user()
    _, gone = await log_in(road.api, who)
    _, stays = await log_in(road.api, who)
    assert await accepted_everywhere(gone)
    assert await gone.status_of("DELETE", f"{IDENTITY}/sessions/current") == 204
    await wait_until(
        lambda: refused_everywhere(gone), seconds=EFFECTIVE_WITHIN, what="the logout to reach all services"
    )
    assert await accepted_everywhere(stays)


@pytest.mark.requirement("V17")
async def test_a_staff_logout_is_effective_in_every_service(road: Road) -> None:
    """The same for staff."""
    account = road.walk.accounts.find("zone")
    assert account is not None
    staff = (await log_in_staff(road.api, account)).api
    assert await accepted_everywhere(staff)
    assert await staff.status_of("DELETE", f"{IDENTITY}/sessions/current") == 204
    await wait_until(
        lambda: refused_everywhere(staff), seconds=EFFECTIVE_WITHIN, what="the logout to reach all services"
    )


@pytest.mark.requirement("V9", "V20", "P14")
async def test_a_phone_change_reaches_the_old_inbox(road: Road) -> None:
    """The old number proves the person and is told of the change; the new one logs in; the new device is told too."""
    who, old, new = wechat_user(), new_phone(), new_phone()
    first, api = await log_in(road.api, who, old)
    asked = await api.post(f"{IDENTITY}/me/codes", {"purpose": "step_up"})
    code = (await newest_text(road.api, old, "SMS_TIRO_LOGIN"))["parameters"]["code"]
    await api.post(f"{IDENTITY}/sessions/step-up", {"challenge_id": asked["challenge_id"], "code": code})
    pair = await road.api.post(f"{IDENTITY}/sessions/refresh", {"refresh_token": first["refresh_token"]})
    api = road.api.acting(pair["access_token"])
    asked = await api.post(f"{IDENTITY}/me/codes", {"purpose": "phone_change", "phone": new})
    code = (await newest_text(road.api, new, "SMS_TIRO_LOGIN"))["parameters"]["code"]
    body = {"challenge_id": asked["challenge_id"], "phone": new, "code": code}
    changed = await api.put(f"{IDENTITY}/me/phone", body)
    assert changed["outcome"] == "changed"
    assert "更换了手机号" in (await newest_text(road.api, old, "SMS_TIRO_PHONE_CHANGED"))["text"]
    me = await api.get(f"{IDENTITY}/me")
    assert me["phone_masked"][-4:] == new[-4:]
    assert datetime.fromisoformat(me["held_until"]) == datetime.fromisoformat(changed["held_until"])
    agent = {"User-Agent": "Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0"}
    url = f"{road.api.gateway}/{IDENTITY}/wechat-sessions"
    async with road.api.session.post(url, json={"code": login_code(who)}, headers=agent) as answer:
        elsewhere = await answer.json()
    assert elsewhere["person_id"] == first["person_id"]

    async def told() -> Json | None:
        items = (await api.get("api/notification/v1/messages"))["items"]
        return next((m for m in items if "wechat on android" in m["body"]), None)

    assert await until(told, "the message about the new device")
