"""The rules that details of an ID card keep."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.identity.recognition import rules


@pytest.mark.parametrize("number", ["11010519491231002X", "420106199003075677", "81000019920101003X"])
def test_true_numbers_hold(number: str) -> None:
    """Published and synthetic numbers with a right check character pass (GB 11643)."""
    assert rules.check_digit_holds(number)


@given(
    digits=st.text("0123456789", min_size=13, max_size=13),
    place=st.integers(2, 16),
    change=st.integers(1, 9),
)
def test_one_wrong_digit_never_holds(digits: str, place: int, change: int) -> None:
    """MOD 11-2 notices every single wrong digit."""
    first = "4201" + digits
    number = next(first + last for last in "0123456789X" if rules.check_digit_holds(first + last))
    wrong = number[:place] + str((int(number[place]) + change) % 10) + number[place + 1 :]
    assert not rules.check_digit_holds(wrong)


@pytest.mark.parametrize(
    "number", ["", "42010619900307567", "42010619900307567７", "990106199003075677", "00000000000000000"]
)
def test_other_shapes_do_not_hold(number: str) -> None:
    """Fifteen or seventeen digits, full-width digits and unknown provinces are no numbers."""
    assert not rules.check_digit_holds(number)


def test_number_tells_birth_and_sex() -> None:
    """Digits 7 to 14 are the birth date, the 17th is odd for men."""
    assert rules.birth_of("11010519491231002X") == date(1949, 12, 31)
    assert rules.sex_of("11010519491231002X") == "女"
    assert rules.sex_of("420106199003075677") == "男"
    assert rules.birth_of("42010619900230567X") is None


@pytest.mark.parametrize(
    ("start", "end", "lawful"),
    [
        (date(2019, 5, 6), date(2029, 5, 6), True),
        (date(2019, 5, 6), date(2024, 5, 6), True),
        (date(2019, 5, 6), date(2039, 5, 6), True),
        (date(2019, 5, 6), None, True),
        (date(2020, 2, 29), date(2030, 2, 28), True),
        (date(2020, 2, 29), date(2030, 3, 1), True),
        (date(2020, 2, 29), date(2040, 2, 29), True),
        (date(2019, 5, 6), date(2031, 5, 6), False),
        (date(2019, 5, 6), date(2029, 5, 7), False),
        (date(2019, 5, 6), date(2009, 5, 6), False),
    ],
)
def test_terms(start: date, end: date | None, lawful: bool) -> None:
    """Cards run 5, 10 or 20 years to the day, or have no end."""
    assert rules.term_lawful(start, end) is lawful


def test_there_are_56_groups() -> None:
    """The closed list of ethnicities is GB/T 3304 with its two remaining entries, none twice."""
    assert len(set(rules.ETHNICITIES)) == len(rules.ETHNICITIES) == 58
    assert {"汉", "土家", "仡佬", "柯尔克孜", "基诺"} <= set(rules.ETHNICITIES)


@pytest.mark.parametrize("number", ["81000019920101003X", "830000199201010033", "942840198501010016"])
def test_permits_are_other_documents(number: str) -> None:
    """Numbers of permits for Hong Kong, Macau, Taiwan people and foreigners belong to another document type."""
    assert rules.is_other_document(number)
    assert not rules.is_other_document("420106199003075677")
