"""The life of a binding as a table (4.3), and what keeps one from ending while a declaration depends on it (A25)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final, Literal
from uuid import UUID

from shared.clock import SHANGHAI
from shared.errors import Conflict, Invalid

BindingState = Literal["none", "pending", "active", "frozen", "ended"]
BindingEvent = Literal[
    "bind",
    "request",
    "confirm",
    "refuse",
    "cancel",
    "expire",
    "supersede",
    "unbind",
    "release",
    "change",
    "freeze",
    "thaw",
    "revoke",
    "undo",
    "move",
    "carry_over",
    "restore",
    "register",
]
EndedBy = Literal["candidate", "institution", "change", "system"]
RecordedBy = Literal["candidate", "institution"]

UNDONE_BY_A_DECLARATION: Final[frozenset[str]] = frozenset({"unbind", "release", "change", "undo"})
"""Ends that the guard would have refused, had it known of a declaration: those are taken back when one turns up."""


class AlreadyBound(Conflict):
    """A person has at most one work unit at a time."""

    code = "already_bound"
    message_zh = "您已绑定工作单位；如单位有误，请使用“变更单位”或先解绑。"
    message_en = "You are bound to a work unit already; use “change unit”, or unbind first."


class BindingNotPending(Conflict):
    """Only a request can be confirmed or refused."""

    code = "binding_not_pending"
    message_zh = "该绑定申请已处理，请刷新列表。"
    message_en = "This request was already decided; refresh the list."


class BindingEnded(Conflict):
    """What has ended can not end again."""

    code = "binding_ended"
    message_zh = "该绑定已解除，请刷新后查看。"
    message_en = "This binding has already ended; refresh to see."


class BindingNotActive(Conflict):
    """Only an active binding can be frozen."""

    code = "binding_not_active"
    message_zh = "该绑定不在有效状态。"
    message_en = "This binding is not active."


class BindingNotFrozen(Conflict):
    """Only a frozen binding can be thawed."""

    code = "binding_not_frozen"
    message_zh = "该绑定未被冻结。"
    message_en = "This binding is not frozen."


class NotBound(Conflict):
    """Nothing to change."""

    code = "not_bound"
    message_zh = "您尚未绑定工作单位，请先查找单位并输入确认码绑定。"
    message_en = "You are not bound to a work unit yet; search for it and bind with its code."


class IdentityRevoked(Conflict):
    """The verification was taken away (4.1)."""

    code = "identity_revoked"
    message_zh = "您的实名认证已被撤销，不能绑定工作单位；如有异议，请联系考试管理机构。"
    message_en = "Your verification was revoked, so you can not bind; if you object, contact your exam body."


class SameInstitution(Invalid):
    """A change needs another institution."""

    code = "same_institution"
    message_zh = "您已绑定该单位，无需变更。"
    message_en = "You are bound to this unit already; nothing changes."


class DeclarationUnderReview(Conflict):
    """A submitted declaration is withdrawn or decided before its unit changes (4.3)."""

    code = "declaration_under_review"
    message_zh = "您在该单位有已提交、尚未审核的申报；请先撤回申报或等待审核结果。"
    message_en = "A declaration at this unit waits for review; withdraw it, or wait for the decision."


class DeclarationApprovedOrFiled(Conflict):
    """An approved or filed declaration is reopened by the exam body first (4.3)."""

    code = "declaration_approved_or_filed"
    message_zh = "该单位的申报已审核通过或已备案；如需解绑或变更，请先联系考试管理机构退回申报。"
    message_en = "The declaration at this unit is approved or filed; the exam body has to reopen it first."


@dataclass(frozen=True, slots=True)
class Step:
    """From any of `sources` to `target`; from elsewhere `refusal` is raised."""

    sources: frozenset[BindingState]
    target: BindingState
    refusal: type[Conflict]


STEPS: Final[Mapping[BindingEvent, Step]] = {
    "bind": Step(frozenset({"none"}), "active", AlreadyBound),
    "request": Step(frozenset({"none"}), "pending", AlreadyBound),
    "confirm": Step(frozenset({"pending"}), "active", BindingNotPending),
    "refuse": Step(frozenset({"pending"}), "ended", BindingNotPending),
    "unbind": Step(frozenset({"active", "frozen"}), "ended", BindingEnded),
    "release": Step(frozenset({"active", "frozen"}), "ended", BindingEnded),
    "change": Step(frozenset({"active", "frozen"}), "ended", BindingEnded),
    "cancel": Step(frozenset({"pending"}), "ended", BindingNotPending),
    "expire": Step(frozenset({"pending"}), "ended", BindingNotPending),
    # The right code arrived meanwhile, here or elsewhere.
    "supersede": Step(frozenset({"pending"}), "ended", BindingNotPending),
    "revoke": Step(frozenset({"pending", "active", "frozen"}), "ended", BindingEnded),
    # An end that a declaration forbids is taken back: the place it went to ends, the former one is continued.
    "undo": Step(frozenset({"active", "frozen"}), "ended", BindingEnded),
    "restore": Step(frozenset({"none"}), "active", AlreadyBound),
    # The institution was merged into another one: ended here, continued there.
    "move": Step(frozenset({"active", "frozen"}), "ended", BindingEnded),
    "carry_over": Step(frozenset({"none"}), "active", AlreadyBound),
    "register": Step(frozenset({"active"}), "active", BindingNotActive),
    "freeze": Step(frozenset({"active"}), "frozen", BindingNotActive),
    "thaw": Step(frozenset({"frozen"}), "active", BindingNotFrozen),
}


def next_state(state: BindingState, event: BindingEvent) -> BindingState:
    """The state after `event`. Raises the event's refusal when the table has no such step."""
    step = STEPS[event]
    if state not in step.sources:
        raise step.refusal
    return step.target


