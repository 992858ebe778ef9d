"""The pages of a printed list: what each bears in its code, and what a scan must show of them (4.7, B13, P7)."""

import hashlib
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

Fault = Literal["unreadable", "foreign", "outdated", "doubled", "out_of_order"]

_CHECK_CHARACTERS: Final = 16
_CODE: Final = re.compile(r"/verifications/([A-Z]{2}\d{4}-\d{4}-\d{6,})\?page=(\d{1,4})&check=([0-9a-f]{16})$")
WORDS: Final[dict[Fault, tuple[str, str]]] = {
    "unreadable": (
        "未识别到右上角的本页二维码，请铺平、对正并在光线充足处重新拍摄或扫描该页",
        "its code can not be read; lay the page flat in good light and scan it again with the whole top right corner",
    ),
    "foreign": (
        "属于另一份名单 {number} 的第 {page} 页，请取出",
        "is page {page} of another list, {number}; take it out",
    ),
    "outdated": (
        "编号为本名单第 {page} 页，但校验值不符，请使用系统下载的最新文件重新打印",
        "claims to be page {page} of this list but does not agree with it; print the file of this list again",
    ),
    "doubled": (
        "是第 {page} 页，该页已经上传过，请删除重复的一份",
        "is page {page}, which was uploaded before; remove one of the two",
    ),
    "out_of_order": (
        "是第 {page} 页，顺序不对，请按页码从小到大重新扫描",
        "is page {page} and stands in the wrong place; scan the pages in their order",
    ),
}


@dataclass(frozen=True, slots=True)
class PageMark:
    """What the code of a page says: number of the list, page, and the check over both."""

    number: str
    page: int
    check: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with the page at `position` of an uploaded file, counted from 1."""

    position: int
    fault: Fault
    number: str = ""
    page: int = 0

    def words(self, language: Literal["zh", "en"]) -> str:
        """One sentence that names the page and says what to do."""
        sentence = WORDS[self.fault][0 if language == "zh" else 1].format(number=self.number, page=self.page)
        return f"第 {self.position} 张{sentence}" if language == "zh" else f"sheet {self.position} {sentence}"


def page_check(content_hash: str, page: int) -> str:
    """16 hex digits over the frozen content and the page: a page of another list or edition can not bear it."""
    return hashlib.sha256(f"tiro.list_page.1/{content_hash}/{page}".encode("ascii")).hexdigest()[:_CHECK_CHARACTERS]


def page_address(verification_url: str, page: int, check: str) -> str:
    """The address in the code of a page, made from the address of its list."""
    return f"{verification_url.partition('?')[0]}?page={page}&check={check}"


def mark_of(texts: Sequence[str]) -> PageMark | None:
    """The mark among the texts of all codes on a sheet; other codes on it do not matter."""
    for text in texts:
        if found := _CODE.search(text):
            return PageMark(found[1], int(found[2]), found[3])
    return None


def judge_pages(
    marks: Sequence[PageMark | None], *, number: str, content_hash: str, pages: int, uploaded: Collection[int]
) -> tuple[Finding, ...]:
    """What is wrong with the sheets of one file; nothing when all are pages of this list, in order, none of them there
    already. `pages` is how many the list has."""
    return tuple(_judged(marks, number, content_hash, pages, uploaded))


def _judged(
    marks: Sequence[PageMark | None], number: str, content_hash: str, pages: int, uploaded: Collection[int]
) -> Iterator[Finding]:
    seen: set[int] = set(uploaded)
    last = 0
    for position, mark in enumerate(marks, start=1):
        if mark is None:
            yield Finding(position, "unreadable")
            continue
        fault: Fault | None = None
        if mark.number != number:
            fault = "foreign"
        elif mark.page > pages or mark.check != page_check(content_hash, mark.page):
            fault = "outdated"
        elif mark.page in seen:
            fault = "doubled"
        elif mark.page < last:
            fault = "out_of_order"
        if fault is not None:
            yield Finding(position, fault, mark.number, mark.page)
            continue
        seen.add(mark.page)
        last = mark.page


def missing_pages(pages: int, uploaded: Collection[int]) -> tuple[int, ...]:
    """The pages that no file holds yet."""
    return tuple(page for page in range(1, pages + 1) if page not in uploaded)
