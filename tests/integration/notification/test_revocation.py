"""Candidate and unit are told of a revocation."""

from services.notification.storage.catalogue import Catalogue
from shared.contracts.declaration import DeclarationRevoked
from shared.contracts.identity import PersonRevoked
from tests.integration.notification.test_inbox import INSTITUTION, PERSON, STAFF, _event, _people
from tests.support.service_under_test import Serve


async def test_a_revocation_is_told_to_person_and_unit(serve: Serve) -> None:
    """The person hears of it by both channels, the unit of the declaration in the app, with its number."""
    service = await serve("notification")
    await _people(service)
    now = service.clock.now()
    await service.deliver(
        PersonRevoked(occurred_at=now, aggregate_version=3, person_id=PERSON, reason_code="fraud", revoked_at=now)
    )
    await service.deliver(_event(service, DeclarationRevoked, reason_code="fraud"))
    unit = service.caller("institution_business_admin", id=STAFF, scope_id=INSTITUTION)
    (told,) = (await unit.get("/messages")).body["items"]
    assert (told["kind"], "D2027-000001" in told["body"]) == ("declaration_revoked", True)
    (heard,) = (await service.caller("candidate", id=PERSON).get("/messages")).body["items"]
    assert (heard["kind"], "考试管理机构" in heard["body"]) == ("person_revoked", True)
    async with service.database.read() as reader:
        keys = [row["template_key"] for row in await reader.fetch("SELECT template_key FROM delivery")]
    assert keys == ["person_revoked"]
    template = await Catalogue(service.database).template("person_revoked", "zh", 1)
    assert template.sms_code == "SMS_TIRO_REVOKED"