@dataclass(frozen=True, slots=True)
class Binding:
    """A person's tie to an institution, with its dates (fraud rule F8). `bound_at` is None of a request that was never
    confirmed; `since` is earlier than it where the binding continues another one (`continues`). `department` and
    `cohort_year` are what the person said when binding with a code."""

    id: UUID
    version: int
    person_id: UUID
    institution_id: UUID
    institution_name: str
    state: BindingState
    bound_at: datetime | None
    ended_at: datetime | None
    ended_by: EndedBy | None
    requested_at: datetime | None = None
    since: datetime | None = None
    continues: UUID | None = None
    end_event: BindingEvent | None = None
    end_reason: str | None = None
    probation_started_on: date | None = None
    probation_recorded_at: datetime | None = None
    probation_recorded_by: RecordedBy | None = None
    department: str | None = None
    cohort_year: int | None = None


@dataclass(frozen=True, slots=True)
class KnownDeclaration:
    """What this service knows of a declaration: enough for the guard."""

    state: Literal["submitted", "approved", "filed", "closed"]
    cycle_year: int


@dataclass(frozen=True, slots=True)
class CycleEnd:
    """Month and day of year Y until which a declaration of exam year Y holds its binding (31 Aug as a rule)."""

    month: int
    day: int

    def passed(self, cycle_year: int, now: datetime) -> bool:
        """Whether that day is over in Shanghai."""
        last_moment = datetime.combine(date(cycle_year, self.month, self.day), time.max, SHANGHAI)
        return now > last_moment


def require_no_open_declaration(declarations: list[KnownDeclaration], end: CycleEnd, now: datetime) -> None:
    """The guard of unbind, release and change. Raises DeclarationUnderReview, DeclarationApprovedOrFiled (A25)."""
    holding = {one.state for one in declarations if not end.passed(one.cycle_year, now)}
    if "submitted" in holding:
        raise DeclarationUnderReview
    if holding & {"approved", "filed"}:
        raise DeclarationApprovedOrFiled
