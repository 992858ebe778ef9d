"""What the codes of carriers mean, and what of a report counts."""

import pytest

from services.notification.domain.receipt import SENTENCES, Receipt, is_permanent, reason_of, without_repeats


@pytest.mark.requirement("V68")
@pytest.mark.parametrize(
    ("code", "reason", "permanent"),
    [
        ("MK:0001", "no_such_number", True),
        ("mobile_in_black", "refuses_texts", True),
        ("UNDELIV", "not_reached", False),
        ("EXPIRED", "not_reached", False),
        ("REJECTD", "content", False),
        ("MOBILE_SEND_LIMIT", "too_many", False),
        ("WHATEVER:99", "carrier", False),
        ("", "carrier", False),
    ],
)
def test_a_code_becomes_a_reason_with_a_sentence(code: str, reason: str, permanent: bool) -> None:
    """Only numbers that do not exist or refuse texts are given up; an unknown code is the carrier's own matter."""
    found = reason_of(code)
    assert (found, is_permanent(found)) == (reason, permanent)
    zh, en = SENTENCES[found]
    assert zh.endswith("。")
    assert en.endswith(".")


@pytest.mark.requirement("V68")
def test_of_several_reports_of_a_text_the_good_one_counts() -> None:
    """In either order within one call."""
    failed, arrived = Receipt("s", None, False, "UNDELIV"), Receipt("s", None, True, "DELIVERED")
    other = Receipt("t", None, False, "EXPIRED")
    assert list(without_repeats([failed, arrived, other])) == [arrived, other]
    assert list(without_repeats([arrived, failed, other])) == [arrived, other]
