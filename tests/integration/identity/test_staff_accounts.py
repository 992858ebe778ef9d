"""Staff accounts from the request to the daily login: both factors always, one secret once, rights only downwards."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pyotp
import pytest

from services.identity.domain.authority import BeyondOwnRights
from shared.contracts.identity_staff import StaffChanged, StaffInvited
from shared.ids import new_id
from shared.security.sealing import unseal_from_event
from tests.integration.identity.people import (
    PASSWORD,
    PHONE,
    accept,
    invitation_secret,
    phone_number,
    request_staff,
    some_morning,
    unrelated_secret,
    with_token,
)
from tests.support.service_under_test import Answer, Serve, ServiceUnderTest


def code(service: ServiceUnderTest, secret: str) -> str:
    """What the authenticator app shows now."""
    return pyotp.TOTP(secret).at(service.clock.now())


async def activate(service: ServiceUnderTest, accepted: Any, phone: str = PHONE, **changed: Any) -> Answer:
    """Show the first code."""
    body = {
        "staff_id": accepted["staff_id"],
        "phone": phone,
        "password": PASSWORD,
        "totp": code(service, accepted["totp_secret"]),
    }
    return await service.anonymous().post("/staff-activations", body | changed)


async def sign_in(
    service: ServiceUnderTest, totp: str, phone: str = PHONE, password: str = PASSWORD, **more: Any
) -> Answer:
    """The daily login."""
    body = {"phone": phone, "password": password, "totp": totp}
    return await service.anonymous().post("/staff-sessions", body | more)


async def active_account(
    service: ServiceUnderTest, role: str = "institution_owner", phone: str = PHONE, **more: Any
) -> Any:
    """An account that works: what acceptance showed, and the tokens of its activation."""
    await request_staff(service, role, phone, **more)
    accepted = (await accept(service, await invitation_secret(service), phone)).body
    opened = await activate(service, accepted, phone)
    assert opened.status == 201, opened.body
    service.clock.advance(timedelta(seconds=60))
    return accepted | {"tokens": opened.body}


async def states(service: ServiceUnderTest) -> list[tuple[str, int]]:
    """The published snapshots."""
    return [(event.state, event.aggregate_version) for event in await service.published(StaffChanged)]


@pytest.mark.requirement("V11", "V12", "B6", "C1")
async def test_an_account_goes_from_request_to_daily_login(serve: Serve) -> None:
    """Invited, accepted with responsibility, activated by the first code, logged in with both factors."""
    service = await serve("identity", some_morning())
    request = await request_staff(service, "institution_owner")
    accepted = await accept(service, await invitation_secret(service))
    assert (accepted.status, accepted.body["state"]) == (200, "invited")
    assert accepted.body["totp_uri"].startswith("otpauth://totp/")
    assert PHONE not in accepted.body["totp_uri"]
    opened = await activate(service, accepted.body)
    assert (opened.status, opened.body["role"], opened.body["scope_id"]) == (
        201,
        "institution_owner",
        str(request.scope_id),
    )
    service.clock.advance(timedelta(seconds=30))
    again = await sign_in(service, code(service, accepted.body["totp_secret"]))
    assert again.status == 201
    me = (await with_token(service, again.body).get("/staff/me")).body
    assert (me["state"], me["phone_masked"], me["name_masked"], me["scope_name"]) == (
        "active",
        "138****5678",
        "欧**用",
        "江城第九医院",
    )
    assert me["responsibility_accepted_at"]
    assert await states(service) == [("invited", 1), ("invited", 2), ("active", 3)]
    last = (await service.published(StaffChanged))[-1]
    place = f"{StaffChanged.TYPE}.phone:{last.staff_id}"
    assert unseal_from_event(service.keyring, "contact", place, last.phone) == PHONE
    refreshed = await service.anonymous().post("/sessions/refresh", {"refresh_token": again.body["refresh_token"]})
    assert (await with_token(service, refreshed.body).get("/staff/me")).status == 200


@pytest.mark.requirement("V12")
async def test_an_invitation_works_once_and_for_its_phone_only(serve: Serve) -> None:
    """A wrong secret, another phone, a second use and 72 hours all get the same refusal."""
    clock = some_morning()
    service = await serve("identity", clock)
    await request_staff(service, "institution_owner")
    secret = await invitation_secret(service)
    assert (await accept(service, secret[:-1] + ("A" if secret[-1] != "A" else "B"))).code == "invitation_refused"
    assert (await accept(service, secret, phone_number(3))).code == "invitation_refused"
    answers = await asyncio.gather(*(accept(service, secret) for _ in range(8)))
    assert sorted(a.status for a in answers) == [200] + [401] * 7
    await request_staff(service, "institution_owner", phone_number(2))
    late = await invitation_secret(service)
    clock.advance(timedelta(hours=72))
    assert (await accept(service, late, phone_number(2))).code == "invitation_refused"
    events = await service.published(StaffInvited)
    assert all(event.expires_at - event.occurred_at <= timedelta(hours=72) for event in events)


@pytest.mark.requirement("V12")
async def test_a_new_invitation_replaces_the_old_one(serve: Serve) -> None:
    """Asked again for a waiting account the old secret dies and the new one works; a working account is left alone."""
    service = await serve("identity", some_morning())
    first = await request_staff(service, "zone_admin")
    old = await invitation_secret(service)
    await request_staff(service, "zone_admin", scope_id=first.scope_id)
    assert (await accept(service, old)).status == 401
    accepted = await accept(service, await invitation_secret(service))
    assert (await activate(service, accepted.body)).status == 201
    await request_staff(service, "zone_admin", scope_id=first.scope_id)
    assert len(await service.published(StaffInvited)) == 2
    async with service.database.read() as reader:
        assert await reader.fetchval("SELECT count(*) FROM staff_account") == 1


@pytest.mark.requirement("V12", "V13", "B6")
async def test_acceptance_needs_a_strong_password_and_the_responsibility(serve: Serve) -> None:
    """A weak password and an unaccepted responsibility are refused by field, and the secret stays good."""
    service = await serve("identity", some_morning())
    await request_staff(service, "institution_owner")
    secret = await invitation_secret(service)
    weak = await accept(service, secret, password="Password123")
    assert (weak.status, [e["pointer"] for e in weak.body["errors"]]) == (422, ["/password"])
    body = {"secret": secret, "phone": PHONE, "password": PASSWORD, "accept_responsibility": False}
    unaccepted = await service.anonymous().post("/staff-invitations/acceptance", body)
    assert (unaccepted.status, unaccepted.body["errors"][0]["pointer"]) == (422, "/accept_responsibility")
    assert (await accept(service, secret)).status == 200


@pytest.mark.requirement("V11")
async def test_one_factor_is_never_enough(serve: Serve) -> None:
    """Password alone, code alone, a code of somebody else, a used code and an old one are all refused alike."""
    clock = some_morning()
    service = await serve("identity", clock, STAFF__FAILURES="10")
    account = await active_account(service)
    good = code(service, account["totp_secret"])
    refusals = [
        await sign_in(service, code(service, unrelated_secret())),
        await sign_in(service, good, password="Lantern-over-river-43"),
        await sign_in(service, good, phone_number(9)),
        await sign_in(service, pyotp.TOTP(account["totp_secret"]).at(clock.now() - timedelta(seconds=90))),
    ]
    assert {(a.status, a.code) for a in refusals} == {(401, "staff_login_refused")}
    assert (await service.anonymous().post("/staff-sessions", {"phone": PHONE, "password": PASSWORD})).status == 422
    assert (await sign_in(service, good)).status == 201
    assert (await sign_in(service, good)).code == "staff_login_refused"


@pytest.mark.requirement("V11")
async def test_an_account_does_not_work_before_its_first_code(serve: Serve) -> None:
    """After acceptance alone the login is refused, and a wrong first code does not activate."""
    service = await serve("identity", some_morning())
    await request_staff(service, "institution_owner")
    accepted = (await accept(service, await invitation_secret(service))).body
    good = code(service, accepted["totp_secret"])
    assert (await sign_in(service, good)).status == 401
    assert (await activate(service, accepted, totp=code(service, unrelated_secret()))).status == 401
    assert (await activate(service, accepted, phone=phone_number(4))).status == 401
    assert (await activate(service, accepted, staff_id=str(new_id()))).status == 401
    assert await states(service) == [("invited", 1), ("invited", 2)]
    assert (await activate(service, accepted)).status == 201


@pytest.mark.requirement("V6", "V7")
async def test_five_failures_lock_the_login_for_fifteen_minutes(serve: Serve) -> None:
    """The sixth try waits, known phone or not; who is logged in stays so; after 15 min the right factors unlock."""
    clock = some_morning()
    service = await serve("identity", clock)
    account = await active_account(service)
    for phone in (PHONE, phone_number(8)):
        tries = [await sign_in(service, "000000", phone) for _ in range(6)]
        assert [a.status for a in tries] == [401] * 5 + [429]
        assert int(tries[-1].headers["Retry-After"]) <= 901
    assert (await states(service))[-1] == ("locked", 4)
    assert (await sign_in(service, code(service, account["totp_secret"]))).status == 429
    kept = account["tokens"]["refresh_token"]
    assert (await service.anonymous().post("/sessions/refresh", {"refresh_token": kept})).status == 200
    clock.advance(timedelta(minutes=15, seconds=1))
    assert (await sign_in(service, code(service, account["totp_secret"]))).status == 201
    assert (await states(service))[-1] == ("active", 5)


@pytest.mark.requirement("V7")
async def test_parallel_guesses_do_not_outrun_the_lock(serve: Serve) -> None:
    """Of forty guesses at the same moment five are looked at."""
    service = await serve("identity", some_morning())
    await active_account(service)
    answers = await asyncio.gather(*(sign_in(service, "000000") for _ in range(40)))
    assert sorted(a.status for a in answers) == [401] * 5 + [429] * 35


@pytest.mark.requirement("V12", "B4", "B5")
async def test_rights_are_handed_down_only(serve: Serve) -> None:
    """An owner invites business admins of his own institution and nothing else; the events of askers without the right
    are refused."""
    service = await serve("identity", some_morning())
    owner = await active_account(service)
    caller, scope = with_token(service, owner["tokens"]), owner["tokens"]["scope_id"]
    wanted = {"role": "institution_business_admin", "scope_id": scope, "name": "司徒办事", "phone": phone_number(1)}
    made = await caller.post("/staff-invitations", wanted)
    assert (made.status, set(made.body)) == (201, {"invitation_id", "staff_id", "expires_at"})
    for change in ({"scope_id": str(new_id())}, {"role": "auditor"}):
        refused = await caller.post("/staff-invitations", wanted | change)
        assert (refused.status, refused.code) == (403, "beyond_own_rights")
    assert (await caller.post("/staff-invitations", wanted | {"role": "zone_admin"})).status == 422
    secret = await invitation_secret(service)
    accepted = (await accept(service, secret, phone_number(1))).body
    below = (await activate(service, accepted, phone_number(1))).body
    assert (await with_token(service, below).post("/staff-invitations", wanted)).status == 403
    with pytest.raises(BeyondOwnRights):
        await request_staff(service, "site_admin", phone_number(2), requested_by=UUID(owner["staff_id"]))


async def test_the_code_tells_the_accounts_of_one_phone_apart(serve: Serve) -> None:
    """One phone serves two institutions with one password: the second factor decides which account logs in."""
    service = await serve("identity", some_morning())
    first = await active_account(service)
    second = await active_account(service)
    for account in (second, first):
        opened = await sign_in(service, code(service, account["totp_secret"]))
        assert (opened.status, opened.body["staff_id"]) == (201, account["staff_id"])
    service.clock.advance(timedelta(seconds=60))
    other_scope = second["tokens"]["scope_id"]
    refused = await sign_in(service, code(service, first["totp_secret"]), scope_id=other_scope)
    assert refused.code == "staff_login_refused"


@pytest.mark.requirement("V18")
async def test_staff_sessions_are_shorter(serve: Serve) -> None:
    """15 min without use, or 8 h in all, end a staff session."""
    clock = some_morning()
    service = await serve("identity", clock)
    account = await active_account(service)
    clock.advance(timedelta(minutes=15))
    token = account["tokens"]["refresh_token"]
    assert (await service.anonymous().post("/sessions/refresh", {"refresh_token": token})).status == 401
    opened = await sign_in(service, code(service, account["totp_secret"]))
    token, began = opened.body["refresh_token"], clock.now()
    while clock.now() - began < timedelta(hours=7, minutes=50):
        clock.advance(timedelta(minutes=14))
        answer = await service.anonymous().post("/sessions/refresh", {"refresh_token": token})
        assert answer.status == 200
        token = answer.body["refresh_token"]
    clock.advance(timedelta(minutes=14))
    assert (await service.anonymous().post("/sessions/refresh", {"refresh_token": token})).status == 401


async def test_machine_clients_trade_their_key_for_short_tokens(serve: Serve) -> None:
    """The zone registers a client; its key gives tokens of the client's kind; a wrong key and id are refused alike."""
    service = await serve("identity", some_morning())
    zone = with_token(service, (await active_account(service, "zone_admin"))["tokens"])
    body = {"name": "国网接口", "role": "national_network_client"}
    made = await zone.post("/machine-clients", body, key="the-first-attempt")
    assert made.status == 201
    repeated = await zone.post("/machine-clients", body, key="the-first-attempt")
    assert (repeated.status, repeated.body or b"", repeated.headers["Idempotency-Replayed"]) == (201, b"", "true")
    assert (await zone.post("/machine-clients", body)).code == "client_name_taken"
    opened = await service.anonymous().post("/client-sessions", made.body)
    assert (opened.status, opened.body["token_type"]) == (201, "Bearer")
    assert opened.body["expires_in"] <= 600
    assert (await with_token(service, opened.body).get("/me")).status == 403
    wrong = [
        await service.anonymous().post("/client-sessions", made.body | {"client_secret": "x" * 43}),
        await service.anonymous().post("/client-sessions", made.body | {"client_id": str(new_id())}),
    ]
    assert {(a.status, a.code) for a in wrong} == {(401, "client_refused")}
    async with service.database.read() as reader:
        for table in ("machine_client", "idempotency_key", "audit_entry"):
            text = str(await reader.fetch(f"SELECT t::text FROM {table} t"))
            assert made.body["client_secret"] not in text
            assert made.body["client_secret"].encode().hex() not in text
