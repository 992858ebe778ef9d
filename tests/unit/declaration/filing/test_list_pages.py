"""What a scan must show of a list's pages, without pictures: every sheet gets its verdict (4.7, P7)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.declaration.domain.filing_errors import SealNotConfirmed
from services.declaration.domain.list_pages import (
    PageMark,
    judge_pages,
    mark_of,
    missing_pages,
    page_address,
    page_check,
)
from services.declaration.domain.seal_checklist import ITEMS, LABELS, require_confirmed

HASH = "ab" * 32
NUMBER = "QL2027-4201-000012"


def mark(page: int, number: str = NUMBER, content_hash: str = HASH) -> PageMark:
    """The mark that the printer puts on a page."""
    return PageMark(number, page, page_check(content_hash, page))


@pytest.mark.requirement("B13", "P7")
@pytest.mark.parametrize(
    ("marks", "uploaded", "expected"),
    [
        ([mark(1), mark(2), mark(3)], (), []),
        ([mark(3)], (1, 2), []),
        ([mark(1), None, mark(2)], (), [(2, "unreadable")]),
        ([mark(1), mark(2, "QL2027-4201-000013")], (), [(2, "foreign")]),
        ([mark(1), mark(2, content_hash="cd" * 32)], (), [(2, "outdated")]),
        ([mark(4)], (), [(1, "outdated")]),
        ([mark(1), mark(1)], (), [(2, "doubled")]),
        ([mark(2)], (2,), [(1, "doubled")]),
        ([mark(2), mark(1), mark(3)], (), [(2, "out_of_order")]),
        (
            [None, mark(9, "QS2027-4201-000001"), mark(1), mark(1)],
            (),
            [(1, "unreadable"), (2, "foreign"), (4, "doubled")],
        ),
    ],
)
def test_every_sheet_gets_its_verdict(
    marks: list[PageMark | None], uploaded: tuple[int, ...], expected: list[tuple[int, str]]
) -> None:
    """Foreign, outdated, doubled, misplaced and unreadable sheets are told apart by place and fault."""
    found = judge_pages(marks, number=NUMBER, content_hash=HASH, pages=3, uploaded=uploaded)
    assert [(one.position, one.fault) for one in found] == expected
    assert all(one.words("zh").startswith(f"第 {one.position} 张") and one.words("en") for one in found)


@given(st.sets(st.integers(1, 9)))
def test_missing_and_uploaded_pages_make_the_list(uploaded: set[int]) -> None:
    """No page is both, none is neither."""
    missing = missing_pages(9, uploaded)
    assert sorted([*missing, *uploaded]) == list(range(1, 10))


def test_an_address_is_read_back() -> None:
    """What the printer writes is what the reader finds, among other codes too; other addresses are no marks."""
    of_list = f"https://tiro.example.invalid/api/declaration/v1/verifications/{NUMBER}?check=0123456789abcdef"
    address = page_address(of_list, 7, page_check(HASH, 7))
    assert mark_of(["https://elsewhere.invalid/x", address]) == mark(7)
    assert mark_of([of_list]) is None
    assert mark_of([]) is None


@pytest.mark.requirement("P7")
@pytest.mark.parametrize("item", ITEMS)
def test_each_open_point_of_the_seal_is_named(item: str) -> None:
    """One point left out is refused by its own words in both languages; all of them pass."""
    require_confirmed(ITEMS)
    with pytest.raises(SealNotConfirmed) as refused:
        require_confirmed([one for one in ITEMS if one != item])
    zh, en = LABELS[item]  # type: ignore[index]
    assert zh in refused.value.sentence("zh")
    assert en in refused.value.sentence("en")
    assert "公章" in refused.value.sentence("zh")
