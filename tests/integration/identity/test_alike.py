"""Every door of identity answers alike for who is known and who is not, at the same cost (V6). The time itself is
compared in test_no_enumeration.py."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from services.identity.credentials.passwords import Passwords
from shared.ids import new_id
from tests.integration.identity.cards import with_photos
from tests.integration.identity.offices import Offices
from tests.integration.identity.passkeys import answering, device, question, registered
from tests.integration.identity.people import (
    PASSWORD,
    PHONE,
    accept,
    ask_own_code,
    invitation_secret,
    log_in,
    other_than,
    phone_number,
    request_staff,
    resident_number,
    some_morning,
    wechat_log_in,
    with_token,
)
from tests.integration.identity.test_merging import verify
from tests.support.alike import require_alike
from tests.support.fake_wechat import login_code, running_wechat
from tests.support.service_under_test import Answer, Caller, Serve

UNKNOWN = phone_number(66)


def posting(caller: Caller, path: str, body: Any) -> Callable[[], Awaitable[Answer]]:
    """One request, to be sent later."""
    return lambda: caller.post(path, body)


@pytest.mark.requirement("V6")
async def test_login_by_code(serve: Serve) -> None:
    """Asking for a code, and a wrong code."""
    service = await serve("identity", some_morning())
    await log_in(service, PHONE)
    service.clock.advance(timedelta(minutes=5))
    anonymous = service.anonymous()
    await require_alike(*(posting(anonymous, "/login-codes", {"phone": one}) for one in (PHONE, UNKNOWN)))
    guess = {"challenge_id": str(new_id()), "code": "000000"}
    work = await require_alike(*(posting(anonymous, "/sessions", guess | {"phone": one}) for one in (PHONE, UNKNOWN)))
    assert ("COMMIT" in work, work.count("argon2")) == (True, 0)


@pytest.mark.requirement("V6")
async def test_wechat_and_the_phone_to_be_linked(serve: Serve) -> None:
    """A used code of a WeChat account that somebody has here, and one nobody was given; a code to a phone that is to be
    one's own, and a wrong one, whether or not somebody else has the phone."""
    async with running_wechat() as wechat:
        service = await serve("identity", some_morning(), **wechat.settings)
        await log_in(service, PHONE)
        service.clock.advance(timedelta(minutes=5))
        person = with_token(service, (await wechat_log_in(service, "chen")).body)
        used = [{"code": login_code("chen")}, {"code": "a-code-nobody-was-given"}]
        await service.anonymous().post("/wechat-sessions", used[0])
        await require_alike(*(posting(service.anonymous(), "/wechat-sessions", body) for body in used))
        # The first use of a token reads the keys it may be signed with.
        assert (await person.get("/me")).status == 200
        wanted = [{"purpose": "link_phone", "phone": one} for one in (PHONE, UNKNOWN)]
        await require_alike(*(posting(person, "/me/codes", body) for body in wanted))
        service.clock.advance(timedelta(minutes=5))
        shown = [await ask_own_code(service, person, "link_phone", one) | {"phone": one} for one in (PHONE, UNKNOWN)]
        wrong = [body | {"code": other_than(body["code"])} for body in shown]
        await require_alike(*(posting(person, "/me/credentials/phone", body) for body in wrong))


@pytest.mark.requirement("V6", "V11")
async def test_staff_login_by_password(serve: Serve) -> None:
    """A wrong password, a right one with a wrong code, and a first code at an account nobody waits for: one hash
    each."""
    offices = await Offices.open(serve, STAFF__FAILURES="10")
    holder = await offices.holder("zone_admin", offices.zone)
    anonymous = offices.service.anonymous()
    for password in (f"{PASSWORD}-wrong", PASSWORD):
        body = {"password": password, "totp": "000000"}
        pair = (posting(anonymous, "/staff-sessions", body | {"phone": one}) for one in (holder.phone, UNKNOWN))
        assert (await require_alike(*pair)).count("argon2") == 1
    await request_staff(offices.service, "site_admin", PHONE, scope_id=offices.site)
    await accept(offices.service, await invitation_secret(offices.service), PHONE)
    async with offices.service.database.read() as reader:
        waiting = await reader.fetchval("SELECT staff_id FROM staff_account WHERE state = 'invited'")
    first = {"password": f"{PASSWORD}-wrong", "totp": "000000", "phone": PHONE}
    known, unknown = first | {"staff_id": str(waiting)}, first | {"staff_id": str(new_id()), "phone": UNKNOWN}
    pair = (posting(anonymous, "/staff-activations", body) for body in (known, unknown))
    assert (await require_alike(*pair)).count("argon2") == 1


