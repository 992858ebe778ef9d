"""The ways to log in: linked and removed by their owner only, a phone changed with a notice and a day's pause."""

from datetime import timedelta
from typing import Any

import pytest

from shared.contracts.identity import CredentialChanged, PersonContactChanged, PhoneChanged, SessionEnded
from shared.security.subject_sealing import open_from_event
from tests.integration.identity.people import (
    PHONE,
    ask_own_code,
    log_in,
    other_than,
    phone_number,
    some_morning,
    step_up,
    wechat_log_in,
    with_token,
)
from tests.integration.identity.test_sessions import refresh
from tests.support.fake_wechat import login_code, running_wechat
from tests.support.service_under_test import Answer, Caller, Serve, ServiceUnderTest

NEW = phone_number(77)


async def link_wechat(caller: Caller, who: str = "chen") -> Answer:
    """Link a WeChat account."""
    return await caller.post("/me/credentials/wechat", {"code": login_code(who)})


async def kinds(caller: Caller) -> list[Any]:
    """The kinds of one's credentials."""
    return [item["kind"] for item in (await caller.get("/me/credentials")).body["items"]]


async def change(service: ServiceUnderTest, caller: Caller, phone: str = NEW) -> Answer:
    """Ask for a code at the new number, and show it."""
    proof = await ask_own_code(service, caller, "phone_change", phone)
    return await caller.put("/me/phone", proof | {"phone": phone})


@pytest.mark.requirement("A5")
async def test_wechat_is_linked_to_a_phone_person_and_removed_again(serve: Serve) -> None:
    """Linked, used, listed masked, removed; afterwards it leads to nobody known. The last way stays, and so does the
    phone."""
    async with running_wechat() as wechat:
        service = await serve("identity", some_morning(), **wechat.settings)
        login = await log_in(service)
        caller = with_token(service, login.body)
        assert (await link_wechat(caller)).body == {"outcome": "linked", "merge_request_id": None}
        assert (await link_wechat(caller)).body["outcome"] == "linked"
        assert (await wechat_log_in(service)).body["person_id"] == login.body["person_id"]
        listed = (await caller.get("/me/credentials")).body["items"]
        assert [c["shown"][:4] for c in listed] == ["138*", "微信 …"]
        assert (await caller.call("DELETE", f"/me/credentials/{listed[0]['credential_id']}")).code == (
            "phone_not_removable"
        )
        assert (await caller.call("DELETE", f"/me/credentials/{listed[1]['credential_id']}")).status == 204
        assert await kinds(caller) == ["phone"]
        again = await caller.call("DELETE", f"/me/credentials/{listed[0]['credential_id']}")
        assert again.code == "last_credential"
        assert (await wechat_log_in(service)).body["person_id"] != login.body["person_id"]
        told = [(e.kind, e.change) for e in await service.published(CredentialChanged)]
        assert told[:2] == [("wechat", "linked"), ("wechat", "unlinked")]


@pytest.mark.requirement("A5")
async def test_nobody_removes_the_credential_of_another(serve: Serve) -> None:
    """A stranger's credential is not found, and stays."""
    async with running_wechat() as wechat:
        service = await serve("identity", some_morning(), **wechat.settings)
        victim = with_token(service, (await log_in(service)).body)
        await link_wechat(victim)
        target = (await victim.get("/me/credentials")).body["items"][1]["credential_id"]
        thief = with_token(service, (await log_in(service, phone_number(2))).body)
        await link_wechat(thief, "thief")
        assert (await thief.call("DELETE", f"/me/credentials/{target}")).status == 404
        assert await kinds(victim) == ["phone", "wechat"]


