"""Passkeys of staff: registered only by who just proved both factors, used once per challenge, never the last to go."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from services.identity.jobs import forget_logins
from tests.integration.identity.passkeys import (
    answering,
    audited,
    by_passkey,
    by_password_and_passkey,
    device,
    office,
    question,
    registered,
    told,
    try_register,
)
from tests.integration.identity.people import PASSWORD, phone_number, with_token
from tests.support.service_under_test import Answer, Serve, ServiceUnderTest
from tests.support.soft_authenticator import Algorithm, encoded


@pytest.mark.requirement("V11", "B6")
@pytest.mark.parametrize("algorithm", ["ES256", "EdDSA"])
async def test_a_passkey_logs_in_alone_and_beside_the_password(serve: Serve, algorithm: Algorithm) -> None:
    """Registered after a login, it opens a session by itself and as the second factor; the log shows which."""
    offices, holder = await office(serve)
    service = offices.service
    authenticator, made = await registered(service, holder, algorithm)
    assert (made["label"], made["version"], made["last_used_at"]) == ("办公电脑", 1, None)
    alone = await by_passkey(service, holder.phone, authenticator)
    assert (alone.status, alone.body["staff_id"]) == (201, holder.staff_id)
    beside = await by_password_and_passkey(service, holder.phone, authenticator)
    assert (beside.status, beside.body["staff_id"]) == (201, holder.staff_id)
    owner = with_token(service, beside.body)
    assert (await owner.get("/staff/me")).status == 200
    sessions = (await owner.get("/sessions")).body["items"]
    assert {one["method"] for one in sessions} == {"password_totp", "passkey", "password_passkey"}
    logins = (await owner.get("/staff-logins")).body["items"]
    assert [one["method"] for one in logins] == ["password_passkey", "passkey", "password_totp"]
    assert await told(service) == [("passkey", "added")]
    assert await audited(service) == ["staff.factor_added"]


@pytest.mark.requirement("V11")
async def test_what_a_device_shows_tells_nothing_about_its_holder(serve: Serve) -> None:
    """The options of a registration hold a masked phone and an id; the device is asked to verify its holder."""
    offices, holder = await office(serve)
    options = (await question(holder.api, "registration"))["public_key"]
    assert holder.phone not in str(options)
    assert options["user"]["name"] == "139****0101"
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert options["attestation"] == "none"
    await registered(offices.service, holder)
    assert len((await question(holder.api, "registration"))["public_key"]["excludeCredentials"]) == 1


LIES: list[tuple[dict[str, Any], str]] = [
    ({"origin": "https://tiro.example.net"}, "passkey_origin_wrong"),
    ({"framed": True}, "passkey_origin_wrong"),
    ({"party": "tiro.example.net"}, "passkey_party_wrong"),
    ({"verified": False}, "passkey_user_not_verified"),
    ({"present": False}, "passkey_user_not_verified"),
    ({"challenge": encoded(bytes(32))}, "passkey_challenge_refused"),
    ({"kind": "webauthn.something"}, "passkey_unreadable"),
]
FALSE: list[tuple[dict[str, Any], str]] = [
    ({"signature": b"\x30\x06\x02\x01\x01\x02\x01\x01"}, "passkey_refused"),
    ({"user_handle": bytes(16)}, "passkey_refused"),
]


@pytest.mark.requirement("V11")
@pytest.mark.parametrize(("lie", "code"), [*LIES, *FALSE])
async def test_every_lie_of_a_login_has_its_refusal(serve: Serve, lie: dict[str, Any], code: str) -> None:
    """Another site, a frame, another party, an unverified or absent holder, another challenge, a false signature or
    account: each is refused by its code, no session opens, and the same device without the lie gets in."""
    offices, holder = await office(serve)
    service = offices.service
    authenticator, _ = await registered(service, holder)
    refused = await by_passkey(service, holder.phone, authenticator, **lie)
    assert refused.code == code
    assert refused.status in (401, 403, 422)
    async with service.database.read() as reader:
        assert await reader.fetchval("SELECT count(*) FROM session") == 1
    assert (await by_passkey(service, holder.phone, authenticator)).status == 201


@pytest.mark.requirement("V11")
@pytest.mark.parametrize(("lie", "code"), [*LIES, ({"made_id": bytes(32)}, "passkey_unreadable")])
async def test_every_lie_of_a_registration_has_its_refusal(serve: Serve, lie: dict[str, Any], code: str) -> None:
    """The same lies register nothing, and their challenge is used up all the same."""
    offices, holder = await office(serve)
    authenticator = device(offices.service)
    asked = await question(holder.api, "registration")
    made = answering(asked, authenticator.create(asked["public_key"], **lie)) | {"label": "办公电脑"}
    assert (await holder.api.post("/staff/passkeys", made)).code == code
    honest = answering(asked, authenticator.create(asked["public_key"])) | {"label": "办公电脑"}
    assert (await holder.api.post("/staff/passkeys", honest)).code == "passkey_challenge_refused"
    assert (await holder.api.get("/staff/second-factors")).body == {"has_totp": True, "passkeys": []}
    assert (await try_register(holder.api, authenticator)).status == 201


@pytest.mark.requirement("V11", "V8")
async def test_a_challenge_is_answered_once_in_time_and_for_its_purpose(serve: Serve) -> None:
    """An answer sent twice, one after three minutes, one to a challenge given out for something else, for another phone
    or by nobody are all refused; eight at once open one session."""
    offices, holder = await office(serve)
    service, anonymous = offices.service, offices.service.anonymous()
    authenticator, _ = await registered(service, holder, counts=False)
    asked = await question(anonymous, "login", holder.phone)
    answers = await asyncio.gather(*(by_passkey(service, holder.phone, authenticator, asked) for _ in range(8)))
    assert sorted(one.code for one in answers) == [""] + ["passkey_challenge_refused"] * 7
    late = await question(anonymous, "login", holder.phone)
    service.clock.advance(timedelta(seconds=180))
    assert (await by_passkey(service, holder.phone, authenticator, late)).code == "passkey_challenge_refused"
    wrong = [
        await question(anonymous, "second_factor", holder.phone),
        await question(anonymous, "login", phone_number(77)),
        await question(holder.api, "step_up"),
        late | {"challenge_id": "01890000-0000-7000-8000-000000000000"},
    ]
    for one in wrong:
        asked = {"challenge_id": one["challenge_id"], "public_key": one["public_key"]}
        assert (await by_passkey(service, holder.phone, authenticator, asked)).code == "passkey_challenge_refused"
    login = await question(anonymous, "login", holder.phone)
    as_second = await by_password_and_passkey(service, holder.phone, authenticator, login)
    assert as_second.code == "passkey_challenge_refused"


@pytest.mark.requirement("V57")
async def test_challenges_nobody_answered_are_forgotten(serve: Serve) -> None:
    """The job takes those whose time is over and leaves the others."""
    offices, holder = await office(serve)
    service = offices.service
    await question(service.anonymous(), "login", holder.phone)
    service.clock.advance(timedelta(seconds=181))
    await question(service.anonymous(), "login", phone_number(77))
    await forget_logins(service.deps)
    async with service.database.read() as reader:
        assert await reader.fetchval("SELECT count(*) FROM passkey_challenge") == 1


@pytest.mark.requirement("V11")
async def test_a_passkey_opens_its_own_account_only(serve: Serve) -> None:
    """At another phone, or at another account of the same phone by password, a passkey of somebody else is refused."""
    offices, holder = await office(serve)
    service = offices.service
    other = await offices.holder("site_admin", offices.site)
    authenticator, _ = await registered(service, holder)
    assert (await by_passkey(service, other.phone, authenticator)).code == "passkey_refused"
    assert (await by_password_and_passkey(service, other.phone, authenticator)).code == "passkey_refused"
    asked = await question(service.anonymous(), "second_factor", holder.phone)
    shown = answering(asked, authenticator.get(asked["public_key"]))
    body = {"phone": holder.phone, "password": PASSWORD, "passkey": shown, "scope_id": str(other.scope_id)}
    assert (await service.anonymous().post("/staff-sessions", body)).code == "staff_login_refused"
    assert (await by_passkey(service, holder.phone, authenticator)).status == 201


@pytest.mark.requirement("V11")
async def test_beside_a_password_having_the_passkey_is_enough_and_both_are_needed(serve: Serve) -> None:
    """A device that does not verify its holder is one factor: good beside the password, refused alone; a right passkey
    with a wrong password opens nothing, and no body holds a code and a passkey at once."""
    offices, holder = await office(serve)
    service = offices.service
    authenticator, _ = await registered(service, holder)
    authenticator.verifies = False
    assert (await by_passkey(service, holder.phone, authenticator)).code == "passkey_user_not_verified"
    assert (await by_password_and_passkey(service, holder.phone, authenticator)).status == 201
    wrong = await by_password_and_passkey(service, holder.phone, authenticator, password=f"{PASSWORD}-no")
    assert (wrong.status, wrong.code) == (401, "staff_login_refused")
    asked = await question(service.anonymous(), "second_factor", holder.phone)
    shown = answering(asked, authenticator.get(asked["public_key"]))
    body = {"phone": holder.phone, "password": PASSWORD, "passkey": shown, "totp": "123456"}
    assert (await service.anonymous().post("/staff-sessions", body)).status == 422
    assert (await service.anonymous().post("/staff-sessions", body | {"passkey": None, "totp": None})).status == 422


@pytest.mark.requirement("V11", "B6")
async def test_a_counter_that_goes_back_stops_the_passkey(serve: Serve) -> None:
    """A copy shows an old counter: both are refused from then on, the holder hears of it once, codes still work, and
    after removing it the same device can be registered anew. A device that never counts is not suspected."""
    offices, holder = await office(serve)
    service = offices.service
    authenticator, made = await registered(service, holder)
    assert (await by_passkey(service, holder.phone, authenticator)).status == 201
    assert (await by_passkey(service, holder.phone, authenticator)).status == 201
    assert (await by_passkey(service, holder.phone, authenticator, sign_count=1)).code == "passkey_suspected"
    assert (await by_passkey(service, holder.phone, authenticator)).code == "passkey_suspected"
    again = await offices.again(holder)
    (shown,) = (await again.api.get("/staff/second-factors")).body["passkeys"]
    assert shown["suspected_at"] is not None
    assert await told(service) == [("passkey", "added"), ("passkey", "suspected")]
    assert await audited(service) == ["staff.factor_added", "staff.factor_suspected"]
    assert (await again.api.call("DELETE", f"/staff/passkeys/{made['passkey_id']}")).status == 204
    assert (await try_register(again.api, authenticator)).status == 201
    uncounted, _ = await registered(service, again, counts=False)
    for _ in range(2):
        assert (await by_passkey(service, holder.phone, uncounted)).status == 201


@pytest.mark.requirement("V7")
async def test_a_passkey_opens_while_guesses_keep_the_password_locked(serve: Serve) -> None:
    """Five guesses close the password for fifteen minutes; the holder comes in by passkey meanwhile, which gives the
    guesser no more tries, and after the time any login unlocks the account."""
    offices, holder = await office(serve)
    service = offices.service
    authenticator, _ = await registered(service, holder)
    for _ in range(5):
        assert (await guess(service, holder.phone)).status == 401
    assert (await guess(service, holder.phone)).status == 429
    inside = await by_passkey(service, holder.phone, authenticator)
    assert inside.status == 201
    assert (await with_token(service, inside.body).get("/staff/me")).body["state"] == "locked"
    assert (await guess(service, holder.phone)).status == 429
    service.clock.advance(timedelta(minutes=15, seconds=1))
    unlocked = await by_passkey(service, holder.phone, authenticator)
    assert (await with_token(service, unlocked.body).get("/staff/me")).body["state"] == "active"


async def guess(service: ServiceUnderTest, phone: str) -> Answer:
    """One try with a wrong password."""
    body = {"phone": phone, "password": f"{PASSWORD}-no", "totp": "000000"}
    return await service.anonymous().post("/staff-sessions", body)
