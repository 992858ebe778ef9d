"""Texts that are in their sender's hands no longer when it comes to hand them over (M10, V5)."""

import pytest
from structlog.testing import capture_logs

from services.notification.sending import send
from tests.integration.notification.receipts import in_flight
from tests.integration.notification.test_delivering import _letters, mailbox
from tests.integration.notification.test_holding import rows, run, sending
from tests.support.service_under_test import Serve

__all__ = ["mailbox"]


@pytest.mark.requirement("V5")
@pytest.mark.parametrize("became", ["unknown", "delivered"])
async def test_a_text_whose_claim_is_over_is_left_alone(serve: Serve, mailbox: str, became: str) -> None:
    """Whether its lease ran out or a receipt settled it: it does not go, its row stays as it is, and the log says that
    it was claimed no longer, not that it was held or delivered."""
    service = await sending(serve, mailbox)
    claimed = await in_flight(service, "19900000061")
    await run(service, f"UPDATE delivery SET state = '{became}'")
    with capture_logs() as logs:
        await send(service.deps, claimed, [])
    assert await _letters(mailbox, "19900000061") == []
    assert [state for state, _ in await rows(service)] == [became]
    told = [(one["event"], one["delivery_id"]) for one in logs if one["event"].startswith("delivery_")]
    assert told == [("delivery_no_longer_claimed", str(claimed.id))]
