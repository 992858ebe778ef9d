"""People hear what their unit entered for them, and units who did not take it over (B3)."""

import pytest

from shared.contracts.declaration import DeclarationEntered, EntryDeclined
from tests.integration.notification.test_inbox import INSTITUTION, PERSON, STAFF, _event, _people
from tests.support.service_under_test import Serve


@pytest.mark.requirement("B3")
async def test_an_entry_is_told_to_the_person_and_a_refusal_to_the_unit(serve: Serve) -> None:
    """The person reads who entered a record and gets a text; the unit reads that it was declined, without a name."""
    service = await serve("notification")
    await _people(service)
    await service.deliver(_event(service, DeclarationEntered).model_copy(update={"number": ""}))
    person = service.caller("candidate", id=PERSON)
    unit = service.caller("institution_business_admin", id=STAFF, scope_id=INSTITUTION)
    (told,) = (await person.get("/messages")).body["items"]
    assert told["kind"] == "record_entered"
    assert "江岸区虚构医院 为您录入了 2027 年" in told["body"]
    assert (await unit.get("/messages")).body["items"] == []
    async with service.database.read() as reader:
        assert await reader.fetchval("SELECT count(*) FROM delivery WHERE recipient_id = $1", PERSON) == 1
    await service.deliver(_event(service, EntryDeclined, reason_code="data_wrong"))
    assert len((await person.get("/messages")).body["items"]) == 1
    english = await unit.call("GET", "/messages", headers={"Accept-Language": "en"})
    (told,) = english.body["items"]
    assert (told["kind"], told["title"]) == ("entry_declined", "An entered record was declined")
    assert "{" not in told["body"]
