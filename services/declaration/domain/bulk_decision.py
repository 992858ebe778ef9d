"""Decisions about many submissions at once: what a row asks for, and what a sheet of them must look like (A38)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from services.declaration.domain.review_reasons import CODE_LENGTH, POINTER, POINTER_LENGTH, TEXT_LENGTH, GivenReason
from shared.actor import Actor
from shared.errors import Conflict, FieldProblem
from shared.spreadsheets.columns import Columns

MOST: Final = 300
"""Rows of one bulk."""

BulkState = Literal["received", "checked", "running", "done"]
Source = Literal["selection", "sheet"]
Decided = Literal["approve", "return", "reject"]
RowResult = Literal["unread", "wrong", "waiting", "done", "refused"]

COLUMNS: Final = Columns(
    {
        "申报编号": "number",
        "审核结果": "decision",
        "原因代码": "reason",
        "问题字段": "pointer",
        "说明": "text",
        "number": "number",
        "decision": "decision",
        "reason": "reason",
        "pointer": "pointer",
        "text": "text",
    },
    needed=frozenset({"number", "decision"}),
)
# The year and the serial number of a submission, which has at least six digits.
_NUMBER: Final = re.compile(r"D[0-9]{4}-[0-9]{6,10}")
_DECISIONS: Final[Mapping[str, Decided]] = {
    "通过": "approve",
    "审核通过": "approve",
    "approve": "approve",
    "退回": "return",
    "退回修改": "return",
    "return": "return",
    "不通过": "reject",
    "审核不通过": "reject",
    "reject": "reject",
}


class BulkNotChecked(Conflict):
    """Only a checked bulk with rows that wait can be started."""

    code = "bulk_not_checked"
    message_zh = "该批次仍在检查，或没有可执行的行，或已开始执行；请刷新查看状态。"
    message_en = "This bulk is still being checked, has no rows that wait, or was started; refresh to see its state."


class ReviewerWithoutRights(Conflict):
    """Who started the bulk reviews for the unit no more; rows take the rights of the moment."""

    code = "reviewer_without_rights"
    message_zh = "发起批量审核的账号已停用或已变更权限，请由现任业务管理员重新办理。"
    message_en = "The account that started this bulk has lost its rights; another business administrator decides."


@dataclass(frozen=True, slots=True)
class WantedRow:
    """What a row asks for; `expected_version` as its maker last saw it. `problems`: what is wrong before anything is
    tried."""

    line: int
    declaration_id: UUID | None
    number: str | None
    expected_version: int | None
    decision: Decided | None
    reasons: tuple[GivenReason, ...] = ()
    problems: tuple[FieldProblem, ...] = ()

    @property
    def result(self) -> RowResult:
        """Where the row begins."""
        return "wrong" if self.problems else "unread"


@dataclass(frozen=True, slots=True)
class BulkDecision:
    """One bulk; the counts are of rows by result. `waiting_first` of the waiting and `done_first` of the done ones are
    approvals that a second reviewer has to confirm."""

    id: UUID
    version: int
    state: BulkState
    source: Source
    institution_id: UUID
    created_by: UUID
    maker_person_id: UUID | None
    unread: int
    wrong: int
    waiting: int
    done: int
    refused: int
    created_at: datetime
    moved_at: datetime
    waiting_first: int = 0
    done_first: int = 0

    @property
    def maker(self) -> Actor:
        """Whose rights count, and who stands in the audit trail."""
        role: Literal["institution_business_admin"] = "institution_business_admin"
        return Actor("staff", self.created_by, role, scope_id=self.institution_id, person_id=self.maker_person_id)

    def require_startable(self) -> None:
        """Raises BulkNotChecked."""
        if self.state != "checked" or not self.waiting:
            raise BulkNotChecked


def wanted_row(line: int, cells: Mapping[str, str]) -> WantedRow:
    """What a line of a sheet asks for; the declaration is looked up by its number later. Nothing is kept of cells that
    hold something else than they should: it may be anything, a document number too."""
    number, decision = cells["number"].strip().upper(), _DECISIONS.get(cells["decision"].strip().casefold())
    problems = _of_number(number)
    kept = None if problems else number
    if decision is None:
        text = ("审核结果应为：通过、退回、不通过。", "The decision is one of approve, return, reject.")
        problems.append(FieldProblem("/decision", "decision_unknown", *text))
    pointer, code, text_given = (cells.get(name, "").strip() for name in ("pointer", "reason", "text"))
    malformed = _of_reason(pointer, code, text_given)
    reasons = (GivenReason(pointer, code, text_given),) if code and not malformed else ()
    if decision == "approve" and code:
        problems.append(reason_unwanted())
    return WantedRow(line, None, kept, None, decision, reasons, (*problems, *malformed))


def _of_number(number: str) -> list[FieldProblem]:
    if not number:
        return [FieldProblem("/number", "missing", "请填写申报编号。", "Give the receipt number.")]
    if _NUMBER.fullmatch(number):
        return []
    text = ("申报编号应如 D2027-000001，请核对。", "A receipt number looks like D2027-000001; check it.")
    return [FieldProblem("/number", "number_malformed", *text)]


def _of_reason(pointer: str, code: str, text: str) -> list[FieldProblem]:
    """The limits of a reason that comes through a form."""
    problems = []
    if len(code) > CODE_LENGTH:
        told = ("请填写原因代码表中的代码。", "Give a code from the list of reasons.")
        problems.append(FieldProblem("/reason", "reason_malformed", *told))
    if len(pointer) > POINTER_LENGTH or not re.fullmatch(POINTER, pointer):
        told = ("问题字段应如 /periods/0/from，请核对。", "A field is written like /periods/0/from; check it.")
        problems.append(FieldProblem("/pointer", "pointer_malformed", *told))
    if len(text) > TEXT_LENGTH:
        told = (f"说明最多 {TEXT_LENGTH} 字，请缩短。", f"The text has at most {TEXT_LENGTH} characters; shorten it.")
        problems.append(FieldProblem("/text", "text_too_long", *told))
    return problems


def reason_unwanted() -> FieldProblem:
    """An approval has no reasons: somebody may have meant another decision."""
    return FieldProblem(
        "/reason", "reason_unwanted", "审核通过无需填写原因，请核对。", "An approval takes no reason; check."
    )


def unknown_number() -> FieldProblem:
    """Numbers of other units and numbers that do not exist look the same."""
    text = ("本单位没有此编号的申报，请核对。", "Your unit has no declaration with this number; check it.")
    return FieldProblem("/number", "number_unknown", *text)


def repeated(first: int) -> FieldProblem:
    """One decision per declaration."""
    return FieldProblem("", "repeated_in_bulk", f"与第 {first} 行重复。", f"Repeats line {first}.")