@pytest.mark.requirement("A5")
async def test_a_phone_is_linked_to_a_wechat_person(serve: Serve) -> None:
    """Who came by WeChat alone links a phone by a code; the others hear of it; a second one has to be a change."""
    async with running_wechat() as wechat:
        service = await serve("identity", some_morning(), **wechat.settings)
        login = await wechat_log_in(service)
        caller = with_token(service, login.body)
        assert [event.phone for event in await service.published(PersonContactChanged)] == [""]
        proof = await ask_own_code(service, caller, "link_phone", PHONE)
        wrong = await caller.post("/me/credentials/phone", proof | {"phone": PHONE, "code": other_than(proof["code"])})
        assert wrong.code == "login_code_refused"
        linked = await caller.post("/me/credentials/phone", proof | {"phone": PHONE})
        assert linked.body["outcome"] == "linked"
        assert len(await service.published(PersonContactChanged)) == 2
        service.clock.advance(timedelta(minutes=2))
        assert (await log_in(service)).body["person_id"] == login.body["person_id"]
        proof = await ask_own_code(service, caller, "link_phone", NEW)
        second = await caller.post("/me/credentials/phone", proof | {"phone": NEW})
        assert second.code == "phone_already_linked"
        assert (await caller.get("/me")).body["held_until"] is None


@pytest.mark.requirement("V9", "V19")
async def test_step_up_gives_a_new_session_and_ends_the_old(serve: Serve) -> None:
    """The session id changes, the old access token is dead, the refresh token leads to the new session, a used one
    still ends the family, and the kept answer holds no token."""
    service = await serve("identity", some_morning())
    login = (await log_in(service)).body
    service.clock.advance(timedelta(minutes=2))
    old = with_token(service, login)
    before = (await old.get("/sessions")).body["items"][0]["session_id"]
    stepped = await step_up(service, old, login["refresh_token"])
    await service.ended.refresh()
    assert (await old.get("/me")).status == 401
    caller = with_token(service, stepped)
    sessions = (await caller.get("/sessions")).body["items"]
    assert [s["current"] for s in sessions] == [True]
    assert sessions[0]["session_id"] != before
    assert [e.reason for e in await service.published(SessionEnded)] == ["stepped_up"]
    async with service.database.read() as reader:
        kept = b"".join(row["body"] for row in await reader.fetch("SELECT body FROM idempotency_key"))
    assert sessions[0]["session_id"].encode() in kept
    assert b"token" not in kept
    service.clock.advance(timedelta(seconds=11))
    assert (await refresh(service, login["refresh_token"])).status == 401
    assert (await refresh(service, stepped["refresh_token"])).status == 401


@pytest.mark.requirement("A5", "V72")
async def test_a_lost_answer_to_a_link_is_repeated(serve: Serve) -> None:
    """The same request with the same key gets the same answer, though WeChat's code works once; another code under that
    key is refused."""
    async with running_wechat() as wechat:
        service = await serve("identity", some_morning(), **wechat.settings)
        caller = with_token(service, (await log_in(service)).body)
        body = {"code": login_code("chen")}
        first = await caller.post("/me/credentials/wechat", body, key="the-same-key-0001")
        again = await caller.post("/me/credentials/wechat", body, key="the-same-key-0001")
        assert (first.status, again.status, again.body) == (200, 200, first.body)
        other = await caller.post("/me/credentials/wechat", {"code": "nonsense"}, key="the-same-key-0001")
        assert (other.status, other.code) == (422, "idempotency_key_reused")
        assert (await caller.post("/me/credentials/wechat", body)).code == "wechat_code_refused"


@pytest.mark.requirement("V9", "P14")
async def test_a_phone_change_proves_both_tells_the_old_and_holds(serve: Serve) -> None:
    """Without a fresh proof of the old number nothing changes; with it the new one logs in, the old one is told, other
    sessions end, and credentials can not change for 24 hours."""
    async with running_wechat() as wechat:
        service = await serve(
            "identity", some_morning(), SESSION__CANDIDATE_IDLE_MINUTES="2000", SESSION__CANDIDATE_HOURS="48",
            **wechat.settings,
        )  # fmt: skip
        login = (await log_in(service)).body
        service.clock.advance(timedelta(minutes=11))
        pair = (await refresh(service, login["refresh_token"])).body
        caller = with_token(service, pair)
        assert (await change(service, caller)).code == "proof_needed"
        assert (await link_wechat(caller)).code == "proof_needed"
        service.clock.advance(timedelta(minutes=2))
        elsewhere = (await log_in(service)).body
        service.clock.advance(timedelta(minutes=2))
        caller = with_token(service, await step_up(service, caller, pair["refresh_token"]))
        changed = await change(service, caller)
        assert (changed.status, changed.body["outcome"]) == (200, "changed")
        (event,) = await service.published(PhoneChanged)
        place = f"{PhoneChanged.TYPE}.old_phone:{event.person_id}"
        assert await open_from_event(service.keyring, "contact", place, event.old_phone) == PHONE
        assert event.held_until - service.clock.now() == timedelta(hours=24)
        assert (await refresh(service, elsewhere["refresh_token"])).status == 401
        me = (await caller.get("/me")).body
        assert (me["phone_masked"], me["held_until"] is not None) == ("139****0077", True)
        held = await link_wechat(caller)
        assert (held.status, held.code) == (403, "held_after_phone_change")
        assert (await caller.post("/me/closure")).code == "held_after_phone_change"
        service.clock.advance(timedelta(minutes=2))
        assert (await log_in(service)).body["person_id"] != login["person_id"]
        later = (await log_in(service, NEW)).body
        assert (later["person_id"], later["held_until"] is not None) == (login["person_id"], True)
        service.clock.advance(timedelta(hours=24))
        after = (await log_in(service, NEW)).body
        assert after["held_until"] is None
        assert (await link_wechat(with_token(service, after))).body["outcome"] == "linked"
        assert (await with_token(service, after).post("/me/closure")).status == 204


