"""Staff who register passkeys and log in with them, as browsers do it."""

from typing import Any

import pyotp

from shared.contracts.identity_staff import StaffFactorChanged
from tests.integration.identity.offices import Holder, Offices
from tests.integration.identity.people import PASSWORD
from tests.support.service_under_test import Answer, Caller, Serve, ServiceUnderTest
from tests.support.soft_authenticator import Algorithm, SoftAuthenticator


def device(service: ServiceUnderTest, algorithm: Algorithm = "ES256", **more: Any) -> SoftAuthenticator:
    """An authenticator in a browser that shows the official site."""
    return SoftAuthenticator(algorithm, service.settings.relying_party.origins[0], **more)


async def question(caller: Caller, purpose: str, phone: str | None = None) -> Any:
    """The challenge for a login of `phone`, or inside a session."""
    if phone is None:
        answer = await caller.post("/staff/passkey-challenges", {"purpose": purpose})
    else:
        answer = await caller.post("/passkey-challenges", {"purpose": purpose, "phone": phone})
    assert answer.status == 201, answer.body
    return answer.body


async def try_register(
    caller: Caller, authenticator: SoftAuthenticator, label: str = "办公电脑", **lies: Any
) -> Answer:
    """Ask, let the device make a passkey, hand it in."""
    asked = await question(caller, "registration")
    made = authenticator.create(asked["public_key"], **lies)
    return await caller.post("/staff/passkeys", answering(asked, made) | {"label": "办公电脑"})


async def registered(
    service: ServiceUnderTest, holder: Holder, algorithm: Algorithm = "ES256", **more: Any
) -> tuple[SoftAuthenticator, Any]:
    """(device, passkey as its holder sees it)."""
    authenticator = device(service, algorithm, **more)
    answer = await try_register(holder.api, authenticator)
    assert answer.status == 201, answer.body
    return authenticator, answer.body


def answering(asked: Any, credential: Any) -> dict[str, Any]:
    """An answer to a challenge."""
    return {"challenge_id": asked["challenge_id"], "credential": credential}


async def by_passkey(
    service: ServiceUnderTest, phone: str, authenticator: SoftAuthenticator, asked: Any = None, **lies: Any
) -> Answer:
    """A whole login by a passkey."""
    asked = asked or await question(service.anonymous(), "login", phone)
    shown = answering(asked, authenticator.get(asked["public_key"], **lies))
    return await service.anonymous().post("/passkey-sessions", {"phone": phone, "passkey": shown})


async def by_password_and_passkey(
    service: ServiceUnderTest,
    phone: str,
    authenticator: SoftAuthenticator,
    asked: Any = None,
    password: str = PASSWORD,
    **lies: Any,
) -> Answer:
    """A login by the password with a passkey beside it."""
    asked = asked or await question(service.anonymous(), "second_factor", phone)
    shown = answering(asked, authenticator.get(asked["public_key"], **lies))
    body = {"phone": phone, "password": password, "passkey": shown}
    return await service.anonymous().post("/staff-sessions", body)


def code_now(service: ServiceUnderTest, holder: Holder) -> str:
    """What the holder's authenticator app shows."""
    return pyotp.TOTP(holder.totp_secret).at(service.clock.now())


async def office(serve: Serve, **settings: str) -> tuple[Offices, Holder]:
    """A zone and the account that looks after it."""
    offices = await Offices.open(serve, **settings)
    return offices, await offices.holder("zone_admin", offices.zone)


async def told(service: ServiceUnderTest) -> list[tuple[str, str]]:
    """What holders hear of their second factors."""
    return [(event.factor, event.change) for event in await service.published(StaffFactorChanged)]


async def audited(service: ServiceUnderTest) -> list[str]:
    """What the trail holds about second factors."""
    async with service.database.read() as reader:
        rows = await reader.fetch(
            "SELECT action FROM audit_entry WHERE action LIKE 'staff.factor%' OR action LIKE 'staff.passkey%'"
        )
    return sorted(row["action"] for row in rows)
