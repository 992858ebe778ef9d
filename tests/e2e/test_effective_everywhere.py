"""What identity ends or holds is so in every service within a minute: real processes, the public interface, the clock
on the wall (V9, V17)."""

import itertools
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest
import pytest_asyncio

from deploy.demo import candidate as candidates
from deploy.demo import offices
from deploy.demo.offices import DECLARATION, IDENTITY, INSTITUTION, Unit
from deploy.demo.phones import new_phone, newest_text
from deploy.demo.public_api import Json, PublicApi, until
from deploy.demo.staff import LoggedIn, accept_invitation
from deploy.demo.staff import log_in as log_in_staff
from tests.e2e.conftest import Road
from tests.e2e.test_wechat import EFFECTIVE_WITHIN, log_in, wechat_user
from tests.support.waiting import wait_until

PROBES = {
    "identity": f"{IDENTITY}/sessions",
    "institution": f"{INSTITUTION}/bindings",
    "declaration": f"{DECLARATION}/profile",
    "notification": "api/notification/v1/messages",
}
OTHERS = ("institution", "declaration", "notification")
_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Act:
    """A session whose access token has minutes to live, and what ends it before that."""

    token: PublicApi
    end: Callable[[], Awaitable[object]]


async def site_of(road: Road) -> LoggedIn:
    """The site's administrator, logged in anew."""
    account = road.walk.accounts.find("site")
    assert account is not None
    return await log_in_staff(road.api, account)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def hospital(road: Road) -> tuple[LoggedIn, Unit]:
    """A site's administrator, and a unit of that site with owner and business admin."""
    site, dice = await site_of(road), random.Random(road.walk.seed + 1)
    institution_id, name, owner = await offices.issue_institution(site, dice)
    await offices.complete_profile(owner, institution_id, dice)
    return site, await offices.staff_unit(owner, institution_id, name, dice)


async def invited(unit: Unit) -> LoggedIn:
    """Another business admin of the unit."""
    phone = new_phone()
    body = {"role": "institution_business_admin", "scope_id": unit.id, "name": "郑审核", "phone": phone}
    await unit.owner.api.post(f"{IDENTITY}/staff-invitations", body)
    return await accept_invitation(unit.owner.api, phone)


async def logout(road: Road, _hospital: tuple[LoggedIn, Unit]) -> Act:
    """A person logs out."""
    _, api = await log_in(road.api, wechat_user())
    return Act(api, lambda: api.status_of("DELETE", f"{IDENTITY}/sessions/current"))


async def disabling(_road: Road, hospital: tuple[LoggedIn, Unit]) -> Act:
    """An owner disables a business admin."""
    unit = hospital[1]
    admin = await invited(unit)
    path = f"{IDENTITY}/staff-accounts/{admin.account.staff_id}"

    async def disable() -> Json:
        seen = await unit.owner.api.get(path)
        return await unit.owner.api.post(f"{path}/disablement", {"reason": "离职"}, version=seen["version"])

    return Act(admin.api, disable)


async def role_change(_road: Road, hospital: tuple[LoggedIn, Unit]) -> Act:
    """A business admin becomes owner: the token that still says business admin is dead."""
    site, unit = hospital
    phone = new_phone()
    body = {"name": "冯继任", "phone": phone, "old_owner": "demoted"}
    transfer = await unit.owner.api.post(f"{IDENTITY}/ownership-transfers", body)
    path = f"{IDENTITY}/ownership-transfers/{transfer['transfer_id']}"
    successor = await accept_invitation(unit.owner.api, phone)
    accepted = await successor.api.post(
        f"{path}/acceptance", {"accept_responsibility": True}, version=transfer["version"]
    )
    return Act(successor.api, lambda: site.api.post(f"{path}/confirmation", version=accepted["version"]))


async def phone_change(road: Road, _hospital: tuple[LoggedIn, Unit]) -> Act:
    """A person replaces the phone on one device: the session on the other one is over."""
    who, old = wechat_user(), new_phone()
    first, _ = await log_in(road.api, who, old)
    _, elsewhere = await log_in(road.api, who)
    return Act(elsewhere, lambda: change_phone(road, first["refresh_token"], first["access_token"], old))


