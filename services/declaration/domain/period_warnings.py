"""What about the rows of probation is worth a second look without blocking anything (P8, A31)."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from services.declaration.domain.content import Content
from services.declaration.domain.eligibility import Finding
from services.declaration.domain.period_timeline import Kind, Segment, segments


def period_warnings(content: Content, until: date, leave_days: int) -> Iterator[Finding]:
    """Gaps, overlaps and long interruptions until a day, and institutions that are not of the library."""
    places = {period.id: row for row, period in enumerate(content.periods)}
    for segment in segments(content.periods, until, leave_days):
        if segment.kind is not Kind.WORK:
            yield _of_segment(segment, places)
    for row, period in enumerate(content.periods):
        if not period.is_current and period.institution_id is None and period.institution_name is not None:
            yield Finding(
                "institution_outside_library",
                "warn",
                f"/periods/{row}/institution_name",
                "该机构不在机构库中，审核时将重点核对。",
                "This institution is not in the library; it will be looked at closely.",
                "请填写与公章一致的机构全称，并上传盖章的考核证明。",
                "Give its full name as on its seal, and upload the sealed certificate.",
            )


def _of_segment(segment: Segment, places: dict[UUID, int]) -> Finding:
    span_zh = f"{segment.first_day} 至 {segment.last_day}（{segment.days} 天）"
    span_en = f"{segment.first_day} to {segment.last_day} ({segment.days} days)"
    if segment.kind is Kind.OVERLAP:
        return Finding(
            "period_overlap",
            "warn",
            f"/periods/{max(places[one] for one in segment.period_ids)}",
            f"{span_zh} 有重叠的经历，重叠时间只计一次。",
            f"From {span_en} rows overlap; these days count once.",
            "请核对起止日期。",
            "Check the dates.",
        )
    if segment.kind is Kind.INTERRUPTION:
        return Finding(
            "period_interrupted",
            "warn",
            f"/periods/{places[segment.period_ids[0]]}/interruptions",
            f"{span_zh} 中断时间较长，不计入试用时间。",
            f"From {span_en} the probation was interrupted too long to count.",
            "如日期有误请更正。",
            "Correct the dates if they are wrong.",
        )
    return Finding(
        "period_gap",
        "warn",
        "/periods",
        f"{span_zh} 没有试用经历，不计入试用时间。",
        f"From {span_en} there is no probation; these days do not count.",
        "如该期间在其他机构试用，请补充一段经历及其证明。",
        "If you practised elsewhere then, add the row and its certificate.",
    )
