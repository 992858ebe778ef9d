"""Numbers of resident ID cards: thousands of good ones pass, every single-digit slip and most swaps are caught."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.identity.domain.resident_number import DocumentNumberInvalid, check_character, parse_resident_number

TODAY = date(2026, 11, 23)


def number(area: str, born: date, sequence: int) -> str:
    """A valid number."""
    first = f"{area}{born:%Y%m%d}{sequence:03}"
    return first + check_character(first)


def generated() -> list[str]:
    """2,500 valid numbers over a century of birth dates."""
    areas = ("110105", "420106", "422801", "429021", "510104", "820000", "810000", "830000", "540102", "650102")
    days = [date.fromordinal(date(1910, 1, 1).toordinal() + 17 * n) for n in range(2500)]
    return [number(areas[n % 10], day, n % 1000) for n, day in enumerate(days)]


@pytest.mark.requirement("V29")
@pytest.mark.parametrize(
    "text", ["11010519491231002X", "420106199003075677", "81000019920101003X", "830000199201010033"]
)
def test_published_examples_pass(text: str) -> None:
    """The examples with a known check digit are valid."""
    assert parse_resident_number(text, TODAY).text == text


@pytest.mark.requirement("V29")
def test_thousands_of_good_and_mutated_numbers() -> None:
    """2,500 good numbers pass; of 42,500 single-digit slips at all places none does."""
    passed, caught = 0, 0
    for good in generated():
        parsed = parse_resident_number(good, TODAY)
        assert parsed.birth_date == date(int(good[6:10]), int(good[10:12]), int(good[12:14]))
        assert parsed.sex == ("1" if int(good[16]) % 2 else "2")
        passed += 1
        for place in range(17):
            slip = good[:place] + str((int(good[place]) + 1 + place % 9) % 10) + good[place + 1 :]
            if slip != good:
                with pytest.raises(DocumentNumberInvalid):
                    parse_resident_number(slip, TODAY)
                caught += 1
    assert (passed, caught) == (2500, 2500 * 17)


@pytest.mark.requirement("V29")
@pytest.mark.parametrize(
    "text", ["11010519491231002x", " 110105 19491231 002x ", "１１０１０５１９４９１２３１００２Ｘ"]
)
def test_case_width_and_blanks_do_not_matter(text: str) -> None:
    """x, full-width digits and blanks come out in one form."""
    assert parse_resident_number(text, TODAY).text == "11010519491231002X"


@pytest.mark.requirement("V29", "A9")
@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("110105491231002", "fifteen_digits"),
        ("11010519491231002", "shape"),
        ("1101051949123100XX", "shape"),
        ("01010519491231002X", "shape"),
        ("110105194912310021", "check_digit"),
        (number("990105", date(1990, 1, 1), 1), "region"),
        ("11010519900230001" + check_character("11010519900230001"), "birth_date"),
        (number("110105", date(2026, 11, 24), 1), "birth_date"),
        (number("110105", date(1900, 1, 1), 1), "birth_date"),
    ],
)
def test_each_fault_is_named_at_its_field(text: str, code: str) -> None:
    """The problem names the field and the fault, and never repeats the number."""
    with pytest.raises(DocumentNumberInvalid) as caught:
        parse_resident_number(text, TODAY)
    problem = caught.value.problems[0]
    assert (problem.pointer, problem.code) == ("/document_no", code)
    assert text not in problem.message_zh + problem.message_en + str(caught.value)


@given(st.text(max_size=30))
def test_any_text_is_valid_or_refused(text: str) -> None:
    """No text whatever makes the parser fail in another way."""
    problems = 1
    try:
        assert len(parse_resident_number(text, TODAY).text) == 18
    except DocumentNumberInvalid as refused:
        problems = len(refused.problems)
    assert problems == 1