@pytest.mark.requirement("V9")
async def test_wechat_does_not_slip_in_while_a_phone_is_held(serve: Serve) -> None:
    """A WeChat login with the changed phone during the hold opens a session but links nothing."""
    async with running_wechat() as wechat:
        service = await serve("identity", some_morning(), **wechat.settings)
        login = await log_in(service)
        caller = with_token(service, login.body)
        assert (await change(service, caller)).body["outcome"] == "changed"
        during = await wechat_log_in(service, "thief", NEW)
        assert during.body["person_id"] == login.body["person_id"]
        assert await kinds(caller) == ["phone"]


@pytest.mark.requirement("V9")
async def test_a_refused_change_changes_nothing(serve: Serve) -> None:
    """A wrong code at the new number, the same number, and a phone of nobody to replace are refused."""
    async with running_wechat() as wechat:
        service = await serve("identity", some_morning(), **wechat.settings)
        caller = with_token(service, (await log_in(service)).body)
        proof = await ask_own_code(service, caller, "phone_change", NEW)
        wrong = await caller.put("/me/phone", proof | {"phone": NEW, "code": other_than(proof["code"])})
        assert wrong.code == "login_code_refused"
        service.clock.advance(timedelta(minutes=2))
        assert (await change(service, caller, PHONE)).code == "same_phone"
        nobody = with_token(service, (await wechat_log_in(service)).body)
        assert (await change(service, nobody, phone_number(5))).code == "phone_missing"
        assert (await nobody.post("/me/codes", {"purpose": "step_up"})).code == "phone_missing"
        assert await service.published(PhoneChanged) == []


@pytest.mark.requirement("V8", "V9")
async def test_codes_of_one_purpose_do_nothing_for_another(serve: Serve) -> None:
    """Over HTTP: a code of any purpose opens only its own door, though phone and person are the same."""
    service = await serve("identity", some_morning(), LOGIN_CODE__PER_MINUTE="20", LOGIN_CODE__PER_HOUR="40",
                          LOGIN_CODE__PER_DAY="60", LOGIN_CODE__WRONG_PER_DAY="60", LOGIN_CODE__TRIES="9")  # fmt: skip
    caller = with_token(service, (await log_in(service)).body)
    asked = {
        purpose: await ask_own_code(service, caller, purpose, None if purpose == "step_up" else PHONE)
        for purpose in ("step_up", "link_phone", "phone_change")
    }
    asked["login"] = (await service.anonymous().post("/login-codes", {"phone": PHONE})).body
    doors = {
        "login": ("POST", "/sessions"),
        "step_up": ("POST", "/sessions/step-up"),
        "link_phone": ("POST", "/me/credentials/phone"),
        "phone_change": ("PUT", "/me/phone"),
    }
    for purpose, proof in asked.items():
        for door, (method, path) in doors.items():
            if door == purpose:
                continue
            body = {"challenge_id": proof["challenge_id"], "code": proof.get("code", "000000")}
            if door != "step_up":
                body["phone"] = PHONE
            answer = await (service.anonymous() if door == "login" else caller).call(method, path, body)
            assert (answer.status, answer.code) == (401, "login_code_refused"), (purpose, door)
