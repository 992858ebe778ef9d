"""What a person typed against what the card says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.identity.recognition.claims import Match, match_claim
from services.identity.recognition.results import FrontFields

_NUMBER = "11010519491231002X"


@pytest.mark.requirement("A9")
@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("张伟", "11010519491231002X"),
        (" 张 伟\n", "11010519491231002x"),
        ("张伟", "110105 19491231 002x"),
        ("张伟", "１１０１０５１９４９１２３１００２Ｘ"),
    ],
)
def test_the_same_person_written_differently(name: str, number: str) -> None:
    """White space, full-width digits and a small x do not make another person."""
    match = match_claim(name, number, FrontFields(name="张伟", id_number=_NUMBER))
    assert match.overall is Match.EQUAL


@pytest.mark.requirement("A9")
@pytest.mark.parametrize("dot", "·•・‧．.")
def test_every_middle_dot_is_the_same(dot: str) -> None:
    """Keyboards offer several dots for the names of minorities; all mean the one on the card."""
    reading = FrontFields(name="买买提·吐尔地", id_number=_NUMBER)
    assert match_claim(f"买买提{dot}吐尔地", _NUMBER, reading).name is Match.EQUAL


@pytest.mark.requirement("A9")
@pytest.mark.parametrize(
    ("name", "number", "fields", "overall"),
    [
        ("张玮", _NUMBER, (Match.REVIEW, Match.EQUAL), Match.REVIEW),
        ("李娜", _NUMBER, (Match.DIFFERENT, Match.EQUAL), Match.DIFFERENT),
        ("张伟", "110105194912310021", (Match.EQUAL, Match.REVIEW), Match.REVIEW),
        ("张伟", "420106199003075677", (Match.EQUAL, Match.DIFFERENT), Match.DIFFERENT),
    ],
)
def test_differences_name_their_field(name: str, number: str, fields: tuple[Match, Match], overall: Match) -> None:
    """A near miss goes to a person, anything else is refused, and the field is told."""
    match = match_claim(name, number, FrontFields(name="张伟", id_number=_NUMBER))
    assert ((match.name, match.id_number), match.overall) == (fields, overall)


@pytest.mark.requirement("A9")
def test_unread_fields_never_match() -> None:
    """Where nothing was read nothing is equal, whatever was typed."""
    match = match_claim("", "", FrontFields())
    assert (match.name, match.id_number, match.overall) == (Match.UNREAD, Match.UNREAD, Match.REVIEW)


@given(one=st.text("0123456789X", min_size=18, max_size=18), two=st.text("0123456789X", min_size=18, max_size=18))
def test_equal_means_equal(one: str, two: str) -> None:
    """No pair of different numbers is ever called equal."""
    match = match_claim("张伟", one, FrontFields(name="张伟", id_number=two))
    assert (match.id_number is Match.EQUAL) == (one == two)