async def change_phone(road: Road, refresh_token: str, access_token: str, old: str) -> PublicApi:
    """Prove the old number, then the new one; the API of the session that did it."""
    api, new = road.api.acting(access_token), new_phone()
    asked = await api.post(f"{IDENTITY}/me/codes", {"purpose": "step_up"})
    code = (await newest_text(road.api, old, "SMS_TIRO_LOGIN"))["parameters"]["code"]
    await api.post(f"{IDENTITY}/sessions/step-up", {"challenge_id": asked["challenge_id"], "code": code})
    pair = await road.api.post(f"{IDENTITY}/sessions/refresh", {"refresh_token": refresh_token})
    api = road.api.acting(pair["access_token"])
    asked = await api.post(f"{IDENTITY}/me/codes", {"purpose": "phone_change", "phone": new})
    code = (await newest_text(road.api, new, "SMS_TIRO_LOGIN"))["parameters"]["code"]
    body = {"challenge_id": asked["challenge_id"], "phone": new, "code": code}
    assert (await api.put(f"{IDENTITY}/me/phone", body))["outcome"] == "changed"
    return api


ACTS = {"logout": logout, "disabling": disabling, "role change": role_change, "phone change": phone_change}


async def refused(api: PublicApi, services: tuple[str, ...] = tuple(PROBES)) -> set[str]:
    """The services that do not know the caller any more."""
    return {name for name in services if await api.status_of("GET", PROBES[name]) == 401}


@pytest.mark.requirement("V17")
@pytest.mark.parametrize("act", ACTS)
async def test_what_identity_ends_is_over_in_every_service(
    road: Road, hospital: tuple[LoggedIn, Unit], act: str
) -> None:
    """The access token works in all four services until the act, and in none of them a minute after it; each service is
    timed by itself."""
    prepared = await ACTS[act](road, hospital)
    assert await refused(prepared.token) == set()
    await prepared.end()
    began, seconds = time.monotonic(), dict.fromkeys(PROBES, 0.0)

    async def over() -> bool:
        for name in await refused(prepared.token, tuple(one for one, took in seconds.items() if not took)):
            seconds[name] = time.monotonic() - began
        return all(seconds.values())

    await wait_until(over, seconds=EFFECTIVE_WITHIN, what=f"the {act} to reach all services")
    assert max(seconds.values()) <= EFFECTIVE_WITHIN, seconds


@pytest.mark.requirement("V17")
@pytest.mark.parametrize("stopped", OTHERS)
async def test_control_without_its_consumer_a_service_accepts_the_token(road: Road, stopped: str) -> None:
    """Control: while the worker that hears of ended sessions is stopped, its service alone goes on accepting the token
    of a session that ended; when it returns, the token is refused there within a minute too."""
    await road.stack.stop(f"{stopped}.worker")
    try:
        _, api = await log_in(road.api, wechat_user())
        assert await api.status_of("DELETE", f"{IDENTITY}/sessions/current") == 204
        rest = set(PROBES) - {stopped}

        async def heard_elsewhere() -> bool:
            return await refused(api) >= rest

        await wait_until(heard_elsewhere, seconds=EFFECTIVE_WITHIN, what="the logout to reach the other services")
        assert await refused(api) == rest
    finally:
        await road.stack.start(stopped, "worker")

    async def heard_everywhere() -> bool:
        return await refused(api) == set(PROBES)

    await wait_until(heard_everywhere, seconds=EFFECTIVE_WITHIN, what=f"the logout to reach {stopped}")


@pytest.mark.requirement("V9", "V17")
async def test_a_phone_change_holds_sensitive_acts_in_another_service(
    road: Road, hospital: tuple[LoggedIn, Unit]
) -> None:
    """A verified and bound person replaces the phone at identity: within a minute institution refuses to let the person
    leave the work unit, which before (the control) was merely asked for in the wrong version."""
    unit = hospital[1]
    seed = road.walk.seed + 5000 + next(_numbers)
    person = candidates.graduate(seed)
    phone = new_phone()
    session, api = await log_in(road.api, wechat_user(), phone)
    candidate = candidates.Candidate(person, phone, session["person_id"], api)
    await candidates.send_card_photos(candidate, seed)
    await candidates.be_verified(candidate)
    binding = await candidates.bind(candidate, unit)
    end = f"{INSTITUTION}/bindings/{binding['id']}/end"
    stale = binding["version"] + 7

    async def answer(acting: PublicApi) -> str:
        headers = {"Authorization": f"Bearer {acting.token}", "Idempotency-Key": f"hold-{time.monotonic_ns()}"}
        url = f"{road.api.gateway}/{end}"
        async with road.api.session.post(url, headers=headers | {"If-Match": f'"{stale}"'}) as got:
            return str((await got.json())["code"])

    assert await answer(api) == "stale_version"
    holder = await change_phone(road, session["refresh_token"], session["access_token"], phone)

    async def held() -> Json | None:
        return {} if await answer(holder) == "held_after_phone_change" else None

    await until(held, "the hold to reach institution", seconds=EFFECTIVE_WITHIN)
    current = await holder.get(f"{INSTITUTION}/bindings/current")
    assert current["binding"]["state"] == "active"
