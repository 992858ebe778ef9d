"""Copies of the service read the rule table at different moments: none stops at what another one knows already."""

import asyncio

import pytest

from services.notification.delivering import deliver_due, deliver_until_stopped
from shared.ids import PersonId, new_id
from tests.integration.notification.copies import another_copy
from tests.integration.notification.sms_providers import ACCOUNT, Provider, approval, contact, provider
from tests.integration.notification.test_templates import in_force, opened, saved, words
from tests.support.service_under_test import Serve, ServiceUnderTest
from tests.support.waiting import wait_until

_PHONE = "19900000021"
_PUT_BACK = "SELECT count(*) FROM delivery WHERE state = 'pending' AND attempts = 0 AND next_at > created_at"
_ROW = "SELECT state, attempts, template_version FROM delivery"


async def row(service: ServiceUnderTest) -> tuple[str, int, int]:
    """(state, attempts, template version) of the one delivery."""
    async with service.database.read() as reader:
        ((state, attempts, version),) = await reader.fetch(_ROW)
    return state, attempts, version


async def reachable(service: ServiceUnderTest) -> PersonId:
    """Somebody with a phone."""
    person = PersonId(new_id())
    await contact(service, person, _PHONE)
    return person


async def sending_to(serve: Serve, sms: Provider) -> ServiceUnderTest:
    """The service with an SMS provider."""
    login = {"SMS__ACCESS_KEY_ID": ACCOUNT.key_id, "SMS__ACCESS_KEY_SECRET": ACCOUNT.key_secret}
    service: ServiceUnderTest = await serve("notification", SMS__ENDPOINT=sms.endpoint, **login)
    return service


@pytest.mark.requirement("M10")
async def test_what_a_copy_wrote_in_new_words_is_sent_and_read_by_one_that_read_before(serve: Serve) -> None:
    """The version came in force after a copy had read the table: that copy hands the text over and shows the message,
    in the new words, at once."""
    async with provider() as sms:
        service = await sending_to(serve, sms)
        person, zone = await reachable(service), service.caller("zone_admin")
        await service.deps.catalogue.template("approved", "zh", 2)
        draft = (await saved(zone, await opened(zone), words())).body
        assert (await in_force(zone, draft)).body["made_version"] == 3
        await approval(another_copy(service), person)
        assert await row(service) == ("pending", 0, 3)
        assert await deliver_due(service.deps) == 1
        assert (await row(service), len(await sms.texts(_PHONE))) == (("sent", 1, 3), 1)
    read = await service.caller("candidate", id=person).get("/messages")
    assert (read.status, [one["title"] for one in read.body["items"]]) == (200, ["审核通过（新）"])


@pytest.mark.requirement("M10")
async def test_what_can_not_be_worded_yet_is_put_back_and_the_loop_goes_on(serve: Serve) -> None:
    """A version that nobody knows: nothing was handed over, so that it is no attempt, and it goes once it is known."""
    async with provider() as sms:
        service = await sending_to(serve, sms)
        await approval(service, await reachable(service))
        await _set_version(service, 7)

        async def put_back() -> bool:
            async with service.database.read() as reader:
                return bool(await reader.fetchval(_PUT_BACK))

        async def gone() -> bool:
            return await row(service) == ("sent", 1, 1)

        stop = asyncio.Event()
        loop = asyncio.create_task(deliver_until_stopped(service.deps, stop))
        try:
            await wait_until(put_back, what="it is put back")
            assert await sms.texts(_PHONE) == []
            await _set_version(service, 1)
            await wait_until(gone, what="it is handed over")
        finally:
            stop.set()
            await loop
        assert len(await sms.texts(_PHONE)) == 1


async def _set_version(service: ServiceUnderTest, version: int) -> None:
    async with service.database.transaction() as tx:
        await tx.execute("UPDATE delivery SET template_version = $1", version)
