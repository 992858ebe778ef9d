"""Copies of the service read the rule table at different moments: none stops at what another one knows already."""

import asyncio

import pytest

from services.notification.delivering import _deliver_batch, deliver_until_stopped
from shared.ids import PersonId, new_id
from tests.integration.notification.copies import another_copy
from tests.integration.notification.sms_providers import approval, contact
from tests.integration.notification.test_templates import in_force, opened, saved, words
from tests.support.service_under_test import Serve, ServiceUnderTest
from tests.support.waiting import wait_until

_NOBODY = "http://127.0.0.1:9"
_ROW = "SELECT state, attempts, template_version FROM delivery"


async def row(service: ServiceUnderTest) -> tuple[str, int, int]:
    """(state, attempts, template version) of the one delivery."""
    async with service.database.read() as reader:
        ((state, attempts, version),) = await reader.fetch(_ROW)
    return state, attempts, version


async def reachable(service: ServiceUnderTest) -> PersonId:
    """Somebody with a phone."""
    person = PersonId(new_id())
    await contact(service, person, "19900000021")
    return person


@pytest.mark.requirement("M10")
async def test_what_a_copy_wrote_in_new_words_is_sent_and_read_by_one_that_read_before(serve: Serve) -> None:
    """The version came in force after a copy had read the table: that copy hands the text over and shows the message,
    in the new words, at once."""
    service = await serve("notification", SMS__ENDPOINT=_NOBODY)
    person, zone = await reachable(service), service.caller("zone_admin")
    await service.deps.catalogue.template("approved", "zh", 1)
    draft = (await saved(zone, await opened(zone), words())).body
    assert (await in_force(zone, draft)).body["made_version"] == 2
    await approval(another_copy(service), person)
    assert await row(service) == ("pending", 0, 2)
    assert await _deliver_batch(service.deps) == 1
    assert await row(service) == ("unknown", 1, 2), "it was handed over: nobody listens there"
    read = await service.caller("candidate", id=person).get("/messages")
    assert (read.status, [one["title"] for one in read.body["items"]]) == (200, ["审核通过（新）"])


@pytest.mark.requirement("M10")
async def test_what_can_not_be_worded_yet_is_put_back_and_the_loop_goes_on(serve: Serve) -> None:
    """A version that nobody knows: nothing was handed over, so that it is no attempt, and it goes once it is known."""
    service = await serve("notification", SMS__ENDPOINT=_NOBODY)
    await approval(service, await reachable(service))
    await _set_version(service, 7)
    stop = asyncio.Event()
    loop = asyncio.create_task(deliver_until_stopped(service.deps, stop))

    async def put_back() -> bool:
        async with service.database.read() as reader:
            later = "SELECT count(*) FROM delivery WHERE state = 'pending' AND attempts = 0 AND next_at > created_at"
            return bool(await reader.fetchval(later))

    async def gone() -> bool:
        return (await row(service))[:2] == ("unknown", 1)

    try:
        await wait_until(put_back, what="it is put back")
        await _set_version(service, 1)
        await wait_until(gone, what="it is handed over")
    finally:
        stop.set()
        await loop


async def _set_version(service: ServiceUnderTest, version: int) -> None:
    async with service.database.transaction() as tx:
        await tx.execute("UPDATE delivery SET template_version = $1", version)
