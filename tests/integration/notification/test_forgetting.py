"""Somebody closed the account: what was known of that person is forgotten here too (V58)."""

import pytest

from shared.contracts.identity import PersonClosed
from shared.ids import PersonId, new_id
from shared.privacy.resealing import reseal
from tests.support.notices import approved, reached
from tests.support.service_under_test import Serve

PERSON = PersonId(new_id())
PHONE = "13900000001"


@pytest.mark.requirement("V58")
async def test_a_closed_account_is_forgotten(serve: Serve) -> None:
    """Phone, messages and the phone in texts that were sent are gone; an older event that comes late brings nothing
    back, a later one has nobody to reach, and resealing passes over what was forgotten."""
    service = await serve("notification")
    await service.deliver(reached(service, PERSON, PHONE))
    await service.deliver(approved(service, PERSON))
    async with service.database.transaction() as tx:
        await tx.execute("UPDATE delivery SET state = 'sent'")
    closed = PersonClosed(occurred_at=service.clock.now(), aggregate_version=3, person_id=PERSON)
    for _ in range(2):
        await service.deliver(closed)
    async with service.database.read() as reader:
        assert await reader.fetchval("SELECT count(*) FROM message") == 0
    await service.deliver(reached(service, PERSON, PHONE, version=2))
    await service.deliver(approved(service, PERSON))
    async with service.database.read() as reader:
        assert await reader.fetchval("SELECT phone_event FROM known_person") == ""
        assert [row["phone_event"] for row in await reader.fetch("SELECT phone_event FROM delivery")] == [""]
    register = service.definition.register
    outcome = await reseal(register, service.database, service.bucket, service.keyring, None, lambda *_: None)
    assert not outcome.broken
