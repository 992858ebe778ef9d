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


def _ended_after(verdict: Verdict, *, outlasts_outages: bool) -> timedelta:
    """How long after its first try a notice that always gets this answer is given up."""
    now, attempts = NOW, 1
    while True:
        settled = settle(
            Outcome(verdict, "x"),
            attempts=attempts,
            at_most_once=False,
            now=now,
            reconcile_after=timedelta(minutes=10),
            outlasts_outages=outlasts_outages,
        )
        if settled.next_at is None:
            assert settled.state == "failed"
            return now - NOW
        assert settled.state == "pending"
        now, attempts = settled.next_at, attempts + 1


@pytest.mark.requirement("M10", "G3")
@pytest.mark.parametrize("verdict", [Verdict.ALARM, Verdict.RETRY, Verdict.WAIT])
def test_a_notice_outlasts_an_outage_of_hours_and_ends_after_a_day(verdict: Verdict) -> None:
    """An account without money for an afternoon loses no text: one is tried on, at least every hour, for a day, and
    not for ever. Control: what has a text in reserve is given up within hours, so that the text is not late."""
    day, hour = timedelta(days=1), timedelta(hours=1)
    assert day - hour < _ended_after(verdict, outlasts_outages=True) <= day
    short = _ended_after(verdict, outlasts_outages=False)
    assert short == (4 * hour if verdict is Verdict.WAIT else timedelta(minutes=35, seconds=35))
