"""Whose contact could not be told, or was linked before openids were told, is told by the worker."""

from datetime import timedelta
from uuid import UUID

import pytest

from services.identity.domain.credentials import Credential
from services.identity.domain.wechat import WechatAccount
from services.identity.jobs import JOBS
from services.identity.storage import persons, wechat_credentials
from services.identity.storage.wechat_credentials import WechatCredential
from services.identity.use_cases.linking import unlink_credential
from services.identity.use_cases.linking.attach_wechat import openid_index, wechat_proof
from services.identity.use_cases.linking.list_credentials import list_credentials
from services.identity.use_cases.linking.openid_of import openid_place
from services.identity.use_cases.retelling.retell_people import retell_reachable
from services.identity.use_cases.signing_in.become_known import publish_contact
from shared.contracts.identity import PersonContactChanged
from shared.ids import new_id
from shared.postgres.transaction import Reader
from shared.security.keyring import Keyring
from shared.security.subject_sealing import seal_text_for
from tests.integration.identity.people import PHONE, log_in, some_morning, wechat_log_in, with_token
from tests.integration.identity.test_contact_events import told_contacts
from tests.integration.identity.test_credentials import link_wechat
from tests.support.engines import Engines
from tests.support.fake_wechat import running_wechat
from tests.support.lost_keys import give_key_back, lose_key
from tests.support.service_under_test import Serve, ServiceUnderTest

_NAME = "tell-untold-contacts"
_LATER = timedelta(minutes=11)


async def _look_again(service: ServiceUnderTest) -> None:
    """The job of the worker, twice: what was told is not told again."""
    for _ in range(2):
        for job in JOBS:
            if job.name == _NAME:
                await job.run(service.deps)


async def _lose(service: ServiceUnderTest, engines: Engines, person_id: UUID) -> bytes:
    secret = await lose_key(engines, person_id)
    service.deps.subject_keys._known.clear()
    return secret


async def _attach_silently(service: ServiceUnderTest, person_id: UUID, openid: str) -> None:
    """A WeChat account linked by a release that told no openids."""
    account, credential_id = WechatAccount("wx-app", openid), new_id()
    sealed = await seal_text_for(service.keyring, person_id, "contact", openid_place(credential_id), openid)
    index = openid_index(service.keyring, wechat_proof(account))
    async with service.database.transaction() as tx:
        row = WechatCredential(credential_id, person_id, account.appid, sealed, index, service.clock.now())
        await wechat_credentials.insert(tx, row)


@pytest.mark.requirement("A5", "M11")
async def test_who_linked_wechat_before_openids_were_told_is_told_once(serve: Serve) -> None:
    """A credential without an event is told by the worker, once. Control: whoever was told already is left alone."""
    service: ServiceUnderTest = await serve("identity", some_morning())
    person_id = UUID((await log_in(service)).body["person_id"])
    await _look_again(service)
    assert await told_contacts(service) == [(PHONE, None)]
    await _attach_silently(service, person_id, "o-before")
    await _look_again(service)
    assert await told_contacts(service) == [(PHONE, None), (PHONE, "o-before")]


@pytest.mark.requirement("A5", "V58")
async def test_an_unlinking_while_the_phone_does_not_open_is_told_later(
    serve: Serve, engines: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The key goes away in the middle of the unlinking: nothing half is told, and once the key is back the worker tells
    that there is no WeChat any more. Until then the worker tries in vain."""
    async with running_wechat() as wechat:
        service: ServiceUnderTest = await serve("identity", some_morning(), **wechat.settings)
        login = (await log_in(service)).body
        person_id, caller = UUID(login["person_id"]), with_token(service, login)
        await link_wechat(caller)
        openid = wechat.fake.openid("chen")
        secrets: list[bytes] = []

        async def listed_then_lost(reader: Reader, whose: UUID, keyring: Keyring) -> list[Credential]:
            found = await list_credentials(reader, whose, keyring)
            secrets.append(await _lose(service, engines, whose))
            return found

        linked = (await caller.get("/me/credentials")).body["items"][1]["credential_id"]
        with monkeypatch.context() as patch:
            patch.setattr(unlink_credential, "list_credentials", listed_then_lost)
            assert (await caller.call("DELETE", f"/me/credentials/{linked}")).status == 204
        service.clock.advance(_LATER)
        await _look_again(service)
        assert len(await service.published(PersonContactChanged)) == 2
        await give_key_back(engines, person_id, secrets[0])
        service.clock.advance(_LATER)
        await _look_again(service)
        assert await told_contacts(service) == [(PHONE, None), (PHONE, openid), (PHONE, None)]


@pytest.mark.requirement("A5", "V58")
async def test_a_key_that_is_missing_for_a_moment_wipes_no_openid(serve: Serve, engines: Engines) -> None:
    """Of two WeChat accounts one is unlinked while the other does not open: that there is none is not said, and what is
    left is told once it opens."""
    async with running_wechat() as wechat:
        service: ServiceUnderTest = await serve("identity", some_morning(), **wechat.settings)
        login = (await wechat_log_in(service)).body
        person_id, caller = UUID(login["person_id"]), with_token(service, login)
        await link_wechat(caller, "other")
        first, other = wechat.fake.openid("chen"), wechat.fake.openid("other")
        secret = await _lose(service, engines, person_id)
        items = (await caller.get("/me/credentials")).body["items"]
        assert (await caller.call("DELETE", f"/me/credentials/{items[1]['credential_id']}")).status == 204
        async with service.database.transaction() as tx:
            assert await retell_reachable(tx, [person_id], service.keyring, service.clock.now()) == []
        await give_key_back(engines, person_id, secret)
        service.clock.advance(_LATER)
        await _look_again(service)
        assert await told_contacts(service) == [(None, first), (None, other), (None, first)]


@pytest.mark.requirement("A5", "V58")
async def test_a_new_phone_does_not_wait_for_an_openid(serve: Serve, engines: Engines) -> None:
    """A phone proven just now is told at once, without an openid that does not open, and with it once it does."""
    service: ServiceUnderTest = await serve("identity", some_morning())
    person_id = UUID((await log_in(service)).body["person_id"])
    await _attach_silently(service, person_id, "o-before")
    await service.deps.subject_keys.take(UUID(int=8))
    async with service.database.transaction() as tx:
        # Sealed under somebody's key who is lost here, for the key of the person makes the event itself.
        credential = (await wechat_credentials.select_of_person(tx, person_id))[0]
        place = openid_place(credential.credential_id)
        sealed = await seal_text_for(service.keyring, UUID(int=8), "contact", place, "o-before")
        await wechat_credentials.update_person(tx, credential.credential_id, person_id, sealed)
    secret = await _lose(service, engines, UUID(int=8))
    now = service.clock.now()
    async with service.database.transaction() as tx:
        person = await persons.lock(tx, person_id)
        version = await persons.update_version(tx, person_id)
        await publish_contact(tx, person, PHONE, version, service.keyring, now)
    assert await told_contacts(service) == [(PHONE, None), (PHONE, None)]
    await give_key_back(engines, UUID(int=8), secret)
    service.clock.advance(_LATER)
    await _look_again(service)
    assert (await told_contacts(service))[2:] == [(PHONE, "o-before")]
