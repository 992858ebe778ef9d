"""Credit codes (GB 32100), licence numbers and practising numbers (5.5, 5.6)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from services.institution.domain.certificate_numbers import (
    category_of,
    credit_code_check_character,
    credit_code_ok,
    credit_code_shape_ok,
    may_supervise,
    practising_no_ok,
    registration_no_ok,
    tidy,
)

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
bodies = st.builds(
    "{}{}{}".format,
    st.text(ALPHABET, min_size=2, max_size=2),
    st.text("0123456789", min_size=6, max_size=6),
    st.text(ALPHABET, min_size=9, max_size=9),
)


@pytest.mark.requirement("B7")
@pytest.mark.parametrize(
    ("code", "ok"),
    [
        ("91350100M000100Y43", True),
        ("91512081MA62K0260E", True),
        ("91350100M000100Y4Z", False),
        ("91350100M000100Y44", False),
        ("91350100M000100Y4", False),
        ("91350100M000100Y433", False),
        ("9135O100M000100Y43", False),
        ("91350100m000100y43", False),
    ],
)
def test_known_credit_codes(code: str, ok: bool) -> None:
    """The published examples are judged as published."""
    assert credit_code_ok(code) is ok


@given(body=bodies)
def test_exactly_one_check_character_fits(body: str) -> None:
    """Of the 31 characters exactly one completes a code, and an independent implementation agrees."""
    fitting = [mark for mark in ALPHABET if credit_code_ok(body + mark)]
    assert fitting == [credit_code_check_character(body)]
    assert uscc.calc_check_digit(body) == fitting[0]


@given(body=bodies, place=st.integers(0, 16), mark=st.sampled_from(ALPHABET))
def test_one_wrong_character_is_noticed(body: str, place: int, mark: str) -> None:
    """Any single changed character breaks the code: every weight is prime to 31."""
    code = body + credit_code_check_character(body)
    changed = code[:place] + mark + code[place + 1 :]
    assert credit_code_ok(changed) is (changed == code)


@pytest.mark.parametrize("mark", "IOZSV")
def test_letters_that_look_like_digits_are_no_part_of_a_code(mark: str) -> None:
    """I, O, Z, S and V do not occur."""
    assert not credit_code_shape_ok(f"91350100M000100Y4{mark}")


@pytest.mark.parametrize(
    ("number", "ok"),
    [
        ("1" * 11, False),
        ("1" * 12, True),
        ("PDY00001X42010211A1001", True),
        ("1" * 23, False),
        ("PDY-0001-42010", False),
    ],
)
def test_licence_numbers_have_12_to_22_characters(number: str, ok: bool) -> None:
    """Clinics have 12, the standard 22, older lengths lie between."""
    assert registration_no_ok(number) is ok


@pytest.mark.requirement("C2")
@pytest.mark.parametrize(
    ("number", "ok", "supervises"),
    [
        ("110430122000123", True, True),
        ("310430122000123", True, True),
        ("210430122000123", True, False),
        ("410430122000123", True, False),
        ("510430122000123", False, False),
        ("010430122000123", False, False),
        ("11043012200012", False, False),
        ("11043012200012A", False, False),
    ],
)
def test_practising_numbers(number: str, ok: bool, supervises: bool) -> None:
    """15 digits, the first 1 to 4; only 1 and 3 may supervise."""
    assert practising_no_ok(number) is ok
    assert may_supervise(number) is supervises


def test_the_category_stands_in_the_number() -> None:
    """The first three digits are the category in the numbering of exam categories."""
    assert category_of("110430122000123") == "110"


def test_numbers_are_stored_tidy() -> None:
    """Blanks, hyphens and case do not make a different number."""
    assert tidy(" pdy-0000 1x ") == "PDY00001X"
