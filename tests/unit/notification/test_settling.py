"""What each answer of a provider means for a delivery."""

from datetime import datetime, timedelta

import pytest

from services.notification.domain.delivery import Outcome, Verdict, settle
from shared.clock import SHANGHAI

NOW = datetime(2027, 1, 5, 9, 0, tzinfo=SHANGHAI)


@pytest.mark.requirement("M10")
@pytest.mark.parametrize(
    ("verdict", "at_most_once", "state", "again"),
    [
        (Verdict.SENT, True, "sent", False),
        (Verdict.SENT, False, "sent", False),
        (Verdict.UNKNOWN, True, "unknown", False),
        (Verdict.UNKNOWN, False, "unknown", True),
        (Verdict.RETRY, True, "failed", False),
        (Verdict.RETRY, False, "pending", True),
        (Verdict.WAIT, False, "pending", True),
        (Verdict.ALARM, False, "pending", True),
        (Verdict.GIVE_UP, False, "failed", False),
    ],
)
def test_login_codes_go_at_most_once_and_notices_are_looked_up_first(
    verdict: Verdict, at_most_once: bool, state: str, again: bool
) -> None:
    """An unknown outcome is never sent again by itself: a code never, a notice only after a look-up."""
    settled = settle(
        Outcome(verdict, "x"),
        attempts=1,
        at_most_once=at_most_once,
        now=NOW,
        reconcile_after=timedelta(minutes=10),
    )
    assert (settled.state, settled.next_at is not None) == (state, again)


@pytest.mark.requirement("M10")
def test_retries_are_bounded() -> None:
    """After the last pause a notice is given up, not tried for ever."""
    states = [
        settle(
            Outcome(Verdict.RETRY, "x"), attempts=n, at_most_once=False, now=NOW, reconcile_after=timedelta(minutes=10)
        ).state
        for n in range(1, 7)
    ]
    assert states == ["pending"] * 4 + ["failed"] * 2
