"""What to do about a delivery that did not reach anybody (V68)."""

import pytest

from services.notification.domain.advice import advice_on

pytestmark = pytest.mark.requirement("V68")


@pytest.mark.parametrize("state", ["sent", "delivered", "pending", "sending", "unknown", "waiting", "reserve"])
def test_what_is_under_way_or_arrived_needs_none(state: str) -> None:
    """Whatever code it has."""
    assert advice_on(state, "MK:0001") is None


@pytest.mark.parametrize(
    ("state", "code", "part"),
    [
        ("undelivered", "MK:0001", "no such number"),
        ("undelivered", "WHATEVER:99", "did not say why"),
        ("failed", "UNDELIV", "out of reach"),
        ("failed", "number_unreachable", "send it again"),
        ("failed", "no_phone", "no phone"),
        ("failed", "quota", "quota"),
        ("failed", "fate_unknown", "send it again"),
        ("failed", "isv.AMOUNT_NOT_ENOUGH", "administrators"),
        ("failed", None, "administrators"),
        ("withheld", "trial", "trial"),
        ("expired", "expired", "new one"),
    ],
)
def test_every_failure_says_what_to_do(state: str, code: str | None, part: str) -> None:
    """In both languages, for codes of carriers, of providers, and our own."""
    advice = advice_on(state, code)
    assert advice is not None
    zh, en = advice
    assert part in en
    assert zh.endswith("。")


def test_a_text_that_was_not_needed_needs_none() -> None:
    """WeChat had taken the notice."""
    assert advice_on("expired", "not_needed") is None
