"""Two accounts that are one person's: never made one in silence, decided by a reviewer, losing nothing."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.identity.storage import verifications
from services.identity.use_cases.verifying.record_verified_identity import record_verified_identity
from shared.contracts.identity import MergeDecided, PersonIdentity, PhoneChanged, SessionEnded
from tests.integration.identity.cards import with_photos
from tests.integration.identity.people import (
    PHONE,
    ask_own_code,
    log_in,
    phone_number,
    resident_number,
    some_morning,
    wechat_log_in,
    with_token,
)
from tests.integration.identity.test_credentials import change, kinds, link_wechat
from tests.integration.identity.test_sessions import refresh
from tests.support.fake_wechat import running_wechat
from tests.support.service_under_test import Answer, Caller, Serve, ServiceUnderTest

NAME = "欧阳试用"


async def verify(service: ServiceUnderTest, person_id: str, number: str = resident_number(1)) -> None:
    """A person whose identity is proven."""
    identity = PersonIdentity(
        name=NAME, document_type="resident_id", document_no=number, sex="1", birth_date="1991-03-07"
    )
    now = service.clock.now()
    async with service.database.transaction() as tx:
        verification = await verifications.lock(tx, UUID(person_id))
        started = verification.started_automatically(service.settings.verification, now)
        await verifications.update(tx, started.verified_by("auto", now))
        assert await record_verified_identity(tx, UUID(person_id), identity, "auto", None, service.keyring, now)


async def only_request(reviewer: Caller) -> Any:
    """The one request that waits, opened."""
    listed = await reviewer.get("/merge-requests")
    assert listed.status == 200, listed.body
    (item,) = listed.body["items"]
    return (await reviewer.get(f"/merge-requests/{item['request_id']}")).body


async def decide(reviewer: Caller, request: Any, decision: str, **body: Any) -> Answer:
    """Approve or reject the version that was seen."""
    path = f"/merge-requests/{request['request_id']}/{decision}"
    return await reviewer.post(path, body or None, version=request["version"])


async def two_accounts(service: ServiceUnderTest) -> tuple[Any, Any]:
    """A verified person with a phone, and a WeChat person who links that phone; both logins."""
    by_phone = (await log_in(service)).body
    await verify(service, by_phone["person_id"])
    by_wechat = (await wechat_log_in(service)).body
    service.clock.advance(timedelta(minutes=2))
    return by_phone, by_wechat


async def ask_to_link(service: ServiceUnderTest, caller: Caller, phone: str = PHONE) -> Answer:
    """Prove a phone that somebody else has."""
    proof = await ask_own_code(service, caller, "link_phone", phone)
    return await caller.post("/me/credentials/phone", proof | {"phone": phone})


@pytest.mark.requirement("A5")
async def test_an_approved_merge_leaves_the_verified_person_with_everything(serve: Serve) -> None:
    """The request shows both sides masked; approval moves WeChat to the verified person, closes the other, ends its
    sessions; afterwards both ways lead to one person, whose identity is untouched."""
    async with running_wechat() as wechat:
        service = await serve("identity", some_morning(), **wechat.settings)
        by_phone, by_wechat = await two_accounts(service)
        caller = with_token(service, by_wechat)
        asked = await ask_to_link(service, caller)
        assert (asked.status, asked.body["outcome"]) == (200, "merge_pending")
        own = (await caller.get("/me/merge-requests")).body["items"]
        assert [(r["state"], r["grounds"]) for r in own] == [("pending", "phone")]
        assert await kinds(caller) == ["wechat"]
        reviewer = service.caller("identity_reviewer")
        request = await only_request(reviewer)
        assert request["remains"] == by_phone["person_id"]
        assert (request["applicant"]["wechat_accounts"], request["other"]["phone_masked"]) == (1, "138****5678")
        assert PHONE not in str(request)
        decided = await decide(reviewer, request, "approval")
        assert (decided.status, decided.body["state"]) == (200, "approved")
        await service.ended.refresh()
        assert (await caller.get("/me")).status == 401
        assert (await refresh(service, by_wechat["refresh_token"])).status == 401
        merged = (await wechat_log_in(service)).body
        assert (merged["person_id"], merged["verification_state"]) == (by_phone["person_id"], "verified")
        assert await kinds(with_token(service, merged)) == ["phone", "wechat"]
        (event,) = await service.published(MergeDecided)
        assert (str(event.person_id), str(event.closed_person_id)) == (by_phone["person_id"], by_wechat["person_id"])
        assert await service.published(PhoneChanged) == []
        assert "merged" in [e.reason for e in await service.published(SessionEnded)]


@pytest.mark.requirement("A5")
async def test_a_rejected_merge_leaves_both_as_they_were(serve: Serve) -> None:
    """Both go on, the applicant sees the reason, and may ask again."""
    async with running_wechat() as wechat:
        service = await serve("identity", some_morning(), **wechat.settings)
        _, by_wechat = await two_accounts(service)
        caller = with_token(service, by_wechat)
        await ask_to_link(service, caller)
        reviewer = service.caller("identity_reviewer")
        request = await only_request(reviewer)
        assert (await decide(reviewer, request, "rejection", reason_code="not_same_person")).status == 200
        (own,) = (await caller.get("/me/merge-requests")).body["items"]
        assert (own["state"], own["reason_code"]) == ("rejected", "not_same_person")
        assert (await caller.get("/me")).body["person_id"] == by_wechat["person_id"]
        again = await decide(reviewer, request, "approval")
        assert (again.status, again.code) == (409, "merge_already_decided")
        service.clock.advance(timedelta(minutes=2))
        assert (await ask_to_link(service, caller)).body["outcome"] == "merge_pending"


@pytest.mark.requirement("A5")
async def test_two_histories_are_never_merged(serve: Serve) -> None:
    """Where both persons have begun to verify, the request is refused with a sentence, and nothing waits."""
    async with running_wechat() as wechat:
        service = await serve("identity", some_morning(), **wechat.settings)
        _, by_wechat = await two_accounts(service)
        await verify(service, by_wechat["person_id"], resident_number(2))
        refused = await ask_to_link(service, with_token(service, by_wechat))
        assert (refused.status, refused.code) == (409, "both_proven")
        assert "不能合并" in refused.body["title"]
        assert (await service.caller("identity_reviewer").get("/merge-requests")).body["items"] == []


@pytest.mark.requirement("A5")
async def test_a_history_begun_meanwhile_stops_the_approval(serve: Serve) -> None:
    """What was allowed when it was asked is checked again when it is decided."""
    async with running_wechat() as wechat:
        service = await serve("identity", some_morning(), **wechat.settings)
        _, by_wechat = await two_accounts(service)
        await ask_to_link(service, with_token(service, by_wechat))
        reviewer = service.caller("identity_reviewer")
        request = await only_request(reviewer)
        await verify(service, by_wechat["person_id"], resident_number(2))
        assert (await decide(reviewer, request, "approval")).code == "both_proven"
        assert (await only_request(reviewer))["remains"] is None


@pytest.mark.requirement("A5", "V25")
async def test_nobody_merges_himself_and_stale_versions_are_refused(serve: Serve) -> None:
    """A reviewer who is one of the two persons may neither look nor decide; another version is a conflict; a candidate
    and other staff do not come in."""
    async with running_wechat() as wechat:
        service = await serve("identity", some_morning(), **wechat.settings)
        by_phone, by_wechat = await two_accounts(service)
        await ask_to_link(service, with_token(service, by_wechat))
        reviewer = service.caller("identity_reviewer")
        request = await only_request(reviewer)
        for person in (by_phone, by_wechat):
            own = service.caller("identity_reviewer", person_id=UUID(person["person_id"]))
            assert (await own.get(f"/merge-requests/{request['request_id']}")).code == "own_request"
            for decision, body in (("approval", {}), ("rejection", {"reason_code": "not_same_person"})):
                assert (await decide(own, request, decision, **body)).code == "own_request"
        stale = request | {"version": 7}
        assert (await decide(reviewer, stale, "approval")).code == "stale_version"
        for other in (service.caller("zone_admin"), with_token(service, by_phone)):
            assert (await other.get("/merge-requests")).status == 403
            assert (await decide(other, request, "approval")).status == 403


@pytest.mark.requirement("A5", "V3")
async def test_of_ten_approvals_at_once_one_decides(serve: Serve) -> None:
    """Ten reviewers approve at the same moment: one decision, one event, one person closed."""
    async with running_wechat() as wechat:
        service = await serve("identity", some_morning(), **wechat.settings)
        _, by_wechat = await two_accounts(service)
        await ask_to_link(service, with_token(service, by_wechat))
        request = await only_request(service.caller("identity_reviewer"))
        answers = await asyncio.gather(
            *(decide(service.caller("identity_reviewer"), request, "approval") for _ in range(10))
        )
        assert sorted(a.status for a in answers) == [200] + [409] * 9
        assert len(await service.published(MergeDecided)) == 1


@pytest.mark.requirement("A5", "P14")
async def test_a_changed_phone_of_another_account_is_a_request_too(serve: Serve) -> None:
    """A verified person changes to a number that an unverified account has: after approval the number is theirs, the
    old number is told, and the person is held."""
    service = await serve("identity", some_morning())
    mine = (await log_in(service)).body
    await verify(service, mine["person_id"])
    other = (await log_in(service, phone_number(77))).body
    service.clock.advance(timedelta(minutes=2))
    asked = await change(service, with_token(service, mine), phone_number(77))
    assert asked.body["outcome"] == "merge_pending"
    reviewer = service.caller("identity_reviewer")
    request = await only_request(reviewer)
    assert request["remains"] == mine["person_id"]
    assert (await decide(reviewer, request, "approval")).status == 200
    assert len(await service.published(PhoneChanged)) == 1
    service.clock.advance(timedelta(minutes=2))
    now = (await log_in(service, phone_number(77))).body
    assert (now["person_id"], now["held_until"] is not None) == (mine["person_id"], True)
    assert now["person_id"] != other["person_id"]


@pytest.mark.requirement("A5")
async def test_a_linked_wechat_of_another_account_is_a_request(serve: Serve) -> None:
    """A person with a phone proves a WeChat account that another person has; approval brings both together."""
    async with running_wechat() as wechat:
        service = await serve("identity", some_morning(), **wechat.settings)
        await wechat_log_in(service)
        mine = (await log_in(service)).body
        caller = with_token(service, mine)
        assert (await link_wechat(caller)).body["outcome"] == "merge_pending"
        assert (await link_wechat(caller)).code == "merge_pending"
        reviewer = service.caller("identity_reviewer")
        assert (await decide(reviewer, await only_request(reviewer), "approval")).status == 200
        assert (await wechat_log_in(service)).body["person_id"] == mine["person_id"]
        assert await kinds(caller) == ["phone", "wechat"]


@pytest.mark.requirement("A5")
async def test_a_login_with_the_phone_of_another_goes_on_as_oneself(serve: Serve) -> None:
    """A known WeChat account with the phone button giving somebody else's number: a session of its own person, and a
    request; never a silent take-over."""
    async with running_wechat() as wechat:
        service = await serve("identity", some_morning(), **wechat.settings)
        owner = (await log_in(service)).body["person_id"]
        mine = (await wechat_log_in(service)).body["person_id"]
        login = (await wechat_log_in(service, phone=PHONE)).body
        assert login["person_id"] == mine != owner
        assert login["merge_request_id"] is not None


@pytest.mark.requirement("V9", "P14", "V6", "V33")
async def test_a_lost_phone_is_recovered_by_the_document(serve: Serve) -> None:
    """From a new number, with photos and the claim, the account of the verified identity is given back: the new number
    replaces the lost one, which is told; the applicant never learns before whether the account exists."""
    service = await serve("identity", some_morning())
    lost = (await log_in(service)).body
    await verify(service, lost["person_id"])
    caller = await with_photos(service, phone_number(77))
    stranger = await with_photos(service, phone_number(78))
    claim = {"name": NAME, "document_no": resident_number(1), "document_type": "resident_id"}
    asked = await caller.post("/me/account-claims", claim)
    unknown = await stranger.post("/me/account-claims", claim | {"document_no": resident_number(5)})
    assert (asked.status, unknown.status) == (202, 202)
    assert asked.body.keys() == unknown.body.keys()
    assert {k: v for k, v in asked.body.items() if k != "request_id"} == {
        k: v for k, v in unknown.body.items() if k != "request_id"
    }
    reviewer = service.caller("identity_reviewer")
    items = (await reviewer.get("/merge-requests?grounds=identity")).body["items"]
    opened = {i["request_id"]: (await reviewer.get(f"/merge-requests/{i['request_id']}")).body for i in items}
    request, empty = opened[asked.body["request_id"]], opened[unknown.body["request_id"]]
    assert (request["claimed_name"], request["claimed_name_agrees"]) == (NAME, True)
    assert request["applicant"]["photos"] == ["back", "front"]
    photo = await reviewer.get(f"/merge-requests/{request['request_id']}/images/front")
    assert photo.body[:3] == b"\xff\xd8\xff"
    assert (empty["other"], (await decide(reviewer, empty, "approval")).code) == (None, "nobody_holds_document")
    assert (await decide(reviewer, request, "approval")).status == 200
    (told,) = await service.published(PhoneChanged)
    assert str(told.person_id) == lost["person_id"]
    service.clock.advance(timedelta(minutes=2))
    back = (await log_in(service, phone_number(77))).body
    assert (back["person_id"], back["verification_state"]) == (lost["person_id"], "verified")
    assert (await log_in(service)).body["person_id"] != lost["person_id"]
    assert (await reviewer.get(f"/merge-requests/{request['request_id']}/images/front")).status == 404
    async with service.database.read() as reader:
        text = str(await reader.fetch("SELECT m::text FROM merge_request m WHERE state <> 'pending'"))
        assert "claim" not in text
        assert await reader.fetchval("SELECT count(claim_sealed) FROM merge_request WHERE state <> 'pending'") == 0
        viewed = await reader.fetchval("SELECT count(*) FROM audit_entry WHERE action = 'verification.view_image'")
    assert viewed == 1


@pytest.mark.requirement("V9")
async def test_a_claim_needs_consent_photos_and_a_fresh_account(serve: Serve) -> None:
    """Without consent, without photos, or with a history of one's own the claim is refused."""
    service = await serve("identity", some_morning())
    claim = {"name": NAME, "document_no": resident_number(1), "document_type": "resident_id"}
    login = (await log_in(service)).body
    caller = with_token(service, login)
    assert (await caller.post("/me/account-claims", claim)).code == "consent_missing"
    await caller.post("/consents", {"kind": "id_images", "version": "2026-1"})
    assert (await caller.post("/me/account-claims", claim)).code == "photos_missing"
    await verify(service, login["person_id"], resident_number(3))
    assert (await caller.post("/me/account-claims", claim)).code == "both_proven"
