"""The life of a transfer of ownership: the owner proposes, the new owner accepts, the exam body confirms (4.8, P15)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from shared.errors import Conflict

TransferState = Literal["proposed", "accepted", "confirmed", "cancelled", "declined", "rejected"]
TransferMove = Literal["accept", "decline", "cancel", "confirm", "reject"]
OldOwner = Literal["demoted", "disabled"]

TRANSITIONS: Mapping[tuple[TransferState, TransferMove], TransferState] = {
    ("proposed", "accept"): "accepted",
    ("proposed", "decline"): "declined",
    ("proposed", "cancel"): "cancelled",
    ("proposed", "reject"): "rejected",
    ("accepted", "confirm"): "confirmed",
    ("accepted", "cancel"): "cancelled",
    ("accepted", "reject"): "rejected",
}


class TransferMoveNotAllowed(Conflict):
    """The state of the transfer does not allow this."""

    code = "transfer_move_not_allowed"
    message_zh = "主账号移交当前状态（{state}）不允许此操作，请刷新后查看。"
    message_en = "The transfer is {state} now; this is not possible. Refresh to see its state."


class TransferOpen(Conflict):
    """An institution hands over one ownership at a time."""

    code = "transfer_open"
    message_zh = "已有一项主账号移交正在办理，请先完成或取消。"
    message_en = "A transfer of the ownership is under way; finish or cancel it first."


class AlreadyOwner(Conflict):
    """The phone belongs to an owner of this institution."""

    code = "already_owner"
    message_zh = "该手机号已是本机构主账号，请填写新负责人的手机号。"
    message_en = "This phone already belongs to an owner of the institution; enter the phone of the new one."


class NewOwnerNotReady(Conflict):
    """The new owner's account does not work any more."""

    code = "new_owner_not_ready"
    message_zh = "新主账号当前不可用，请联系本人恢复账号，或驳回后重新发起移交。"
    message_en = "The new owner's account does not work now; have it restored, or reject the transfer and begin anew."


@dataclass(frozen=True, slots=True)
class OwnershipTransfer:
    """One transfer as stored; `old_owner` says what becomes of the one who hands over."""

    transfer_id: UUID
    scope_id: UUID
    scope_name: str
    from_staff_id: UUID
    to_staff_id: UUID
    old_owner: OldOwner
    state: TransferState
    version: int
    proposed_at: datetime
    accepted_at: datetime | None
    ended_at: datetime | None
    ended_by: UUID | None

    def moved(self, move: TransferMove, by: UUID, now: datetime) -> "OwnershipTransfer":
        """The transfer after `move`. Raises TransferMoveNotAllowed."""
        if (target := TRANSITIONS.get((self.state, move))) is None:
            raise TransferMoveNotAllowed(state=self.state)
        ended = target != "accepted"
        return replace(
            self,
            state=target,
            version=self.version + 1,
            accepted_at=now if target == "accepted" else self.accepted_at,
            ended_at=now if ended else None,
            ended_by=by if ended else None,
        )
