"""Quotas of texts under senders that race (V5)."""

import asyncio
from collections.abc import Sequence

import pytest

from services.notification.storage import quotas
from services.notification.storage.quotas import QuotaUsedUp
from tests.integration.notification.receipts import served
from tests.integration.notification.test_holding import run
from tests.support.service_under_test import Serve, ServiceUnderTest

pytestmark = pytest.mark.requirement("V5")


async def _race(service: ServiceUnderTest, scopes: Sequence[str]) -> int:
    async def one() -> bool:
        try:
            async with service.database.transaction() as tx:
                await quotas.update_taken(tx, scopes, is_code=True, now=service.clock.now())
        except QuotaUsedUp:
            return False
        return True

    return sum(await asyncio.gather(*(one() for _ in range(40))))


async def test_a_quota_is_exact_over_racing_senders(serve: Serve) -> None:
    """Of forty at once through two quotas exactly seven pass, and what was refused counts in neither."""
    service = await served(serve)
    await run(service, "INSERT INTO sms_quota VALUES ('codes', 'day', 7), ('service:identity', 'day', 100)")
    assert await _race(service, ["codes", "service:identity"]) == 7
    async with service.database.read() as reader:
        used = await reader.fetch("SELECT scope, used FROM sms_use WHERE per = 'day' ORDER BY scope")
    assert [tuple(row) for row in used] == [("codes", 7), ("service:identity", 7)]


async def test_control_without_the_condition_the_quota_is_overrun(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: counting without looking lets all forty through."""
    condition = "WHERE u.used < (SELECT w.most FROM wanted w WHERE w.scope = excluded.scope AND w.per = excluded.per)"
    assert condition in quotas._TAKE
    monkeypatch.setattr(quotas, "_TAKE", quotas._TAKE.replace(condition, ""))
    service = await served(serve)
    await run(service, "INSERT INTO sms_quota VALUES ('codes', 'day', 7)")
    assert await _race(service, ["codes"]) == 40
