"""What becomes of the e-mail addresses of two accounts that become one (A5, V10)."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from services.identity.storage import persons
from services.identity.use_cases.linking.email_of import email_of
from shared.contracts.identity import PersonContactChanged
from shared.masking import mask_email
from shared.security.subject_sealing import open_from_event
from tests.integration.identity.emails import EMAIL, OTHER_EMAIL, confirmed
from tests.integration.identity.people import log_in, phone_number, some_morning, wechat_log_in, with_token
from tests.integration.identity.test_credentials import change
from tests.integration.identity.test_merging import ask_to_link, decide, only_request, two_accounts, verify
from tests.support.fake_wechat import running_wechat
from tests.support.service_under_test import Serve, ServiceUnderTest


async def email_of_account(service: ServiceUnderTest, person_id: str) -> tuple[str | None, datetime | None]:
    """The address of an account, in clear, and when it was confirmed."""
    async with service.database.read() as reader:
        person = await persons.select(reader, UUID(person_id))
    assert person is not None
    return await email_of(person, service.keyring), person.email_confirmed_at


@pytest.mark.requirement("A5", "V10")
@pytest.mark.parametrize("own", [None, OTHER_EMAIL])
async def test_a_merge_does_not_lose_the_address_for_notices(serve: Serve, own: str | None) -> None:
    """The address of the account that ends goes to the one that remains, as confirmed as it was, and is told; who has
    an own one keeps that. The closed account has none."""
    async with running_wechat() as wechat:
        service = await serve("identity", some_morning(), **wechat.settings)
        by_phone, by_wechat = await two_accounts(service)
        caller = with_token(service, by_wechat)
        await confirmed(service, caller, EMAIL)
        confirmed_at = service.clock.now()
        if own is not None:
            await confirmed(service, with_token(service, by_phone), own)
        service.clock.advance(timedelta(minutes=2))
        await ask_to_link(service, caller)
        reviewer = service.caller("identity_reviewer")
        assert (await decide(reviewer, await only_request(reviewer), "approval")).status == 200
        assert await email_of_account(service, by_phone["person_id"]) == (own or EMAIL, confirmed_at)
        assert await email_of_account(service, by_wechat["person_id"]) == (None, None)
        event = (await service.published(PersonContactChanged))[-1]
        place = f"{PersonContactChanged.TYPE}.email:{by_phone['person_id']}"
        assert str(event.person_id) == by_phone["person_id"]
        assert await open_from_event(service.keyring, "contact", place, str(event.email)) == (own or EMAIL)
        merged = with_token(service, (await wechat_log_in(service)).body)
        assert (await merged.get("/me")).body["email_masked"] == mask_email(own or EMAIL)


@pytest.mark.requirement("A5", "V10")
async def test_a_merge_that_replaces_the_phone_tells_the_address_too(serve: Serve) -> None:
    """Where the survivor gets the other's phone and address, the one event that tells the phone holds the address."""
    service = await serve("identity", some_morning())
    mine = (await log_in(service)).body
    await verify(service, mine["person_id"])
    other = (await log_in(service, phone_number(77))).body
    await confirmed(service, with_token(service, other), EMAIL)
    service.clock.advance(timedelta(minutes=2))
    await change(service, with_token(service, mine), phone_number(77))
    reviewer = service.caller("identity_reviewer")
    assert (await decide(reviewer, await only_request(reviewer), "approval")).status == 200
    event = (await service.published(PersonContactChanged))[-1]
    for name, value in (("phone", phone_number(77)), ("email", EMAIL)):
        place = f"{PersonContactChanged.TYPE}.{name}:{mine['person_id']}"
        assert await open_from_event(service.keyring, "contact", place, getattr(event, name)) == value
