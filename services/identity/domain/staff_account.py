"""The life of a staff account (4.8)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from shared.actor import Role
from shared.errors import Conflict

StaffState = Literal["invited", "active", "locked", "disabled", "archived"]
StaffMove = Literal["activate", "lock", "unlock", "reset", "disable", "archive"]
ScopeKind = Literal["exam_body", "institution"]
StaffMethod = Literal["password_totp", "password_passkey", "passkey"]
"""What a login was proven by; a passkey alone counts when its device verified the holder, which is two factors."""

TRANSITIONS: Mapping[tuple[StaffState, StaffMove], StaffState] = {
    ("invited", "activate"): "active",
    ("active", "lock"): "locked",
    ("locked", "unlock"): "active",
    # A lost second factor: nobody comes in until the holder has accepted a new invitation.
    ("active", "reset"): "locked",
    ("locked", "reset"): "locked",
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


class LastOwner(Conflict):
    """An active institution always has somebody who answers for it (4.8, B6)."""

    code = "last_owner"
    message_zh = "这是该机构唯一可用的主账号，请先开通新的主账号或办理主账号移交，再停用此账号。"
    message_en = "This is the only working owner of the institution; invite another or transfer the ownership first."


class SecondFactorMissing(Conflict):
    """The second factor was reset: only its holder can bring the account back, by the new invitation."""

    code = "second_factor_missing"
    message_zh = "该账号的第二验证方式已被重置，须由本人凭新的邀请码重新设置；如邀请码已失效，请重新发送邀请。"
    message_en = "The second factor was reset: its holder must accept the new invitation; send it again if it expired."


class InvitationLapsed(Conflict):
    """The time in which an invitation can be renewed is over (4.8)."""

    code = "invitation_lapsed"
    message_zh = "邀请已超过可续发的期限，请重新发起邀请。"
    message_en = "The invitation can not be renewed any more; invite the person anew."


class NothingToAccept(Conflict):
    """The account does not wait for its holder: there is no invitation to send again."""

    code = "nothing_to_accept"
    message_zh = "该账号无需接受邀请；如本人无法登录，请重置其第二验证方式。"
    message_en = "The account does not wait to be accepted; reset its second factor if its holder can not log in."


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
    invited_until: datetime | None
    passkeys: int = 0
    """How many passkeys the account has."""

    @property
    def awaits_holder(self) -> bool:
        """Whether the account can only be brought to life by its holder, with an invitation."""
        return self.state == "invited" or (self.state == "locked" and self.totp_sealed is None and self.passkeys == 0)

    def moved(self, move: StaffMove) -> "StaffAccount":
        """The account after `move`. Raises StaffMoveNotAllowed."""
        if (target := TRANSITIONS.get((self.state, move))) is None:
            raise StaffMoveNotAllowed(state=self.state)
        return replace(self, state=target, version=self.version + 1)
