"""Which pages of a list a scanned file holds; a sheet that does not belong there is named (4.7, P7)."""

from collections.abc import Collection, Sequence

from services.declaration.domain.filing_errors import PagesWithoutCodes, ScanDoesNotMatch
from services.declaration.domain.list_pages import PageMark, judge_pages

_NAMED = 10


def matched_pages(
    marks: Sequence[PageMark | None],
    *,
    number: str | None,
    content_hash: str | None,
    pages: int | None,
    uploaded: Collection[int],
) -> tuple[int, ...]:
    """The pages in the order of the sheets. Raises PagesWithoutCodes, ScanDoesNotMatch."""
    if number is None or content_hash is None or pages is None:
        raise PagesWithoutCodes
    findings = judge_pages(marks, number=number, content_hash=content_hash, pages=pages, uploaded=uploaded)
    if findings or not marks:
        shown = findings[:_NAMED]
        raise ScanDoesNotMatch(
            sheets_zh="；".join(one.words("zh") for one in shown),
            sheets_en="; ".join(one.words("en") for one in shown),
        )
    return tuple(mark.page for mark in marks if mark is not None)
