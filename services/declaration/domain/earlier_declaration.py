"""What of an earlier year's declaration still holds in this one: education and periods, seen from the unit a person is
bound to now (P11, C10). Nothing of an earlier year counts by itself."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from services.declaration.domain.content import Content, Guidance, Period
from shared.errors import FieldProblem
from shared.ids import new_id

BANNER_ZH: Final = (
    "上一年度的考核证明、备案结果以及保留的实践技能成绩都不能代替本年度的申报，本年度仍须重新申报、审核、考核和备案。"
    "可将上次提交的学历和试用经历复制到空白草稿中，核对修改后提交。"
)
BANNER_EN: Final = (
    "Last year's certificate, filing or retained skill pass does not stand for this year: declare, be reviewed, "
    "evaluated and filed again. Education and periods of the last submission can be copied into an empty draft; check "
    "them first."
)


@dataclass(frozen=True, slots=True)
class CarriedOver:
    """What may be copied, and what was left out of it or changed, with pointers into the copy."""

    content: Content
    left_out: list[FieldProblem]


def carried_over(earlier: Content, unit_id: UUID, library: Collection[UUID], rosters: Collection[UUID]) -> CarriedOver:
    """`library` holds the institutions that are known, `rosters` the supervisors who are active now."""
    left_out: list[FieldProblem] = []
    periods = []
    for row, period in enumerate(earlier.periods):
        left_out += _not_valid(f"/periods/{row}", period, unit_id, library, rosters)
        periods.append(_valid(period, unit_id, library, rosters))
    if earlier.fresh_graduate:
        zh, en = "“应届毕业生”须按本年度情况重新填写。", "Say for this year whether you are a fresh graduate."
        left_out.append(FieldProblem("/fresh_graduate", "not_carried_over", zh, en))
    if earlier.is_assistant_upgrade:
        zh, en = "执业助理医师信息须重新填写。", "Fill in the assistant physician's certificates again."
        left_out.append(FieldProblem("/assistant", "not_carried_over", zh, en))
    return CarriedOver(Content(education=earlier.education, periods=periods), left_out)


def _valid(period: Period, unit_id: UUID, library: Collection[UUID], rosters: Collection[UUID]) -> Period:
    here = period.is_current and period.institution_id == unit_id
    return period.model_copy(
        update={
            # A row of its own: what was confirmed about the old one is not confirmed about this one.
            "id": new_id(),
            "is_current": here,
            "last_day": None if here else period.last_day,
            "institution_id": period.institution_id if period.institution_id in library else None,
            "supervisors": [one for one in period.supervisors if _guides_still(one, rosters)],
        }
    )


def _not_valid(
    pointer: str, period: Period, unit_id: UUID, library: Collection[UUID], rosters: Collection[UUID]
) -> Iterator[FieldProblem]:
    if period.is_current and period.institution_id != unit_id:
        zh = "该段经历不在现绑定单位，已改为既往经历，请补充结束日期。"
        en = "This row is not at your present unit; it became an earlier one. Say when it ended."
        yield FieldProblem(f"{pointer}/is_current", "became_earlier", zh, en)
    elif period.is_current and period.last_day is not None:
        zh, en = "结束日期属于上一年度，请重新填写。", "The end was last year's; fill it in again."
        yield FieldProblem(f"{pointer}/to", "not_carried_over", zh, en)
    if period.institution_id is not None and period.institution_id not in library:
        zh, en = "机构已不在机构库中，请重新选择。", "The institution is not in the library any more; choose again."
        yield FieldProblem(f"{pointer}/institution_id", "institution_unknown", zh, en)
    if not all(_guides_still(one, rosters) for one in period.supervisors):
        zh, en = "部分带教老师已不在名单中，请重新选择。", "Some supervisors are not on the roster now; pick again."
        yield FieldProblem(f"{pointer}/supervisors", "supervisor_unknown", zh, en)


def _guides_still(guidance: Guidance, rosters: Collection[UUID]) -> bool:
    return guidance.supervisor_id is None or guidance.supervisor_id in rosters
