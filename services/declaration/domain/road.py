"""The three steps to be registered for the exam, in their order, and what is left of each (A1): declare here, register
on the national network, upload and pay on the provincial network."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from services.declaration.domain.cycle import FINISHED, CycleState
from services.declaration.domain.declaration import EDITABLE, WAITING, State
from services.declaration.domain.field_labels import Words


class StepState(StrEnum):
    """Where a step stands. What happens on the other two networks is not known here: they are open or not."""

    TODO = "todo"
    WAITING = "waiting"
    DONE = "done"
    LOCKED = "locked"
    NOT_YET_OPEN = "not_yet_open"
    OVER = "over"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class Left:
    """One thing that is left, with a stable code."""

    code: str
    words: Words


@dataclass(frozen=True, slots=True)
class RoadStep:
    """One of the three."""

    step: str
    title: Words
    state: StepState
    left: tuple[Left, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides: the person, the declaration of the year (None: none yet), whether it was evaluated, the year, and
    whether it is `open`: what is not handed in yet still can be."""

    verified: bool
    bound: bool
    declaration: State | None
    evaluated: bool
    cycle: CycleState
    open: bool


APPROVED: Final = frozenset({State.APPROVED, State.FILED})
"""Declared and approved: only then do the next steps count."""
_TITLES: Final = {
    "declaration": Words("试用期申报", "Declare the probation"),
    "national_registration": Words("国网报名", "Register on the national network"),
    "provincial_upload": Words("省网上传材料并缴费", "Upload and pay on the provincial network"),
}
_LEFT: Final = {
    one.code: one
    for one in (
        Left("verify_identity", Words("完成实名认证", "Verify your identity")),
        Left("bind_unit", Words("绑定工作单位", "Bind to your work unit")),
        Left("start_declaration", Words("开始填写申报", "Start the declaration")),
        Left("complete_and_submit", Words("填写完整并提交申报", "Complete the declaration and hand it in")),
        Left(
            "declare_next_year",
            Words(
                "本年度申报已截止，请在下一年度申报；如有疑问请咨询考试管理机构",
                "The time to hand in is over this year: declare next year, or ask the exam body",
            ),
        ),
        Left("unit_reviews", Words("等待单位审核", "Your unit reviews it")),
        Left("unit_evaluates", Words("单位进行试用期考核", "Your unit evaluates the probation")),
        Left("unit_files", Words("单位上报名单并由考试管理机构备案", "Your unit files its list with the exam body")),
        Left("contact_unit", Words("审核未通过，请联系单位或变更单位", "Rejected: contact your unit, or change it")),
        Left(
            "contact_exam_body",
            Words("申报已失效或撤销，请联系考试管理机构", "It counts no more: ask the exam body"),
        ),
        Left("register", Words("按对照表在国网报名", "Register on the national network as the copy sheet says")),
        Left("upload_and_pay", Words("在省网上传材料并缴费", "Upload your papers and pay on the provincial network")),
    )
}


def road(standing: Standing) -> tuple[RoadStep, RoadStep, RoadStep]:
    """The steps in order; the second and third are locked until the first is approved."""
    state, left = _declaring(standing)
    later = _elsewhere(standing)
    open_now = later in (StepState.TODO, StepState.NOT_YET_OPEN)
    return (
        _step("declaration", state, left),
        _step("national_registration", later, ("register",) if open_now else ()),
        _step("provincial_upload", later, ("upload_and_pay",) if open_now else ()),
    )


def _declaring(standing: Standing) -> tuple[StepState, tuple[str, ...]]:
    state = standing.declaration
    if state in APPROVED:
        unit = () if standing.evaluated else ("unit_evaluates",)
        return StepState.DONE, (*unit, *(() if state is State.FILED else ("unit_files",)))
    if state in WAITING:
        return StepState.WAITING, ("unit_reviews",)
    if state is State.REJECTED:
        return StepState.BLOCKED, ("contact_unit",)
    if state is not None and state not in EDITABLE:
        return StepState.BLOCKED, ("contact_exam_body",)
    if not standing.open:
        return StepState.OVER, ("declare_next_year",)
    first = [code for code, had in (("verify_identity", standing.verified), ("bind_unit", standing.bound)) if not had]
    return StepState.TODO, (*first, "start_declaration" if state is None else "complete_and_submit")


def _elsewhere(standing: Standing) -> StepState:
    if standing.declaration not in APPROVED:
        return StepState.LOCKED
    if standing.cycle is CycleState.NATIONAL_REGISTRATION_OPEN:
        return StepState.TODO
    over = standing.cycle in FINISHED or standing.cycle is CycleState.PROVISIONAL_COMPLETION
    return StepState.OVER if over else StepState.NOT_YET_OPEN


def _step(step: str, state: StepState, left: tuple[str, ...]) -> RoadStep:
    return RoadStep(step, _TITLES[step], state, tuple(_LEFT[code] for code in left))
