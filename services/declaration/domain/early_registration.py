"""Was the probation registered when it began? A year nobody spoke of while it ran is worth a second look (B17)."""

from collections.abc import Iterator
from datetime import date

from services.declaration.domain.content import Content
from services.declaration.domain.eligibility import Finding

_CURE_ZH = "请备好能证明实际上岗时间的材料，供单位审核时核对。"
_CURE_EN = "Keep proof of when you really began at hand; your unit will ask for it."


def registration_warnings(content: Content, started_on: date | None) -> Iterator[Finding]:
    """What the current row says against the start that was recorded with the binding. Warns only: the year counts all
    the same, and the reviewer is shown the code."""
    for row, period in enumerate(content.periods):
        if not period.is_current or period.first_day is None:
            continue
        pointer = f"/periods/{row}/from"
        if started_on is None:
            zh, en = "本单位试用期开始时未登记。", "The start of this probation was not registered when it began."
            yield Finding("no_early_registration", "warn", pointer, zh, en, _CURE_ZH, _CURE_EN)
        elif period.first_day < started_on:
            zh, en = "填写的开始日期早于已登记的开始日期。", "This row begins before the start that was registered."
            yield Finding("registered_later", "warn", pointer, zh, en, _CURE_ZH, _CURE_EN)
