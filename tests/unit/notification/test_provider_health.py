"""The rule by which SMS providers gain and lose their share."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from services.notification.domain.delivery import Outcome, Verdict
from services.notification.domain.provider_health import Health, judged, provider_for, tried
from shared.ids import new_id

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)


def _health(name: str, share: int = 100, sends: int = 0, errors: int = 0, slow: int = 0, minutes: int = 60) -> Health:
    return Health(name, share, NOW - timedelta(minutes=minutes), sends, errors, slow)


@pytest.mark.requirement("G3")
@pytest.mark.parametrize(
    ("first", "changed"),
    [
        (_health("a", sends=20, errors=3), {"a": 0}),
        (_health("a", sends=20, slow=3), {"a": 0}),
        (_health("a", sends=21, errors=3), {}),
        (_health("a", sends=2, errors=2), {}),
        (_health("a", share=0, sends=20, errors=20), {}),
        (_health("a", share=0, sends=20, errors=0, minutes=5), {"a": 20}),
        (_health("a", share=90, minutes=5), {"a": 100}),
        (_health("a", share=20, minutes=4), {}),
        (_health("a", share=40, sends=10, errors=5, minutes=1), {"a": 0}),
    ],
)
def test_shares_follow_the_last_quarter_of_an_hour(first: Health, changed: dict[str, int]) -> None:
    """15 % wrong, and three at least, take the share away; time without them gives it back by steps."""
    assert judged([first, _health("b")], NOW) == changed


@pytest.mark.requirement("G3")
def test_nobody_is_left_for_a_provider_that_does_as_badly() -> None:
    """With both down the shares stay; with one alone there is nobody to turn to."""
    down = _health("a", sends=9, errors=9)
    assert judged([down, _health("b", sends=9, errors=9)], NOW) == {}
    assert judged([down], NOW) == {}


def test_deliveries_spread_by_share_and_always_alike() -> None:
    """A share of 20 is every fifth, the same ones at every look; without any share the first stands in."""
    ids = [UUID(int=number) for number in range(1000)]
    shares = [("a", 20), ("b", 100)]
    assert sum(provider_for(one, shares) == "a" for one in ids) == 200
    assert {provider_for(one, [("a", 0), ("b", 0)]) for one in ids} == {"a"}
    assert {provider_for(one, [("a", 0), ("b", 100)]) for one in ids} == {"b"}
    one = new_id()
    assert len({provider_for(one, shares) for _ in range(9)}) == 1


@pytest.mark.parametrize("verdict", list(Verdict))
def test_a_wrong_number_is_not_the_providers_fault(verdict: Verdict) -> None:
    """What the receiver is to blame for does not count against the provider."""
    counted = tried("a", Outcome(verdict, "x"), 0.1, 3.0)
    assert counted.error is (verdict in (Verdict.UNKNOWN, Verdict.RETRY, Verdict.ALARM))
    assert tried("a", Outcome(Verdict.SENT, "OK"), 3.1, 3.0).slow
