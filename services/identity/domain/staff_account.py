"""The life of a staff account (4.8)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from shared.actor import Role
from shared.errors import Conflict

StaffState = Literal["invited", "active", "locked", "disabled", "archived"]
StaffMove = Literal["activate", "lock", "unlock", "disable", "archive"]
ScopeKind = Literal["exam_body", "institution"]

TRANSITIONS: Mapping[tuple[StaffState, StaffMove], StaffState] = {
    ("invited", "activate"): "active",
    ("active", "lock"): "locked",
    ("locked", "unlock"): "active",
    ("invited", "disable"): "disabled",
    ("active", "disable"): "disabled",
    ("locked", "disable"): "disabled",
    ("disabled", "archive"): "archived",
}


class StaffMoveNotAllowed(Conflict):
    """The state of the account does not allow this."""

    code = "staff_move_not_allowed"
    message_zh = "账号当前状态（{state}）不允许此操作，请刷新后查看。"
    message_en = "The account is {state} now; this is not possible. Refresh to see its state."


class StaffAlreadyActive(Conflict):
    """The phone already holds a working account in this scope."""

    code = "staff_already_active"
    message_zh = "该手机号在本机构已有可用账号，无需再次邀请。"
    message_en = "This phone already has a working account in this scope; no invitation is needed."


@dataclass(frozen=True, slots=True)
class StaffAccount:
    """One account as stored; sealed fields stay sealed."""

    staff_id: UUID
    role: Role
    scope_kind: ScopeKind
    scope_id: UUID
    scope_name: str
    name_sealed: bytes
    phone_sealed: bytes
    phone_index: bytes
    state: StaffState
    version: int
    language: Literal["zh", "en"]
    password_phc: str | None
    totp_sealed: bytes | None
    totp_step: int
    responsibility_accepted_at: datetime | None
    last_login_at: datetime | None

    def moved(self, move: StaffMove) -> "StaffAccount":
        """The account after `move`. Raises StaffMoveNotAllowed."""
        if (target := TRANSITIONS.get((self.state, move))) is None:
            raise StaffMoveNotAllowed(state=self.state)
        return replace(self, state=target, version=self.version + 1)
