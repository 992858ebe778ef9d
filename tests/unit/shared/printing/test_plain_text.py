"""What is printed is visible, in order and never an empty box."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.printing.coverage import Coverage, coverage_of
from shared.printing.plain_text import printable, printable_data

COVERED = Coverage(((0x20, 0x7E), (0xB7, 0xB7), (0x300, 0x36F), (0x4E00, 0x9FFF)))


@pytest.mark.requirement("V70")
@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("买买提·艾力", "买买提·艾力"),
        ("张\u202e三", "张[U+202E]三"),
        ("张\x00三", "张[U+0000]三"),
        ("张\ue000", "张[U+E000]"),
        ("\U0002ebf0", "[U+2EBF0]"),
        ("\ud800", "[U+D800]"),
        ("a\u200bb", "a[U+200B]b"),
        ("张\n三\t四", "张 三 四"),
        ("葛\U000e0100", "葛\U000e0100"),
        ("z\u0301\u0301\u0301\u0301", "z\u0301\u0301\u0301[U+0301]"),
    ],
)
def test_invisible_and_uncovered_characters_are_named(name: str, shown: str) -> None:
    """Controls, bidi marks, private and missing characters appear as code points; honest names are untouched."""
    assert printable(name, COVERED) == shown


@given(st.text())
def test_nothing_outside_the_fonts_is_left(name: str) -> None:
    """Whatever comes in, what goes to the typesetter can be drawn."""
    selectors = [*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0), 0x3000]
    assert all(ord(char) in COVERED or ord(char) in selectors for char in printable(name, COVERED))


def test_nested_data_is_cleaned_and_numbers_stay() -> None:
    """Lists and dictionaries are followed to their strings."""
    data = {"lines": [["张\u202e", "1"]], "version": 2}
    assert printable_data(data, COVERED) == {"lines": [["张[U+202E]", "1"]], "version": 2}


def test_an_unreadable_font_adds_nothing(tmp_path: object) -> None:
    """A broken or absent file is passed over."""
    assert coverage_of([("/nonexistent/font.ttf", 0), (__file__, 0)]).ranges == ()
    assert 0x41 not in Coverage(())
    assert "A" not in COVERED
