"""A spreadsheet of people to invite: which columns it has, and what its rows mean. There is no column for a password:
everybody sets his own (V12)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from shared.errors import Conflict, Invalid
from shared.spreadsheets.columns import Columns, records

SheetState = Literal["checked", "running", "done"]
RowResult = Literal["wrong", "waiting", "invited", "refused"]
COLUMNS: Final = Columns(
    {
        "姓名": "name",
        "手机号": "phone",
        "角色": "role",
        "机构": "scope",
        "name": "name",
        "phone": "phone",
        "role": "role",
        "scope": "scope",
    },
    needed=frozenset({"name", "phone", "role"}),
)
ROLES: Final[Mapping[str, str]] = {
    "考点管理员": "site_admin",
    "报名点管理员": "point_admin",
    "主账号": "institution_owner",
    "业务管理员": "institution_business_admin",
    "实名认证管理员": "identity_reviewer",
    "审计": "auditor",
}


class SheetColumnsWrong(Invalid):
    """The first row does not name the columns; facts: `columns`."""

    code = "sheet_columns_wrong"
    message_zh = "表头应为：姓名、手机号、角色、机构（可空），且不得包含密码等其他列。请按模板调整后重新上传。"
    message_en = "The first row must name: name, phone, role and optionally scope, and nothing else; no passwords."


class SheetEmpty(Invalid):
    """There is no row below the header."""

    code = "sheet_empty"
    message_zh = "表格中没有人员，请在表头下方填写后重新上传。"
    message_en = "The spreadsheet names nobody; fill in rows below the header."


class NobodyToInvite(Conflict):
    """No row of the sheet can be carried out, or it was started already."""

    code = "nobody_to_invite"
    message_zh = "该表格没有可邀请的人员，或已开始邀请；请查看各行结果。"
    message_en = "No row of this sheet waits to be carried out; look at its rows."


@dataclass(frozen=True, slots=True)
class Wish:
    """One row as typed; `line` counts from 1 as the spreadsheet program shows it."""

    line: int
    name: str
    phone: str
    role: str
    scope: str


@dataclass(frozen=True, slots=True)
class StaffSheet:
    """One upload; counts by result."""

    sheet_id: UUID
    created_by: UUID
    scope_id: UUID
    state: SheetState
    version: int
    created_at: datetime
    done_at: datetime | None
    wrong: int = 0
    waiting: int = 0
    invited: int = 0
    refused: int = 0


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row as stored; `problem` is the code of what is wrong with it."""

    sheet_id: UUID
    line: int
    role: str
    target_scope_id: UUID | None
    name_sealed: bytes
    phone_sealed: bytes
    phone_masked: str
    result: RowResult
    problem: str | None
    staff_id: UUID | None


def wishes(rows: Iterable[Sequence[str]]) -> list[Wish]:
    """The rows below the header. Raises SheetColumnsWrong, SheetEmpty."""
    below = iter(rows)
    if (fields := COLUMNS.fields(next(below, ()))) is None:
        raise SheetColumnsWrong
    found = []
    for line, cells in records(fields, below):
        role = ROLES.get(cells["role"], cells["role"])
        found.append(Wish(line, cells["name"], cells["phone"], role, cells.get("scope", "")))
    if not found:
        raise SheetEmpty
    return found
