"""Every search and every limit crosses a change of index keys, not logins alone (V47, V48)."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from services.identity.storage import known_devices, proofing_guards, wechat_credentials
from services.identity.storage.wechat_credentials import WechatCredential
from services.identity.use_cases.linking.attach_wechat import openid_index
from services.identity.use_cases.verifying.start_automatic_verification import take_start
from shared.contracts.identity import DeviceUsed, NewDeviceSeen
from shared.errors import LimitReached
from shared.ids import new_id
from shared.privacy.reindexing import reindex
from shared.privacy.resealing import reseal
from shared.security.blind_index import BlindIndex, blind_index
from tests.integration.identity.offices import Offices
from tests.integration.identity.people import PHONE, log_in, some_morning, wechat_log_in, with_token
from tests.integration.identity.reviewing import waits
from tests.integration.identity.rotation import crowd, install
from tests.integration.identity.test_credentials import change
from tests.integration.identity.test_index_rotation import race
from tests.integration.identity.test_merging import ask_to_link, decide, only_request, two_accounts
from tests.integration.identity.test_people import by_passport
from tests.support.fake_wechat import running_wechat
from tests.support.service_under_test import Serve, ServiceUnderTest


async def recomputed(service: ServiceUnderTest, data_class: str) -> dict[str, int]:
    """What `reindex` rewrote of a class, without what had nothing to do."""
    done = await reindex(service.definition.register, service.database, service.keyring, data_class, lambda *_: None)
    assert not done.broken
    return {column: count for column, count in done.done.items() if count}


@pytest.mark.requirement("V48", "A15")
async def test_searches_find_what_an_older_key_indexed(serve: Serve) -> None:
    """The reviewers' queue and the search for people answer the same before, while and after the key is replaced; with
    the old key taken away too early they find nobody."""
    service = await serve("identity", some_morning())
    _, waiting = await waits(service, "E7654321", "Ada Nr A", n=7)
    _, verified = await by_passport(service)

    async def found() -> list[list[str]]:
        staff, zone = service.caller("identity_reviewer"), service.caller("zone_admin", scope_id=new_id())
        answers = [
            await staff.post("/verification-request-searches", {"name": "ada nr a"}),
            await staff.post("/verification-request-searches", {"document_no": "E7654321"}),
            await zone.post("/person-searches", {"name": "Ada Fictional"}),
            await zone.post("/person-searches", {"name": "Ada Fictional", "birth_date": "1991-03-08"}),
            await zone.post("/person-searches", {"document_no": "E1111111"}),
        ]
        assert {one.status for one in answers} <= {200, 201}, [one.body for one in answers]
        return [[item["person_id"] for item in one.body["items"]] for one in answers]

    everybody = [[waiting], [waiting], [verified], [verified], [verified]]
    assert await found() == everybody
    install(service, "index_person", "k2", "k1", "k2")
    assert await found() == everybody
    install(service, "index_person", "k2", "k2")
    assert await found() == [[]] * 5
    install(service, "index_person", "k2", "k1", "k2")
    assert await recomputed(service, "index_person") == {
        "identity_verification.claim_index": 1,
        "identity_verification.claim_name_index": 1,
        "identity_document.document_index": 1,
        "identity_document.name_index": 1,
        "identity_document.name_and_birth_index": 1,
    }
    install(service, "index_person", "k2", "k2")
    assert await found() == everybody


@pytest.mark.requirement("V48", "B5")
async def test_staff_are_found_by_name_and_phone_across_the_change(serve: Serve) -> None:
    """An account invited under the old key is found under the new one, and after recomputing without the old one."""
    offices = await Offices.open(serve)
    unit = await offices.institution(offices.zone, offices.site)
    owner = await offices.holder("institution_owner", unit)
    site = await offices.holder("site_admin", offices.site)
    admin = await offices.invited(owner, "institution_business_admin", unit)

    async def found(**wanted: Any) -> list[str]:
        answer = await site.api.post("/staff-accounts/search", wanted)
        return [item["staff_id"] for item in answer.body["items"]]

    install(offices.service, "index_contact", "k2", "k1", "k2")
    assert await found(phone=admin.phone) == await found(name="司徒办事") == [admin.staff_id]
    assert (await recomputed(offices.service, "index_contact"))["staff_account.name_index"] >= 2
    install(offices.service, "index_contact", "k2", "k2")
    assert await found(phone=admin.phone) == await found(name="司徒办事") == [admin.staff_id]


@pytest.mark.requirement("V10", "V48")
async def test_a_wechat_login_crosses_the_change(serve: Serve) -> None:
    """One WeChat account is one person under the old key, under both, and under the new one alone; its index is
    computed again from app and id."""
    async with running_wechat() as wechat:
        service = await serve("identity", some_morning(), **wechat.settings)
        before = (await wechat_log_in(service)).body["person_id"]
        install(service, "index_contact", "k2", "k1", "k2")
        assert (await wechat_log_in(service)).body["person_id"] == before
        assert (await recomputed(service, "index_contact"))["wechat_credential.openid_index"] == 1
        install(service, "index_contact", "k2", "k2")
        assert (await wechat_log_in(service)).body["person_id"] == before


@pytest.mark.requirement("A5", "V47", "V48")
async def test_a_request_to_merge_outlives_the_keys_it_was_made_under(serve: Serve) -> None:
    """What was proven is opened and looked for anew at the decision, after sealing and index keys are gone."""
    async with running_wechat() as wechat:
        service = await serve("identity", some_morning(), **wechat.settings)
        by_phone, by_wechat = await two_accounts(service)
        assert (await ask_to_link(service, with_token(service, by_wechat))).body["outcome"] == "merge_pending"
        install(service, "contact", "k2", "k1", "k2")
        install(service, "index_contact", "k2", "k1", "k2")
        register, keyring = service.definition.register, service.keyring
        sealed = await reseal(register, service.database, service.bucket, keyring, "contact", lambda *_: None)
        assert (sealed.done["merge_request.proof_sealed"], sealed.done["wechat_credential.openid_sealed"]) == (1, 1)
        await recomputed(service, "index_contact")
        install(service, "contact", "k2", "k2")
        install(service, "index_contact", "k2", "k2")
        reviewer = service.caller("identity_reviewer")
        request = await only_request(reviewer)
        assert request["remains"] == by_phone["person_id"]
        assert (await decide(reviewer, request, "approval")).status == 200
        async with service.database.read() as reader:
            assert await reader.fetchval("SELECT proof_sealed FROM merge_request") is None


@pytest.mark.requirement("V9", "V48")
async def test_ones_own_phone_is_recognised_across_the_change(serve: Serve) -> None:
    """Changing to the phone one has is refused as before, not answered with a request to merge with oneself."""
    service = await serve("identity", some_morning())
    login = (await log_in(service)).body
    service.clock.advance(timedelta(minutes=2))
    install(service, "index_contact", "k2", "k1", "k2")
    assert (await change(service, with_token(service, login), PHONE)).code == "same_phone"


@pytest.mark.requirement("V20", "V48", "F7")
@pytest.mark.parametrize("renamed", [True, False])
async def test_a_known_device_stays_known(serve: Serve, monkeypatch: pytest.MonkeyPatch, renamed: bool) -> None:
    """A device used before the change is not told as new after it, but told once as a hash of the new key. Control:
    without its row coming over, it is new."""
    if not renamed:

        async def nothing(*_: object) -> None:
            """The row stays under the old key."""

        monkeypatch.setattr(known_devices, "update_renamed", nothing)
    service = await serve("identity", some_morning())
    await log_in(service)
    service.clock.advance(timedelta(minutes=2))
    install(service, "index_contact", "k2", "k1", "k2")
    await log_in(service)
    assert len(await service.published(NewDeviceSeen)) == (0 if renamed else 1)
    assert len({one.address for one in await service.published(DeviceUsed)}) == 2


@pytest.mark.requirement("V31", "V48")
@pytest.mark.parametrize("renamed", [True, False])
async def test_starts_with_a_number_stay_counted(serve: Serve, monkeypatch: pytest.MonkeyPatch, renamed: bool) -> None:
    """Ten starts under the old key are ten under the new one. Control: without the row coming over, the count begins
    anew."""
    service = await serve("identity", some_morning())

    async def start() -> None:
        index = blind_index(service.keyring, "index_person", "document_no", "E1234567")
        async with service.database.transaction() as tx:
            await take_start(tx, new_id(), index, service.settings.verification, service.clock.now())

    for _ in range(10):
        await start()
    install(service, "index_person", "k2", "k1", "k2")
    if renamed:
        with pytest.raises(LimitReached):
            await start()
    else:
        monkeypatch.setattr(proofing_guards, "_RENAME", "SELECT $1::text, $2::bytea, $3::bytea[]")
        await start()


@pytest.mark.requirement("V10", "V48")
@pytest.mark.parametrize("locked", [True, False])
async def test_one_wechat_account_is_linked_once_while_keys_change(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, locked: bool
) -> None:
    """Two processes with different active keys link one account to two people at once: one of them does. Control:
    without the lock on the value both do."""
    service = await serve("identity", some_morning())
    people = await crowd(service, 2)
    install(service, "index_contact", "k2", "k1", "k2")
    looked = None if locked else asyncio.Barrier(2)
    if not locked:

        async def nobody_waits(*_: object, **__: object) -> None:
            """Neither knows of the other."""

        monkeypatch.setattr(wechat_credentials, "lock_value", nobody_waits)

    async def link(part: int) -> bool:
        index = openid_index(service.keyring, "wx-one/o-same")
        if part:
            index, turned = BlindIndex(index.earlier[0]), index
            index.earlier = (bytes(turned),)
        async with service.database.transaction() as tx:
            if await wechat_credentials.lock_holder(tx, index) is not None:
                return False
            if looked is not None:
                await looked.wait()
            now, link_id = service.clock.now(), new_id()
            person = people[part].person_id
            await wechat_credentials.insert(tx, WechatCredential(link_id, person, "wx-one", b"sealed", index, now))
            return True

    assert await race(service, link, parts=2) == (1 if locked else 2)
