"""People are told when they are barred from declaring, and when they no longer are."""

from datetime import date

import pytest

from shared.contracts.declaration import BanChanged
from shared.ids import BanId, new_id
from tests.integration.notification.test_inbox import PERSON, _people
from tests.support.service_under_test import Serve


@pytest.mark.requirement("R29")
async def test_a_ban_is_told_to_the_person(serve: Serve) -> None:
    """In the app and by SMS, once each, where to look and whom to ask; nobody else hears of it."""
    service = await serve("notification")
    await _people(service)
    ban = BanChanged(
        occurred_at=service.clock.now(),
        aggregate_version=1,
        ban_id=BanId(new_id()),
        person_id=PERSON,
        state="imposed",
        reason_code="false_material",
        until=date(2028, 12, 31),
    )
    await service.deliver(ban)
    await service.deliver(ban.model_copy(update={"event_id": new_id(), "aggregate_version": 2, "state": "lifted"}))
    items = (await service.caller("candidate", id=PERSON).get("/messages")).body["items"]
    assert sorted(item["kind"] for item in items) == ["ban_imposed", "ban_lifted"]
    assert "考试管理机构" in next(item["body"] for item in items if item["kind"] == "ban_imposed")
    async with service.database.read() as reader:
        keys = [row["template_key"] for row in await reader.fetch("SELECT template_key FROM delivery")]
        others = await reader.fetchval("SELECT count(*) FROM message WHERE template_key NOT LIKE 'ban_%'")
    assert (sorted(keys), others) == (["ban_imposed", "ban_lifted"], 0)