@pytest.mark.requirement("V6", "V11")
async def test_staff_login_by_passkey(serve: Serve) -> None:
    """What a device is asked, and a stranger's answer, alone and beside a password: for a phone with a passkey, for one
    of an account without, and for nobody's. One signature is checked each time."""
    offices = await Offices.open(serve)
    service, anonymous = offices.service, offices.service.anonymous()
    holder, plain = await offices.holder("zone_admin", offices.zone), await offices.holder("site_admin", offices.site)
    await registered(service, holder)
    stranger = device(service)
    for known in (holder.phone, plain.phone):
        for purpose in ("login", "second_factor"):
            bodies = [{"purpose": purpose, "phone": one} for one in (known, UNKNOWN)]
            await require_alike(*(posting(anonymous, "/passkey-challenges", body) for body in bodies), sized=False)
        shown = []
        for phone in (known, UNKNOWN):
            asked = await question(anonymous, "login", phone)
            shown.append({"phone": phone, "passkey": answering(asked, stranger.get(asked["public_key"]))})
        work = await require_alike(*(posting(anonymous, "/passkey-sessions", body) for body in shown))
        assert (work.count("signature"), work.count("argon2")) == (1, 0)
        await require_alike(*(posting(anonymous, "/passkey-sessions", body) for body in shown))
        shown = []
        for phone in (known, UNKNOWN):
            asked = await question(anonymous, "second_factor", phone)
            answer = answering(asked, stranger.get(asked["public_key"]))
            shown.append({"phone": phone, "password": PASSWORD, "passkey": answer})
        work = await require_alike(*(posting(anonymous, "/staff-sessions", body) for body in shown))
        assert (work.count("signature"), work.count("argon2")) == (1, 1)


@pytest.mark.requirement("V6", "V12")
async def test_acceptance_of_an_invitation(serve: Serve) -> None:
    """A wrong secret at an invited phone, a living secret at another phone, a used one and one that was never made."""
    service = await serve("identity", some_morning())
    await request_staff(service, "institution_owner", PHONE)
    used = await invitation_secret(service)
    assert (await accept(service, used, PHONE)).status == 200
    await request_staff(service, "institution_owner", phone_number(5))
    living = await invitation_secret(service)

    def tried(secret: str, phone: str) -> Callable[[], Awaitable[Answer]]:
        return lambda: accept(service, secret, phone)

    never = tried("ABCDEFGHJKMN", UNKNOWN)
    for known in (tried("ABCDEFGHJKMN", phone_number(5)), tried(living, UNKNOWN), tried(used, PHONE)):
        assert (await require_alike(known, never)).count("argon2") == 1


@pytest.mark.requirement("V6", "P14")
async def test_recovery_by_document(serve: Serve) -> None:
    """Who claims the account of a document hears the same whether or not somebody is verified by it."""
    service = await serve("identity", some_morning())
    known, unknown = [
        {"name": "上官虚构", "document_no": resident_number(n), "document_type": "resident_id"} for n in (1, 2)
    ]
    await verify(service, (await log_in(service, phone_number(30))).body["person_id"], known["document_no"])
    claimants = [await with_photos(service, phone_number(31 + n), n) for n in range(2)]
    pair = zip(claimants, (known, unknown), strict=True)
    await require_alike(*(posting(caller, "/me/account-claims", body) for caller, body in pair))
    async with service.database.read() as reader:
        others = await reader.fetch("SELECT other_id FROM merge_request ORDER BY requested_at")
    assert [row["other_id"] is None for row in others] == [False, True]


@pytest.mark.requirement("V6")
async def test_control_a_door_that_saves_the_hash_for_nobody_is_found(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: without the hash for phones nobody has, the cost differs and the comparison fails."""
    honest = Passwords.holds

    async def hasty(self: Passwords, phc: str | None, password: str) -> bool:
        return phc is not None and await honest(self, phc, password)

    monkeypatch.setattr(Passwords, "holds", hasty)
    offices = await Offices.open(serve)
    holder = await offices.holder("zone_admin", offices.zone)
    body = {"password": f"{PASSWORD}-wrong", "totp": "000000"}
    with pytest.raises(AssertionError):
        await require_alike(
            *(
                posting(offices.service.anonymous(), "/staff-sessions", body | {"phone": one})
                for one in (holder.phone, UNKNOWN)
            )
        )
