"""An import from a spreadsheet: read and checked first, carried out row by row when its maker starts it (B7, P2)."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from shared.actor import Actor, Role
from shared.errors import Conflict, FieldProblem, Invalid

ImportKind = Literal["institutions", "supervisors"]
ImportState = Literal["received", "checked", "running", "done", "unusable"]
RowResult = Literal["wrong", "waiting", "done", "refused"]

BATCH: Final = 50
"""Rows carried out in one transaction. Each may fail by itself, and PostgreSQL keeps 64 such parts at hand."""
READ_BATCH: Final = 200
"""Rows checked and kept in one transaction."""


@dataclass(frozen=True, slots=True)
class SheetLimits:
    """What one sheet may hold, and for how many days it is remembered."""

    rows: int
    upload_bytes: int
    days: int


class SheetUnderWay(Conflict):
    """Another sheet of the same person is being read or carried out."""

    code = "sheet_under_way"
    message_zh = "您的另一份表格正在处理中，请等待其完成，或先将其停止。"
    message_en = "Another sheet of yours is being worked on; wait until it is done, or stop it first."


class SheetNotChecked(Conflict):
    """Only a checked sheet with rows that wait can be started."""

    code = "sheet_not_checked"
    message_zh = "该表格没有等待导入的行，或仍在检查，或已开始导入；请刷新查看状态。"
    message_en = "This sheet has no rows that wait, is still being checked, or was started; refresh to see its state."


class SheetNotRunning(Conflict):
    """Only a running sheet can be stopped."""

    code = "sheet_not_running"
    message_zh = "该表格未在导入中，无需停止；请刷新查看状态。"
    message_en = "This sheet is not being carried out; refresh to see its state."


class MakerWithoutRights(Conflict):
    """Who started the sheet holds account, role or place no more; rows take the rights of the moment."""

    code = "maker_without_rights"
    message_zh = "发起导入的账号已停用或已变更权限，请由现任管理员重新上传并导入该行。"
    message_en = "The account that started this sheet has lost its rights; have a present administrator import the row."


class RowWrong(Invalid):
    """Cells of a row break their rules."""

    code = "row_wrong"
    message_zh = "该行有不符合要求的内容，请按提示修改。"
    message_en = "Cells of this row break their rules; correct them as indicated."


@dataclass(frozen=True, slots=True)
class SheetImport:
    """One sheet. `read_lines`: the last line that was read and kept; the counts are of rows by result. `object_key`:
    the file, until it was read; `refusal`: what is wrong with the file as a whole."""

    id: UUID
    version: int
    kind: ImportKind
    state: ImportState
    created_by: UUID
    maker_role: Role
    scope_id: UUID
    object_key: str | None
    refusal: FieldProblem | None
    read_lines: int
    wrong: int
    waiting: int
    done: int
    refused: int
    created_at: datetime
    moved_at: datetime

    @property
    def maker(self) -> Actor:
        """Whose rights count, and who stands in the audit trail."""
        return Actor("staff", self.created_by, self.maker_role, scope_id=self.scope_id)


@dataclass(frozen=True, slots=True)
class ImportRow:
    """One row as it is kept: `line` counts from 1 as the spreadsheet program shows it."""

    line: int
    cells_sealed: bytes
    result: RowResult
    problems: tuple[FieldProblem, ...]
    subject_id: UUID | None


class SeenKeys:
    """Which lines of a file named a thing first. Digests of eight bytes: 150,000 keys take 20 MB, and two different
    things of one file fall together once in a billion files."""

    def __init__(self) -> None:
        self._first: dict[bytes, int] = {}

    def repeated(self, line: int, keys: Iterable[tuple[str, str]]) -> list[FieldProblem]:
        """A problem per key (field, value) that an earlier line named; the others are remembered as named here."""
        found = []
        for field, value in keys:
            digest = hashlib.blake2b(f"{field}:{value}".encode(), digest_size=8).digest()
            first = self._first.setdefault(digest, line)
            if first != line:
                text = (f"与第 {first} 行重复，请只保留一行", f"Repeats line {first}; keep one of the two")
                found.append(FieldProblem(f"/{field}", "repeated_in_sheet", *text))
        return found


def require_startable(sheet: SheetImport) -> None:
    """Raises SheetNotChecked."""
    if sheet.state != "checked" or not sheet.waiting:
        raise SheetNotChecked


def tally(rows: Sequence[ImportRow]) -> dict[RowResult, int]:
    """How many rows have each result."""
    results: tuple[RowResult, ...] = ("wrong", "waiting", "done", "refused")
    return {result: sum(row.result == result for row in rows) for result in results}
