"""The zone sets how many texts go, and to whom on trial; every change is in the trail (V5)."""

from typing import Any

import pytest

from services.notification.delivering import deliver_due
from tests.integration.notification.receipts import PHONE, tell
from tests.integration.notification.test_delivering import _letters, mailbox
from tests.integration.notification.test_holding import OTHER, rows, sending
from tests.support.service_under_test import Serve, ServiceUnderTest

__all__ = ["mailbox"]
pytestmark = pytest.mark.requirement("V5")
LIMITS = "/sending-limits"


async def _trail(service: ServiceUnderTest) -> list[Any]:
    async with service.database.read() as reader:
        return await reader.fetch("SELECT action, entry::text AS entry FROM audit_entry ORDER BY lane, sequence")


async def test_a_quota_is_set_shown_and_lifted(serve: Serve, mailbox: str) -> None:
    """One notice a day: the second waits, the view says how many went; lifted, no quota of that scope is left."""
    service = await sending(serve, mailbox)
    zone = service.caller("zone_admin")
    quota: dict[str, Any] = {"scope": "event:declaration.approved.v1", "per": "day", "most": 1}
    assert (await zone.put(f"{LIMITS}/quotas", quota)).status == 204
    for _ in range(2):
        await tell(service)
    await deliver_due(service.deps)
    assert sorted(await rows(service)) == [("pending", "quota"), ("sent", "OK")]
    shown = (await zone.get(LIMITS)).body["quotas"]
    assert next(one for one in shown if one["scope"] == quota["scope"])["used"] == 1
    assert (await zone.put(f"{LIMITS}/quotas", quota | {"most": None})).status == 204
    shown = (await service.caller("auditor").get(LIMITS)).body["quotas"]
    assert [one["scope"] for one in shown] == ["codes", "zone"]


@pytest.mark.parametrize(
    "wrong", [{"scope": "everything"}, {"most": -1}, {"kept_for_codes": 2}, {"per": "week"}, {"scope": "service:"}]
)
async def test_a_quota_that_means_nothing_is_refused(serve: Serve, wrong: dict[str, Any]) -> None:
    """Scopes, spans and numbers that can not be are named by field."""
    service = await sending(serve, "http://127.0.0.1:9")
    quota = {"scope": "zone", "per": "day", "most": 1} | wrong
    assert (await service.caller("zone_admin").put(f"{LIMITS}/quotas", quota)).status == 422


async def test_the_trial_and_its_list(serve: Serve, mailbox: str) -> None:
    """Of two numbers the listed one gets its text; taken off the list it gets none. No number is in the trail."""
    service = await sending(serve, mailbox)
    zone = service.caller("zone_admin")
    await zone.put(f"{LIMITS}/trial", {"is_on": True})
    for _ in range(2):
        assert (await zone.post(f"{LIMITS}/trial-numbers", {"phone": PHONE, "listed": True})).status == 204
    body = (await zone.get(LIMITS)).body
    assert (body["trial"], body["trial_numbers"]) == (True, 1)
    for phone in (PHONE, OTHER):
        await tell(service, phone)
    await deliver_due(service.deps)
    assert [len(await _letters(mailbox, phone)) for phone in (PHONE, OTHER)] == [1, 0]
    await zone.post(f"{LIMITS}/trial-numbers", {"phone": PHONE, "listed": False})
    await tell(service)
    await deliver_due(service.deps)
    assert len(await _letters(mailbox, PHONE)) == 1
    trail = await _trail(service)
    actions = ["trial_mode.set", "trial_number.add", "trial_number.add", "trial_number.remove"]
    assert sorted(row["action"] for row in trail) == actions
    assert PHONE not in "".join(row["entry"] for row in trail)
