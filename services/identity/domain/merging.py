"""When two persons may become one, and which of them remains (A5).

At most one of the two may have begun to prove an identity. That one remains; the other, which could therefore never
bind to a unit or declare anything, gives its credentials away and is closed. So no other service has anything to merge.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from shared.errors import Conflict

Grounds = Literal["phone", "wechat", "identity"]
"""What shows that both are one: a credential of the other that the applicant holds, or the claimed identity."""
MergeState = Literal["pending", "approved", "rejected"]


class BothProven(Conflict):
    """Both persons have begun to prove an identity: neither may be closed without loss."""

    code = "both_proven"
    message_zh = "两个账号都已办理过实名认证，不能合并。请使用原账号登录；如有疑问请联系考区。"
    message_en = "Both accounts have a history of verification and can not become one; log in to the one used before."


class MergePending(Conflict):
    """The applicant has a request that waits."""

    code = "merge_pending"
    message_zh = "您已有一份账号合并申请待审核，请等待审核结果。"
    message_en = "You have a request to merge accounts that waits for review; please wait for its result."


class MergeOutdated(Conflict):
    """What was proven is not so any more."""

    code = "merge_outdated"
    message_zh = "申请提出后账号情况已变化，不能通过，请驳回后由本人重新申请。"
    message_en = "The accounts have changed since the request; reject it, and let the person ask again."


class NobodyHolds(Conflict):
    """No account holds the claimed document."""

    code = "nobody_holds_document"
    message_zh = "没有账号使用该证件通过实名认证，请驳回申请。"
    message_en = "No account is verified with this document; reject the request."


class MergeAlreadyDecided(Conflict):
    """Somebody decided before."""

    code = "merge_already_decided"
    message_zh = "该申请已有审核结果（{state}），请刷新查看。"
    message_en = "This request was {state} already; refresh to see it."


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two, as far as the decision needs to know."""

    person_id: UUID
    created_at: datetime
    active: bool
    has_history: bool
    """Whether verification was ever begun."""
    has_phone: bool


def remaining(applicant: Side, other: Side) -> tuple[Side, Side]:
    """(who remains, who is closed): the one with a history, else the one with a phone, else the older. Raises
    BothProven, MergeOutdated."""
    if not applicant.active or not other.active or applicant.person_id == other.person_id:
        raise MergeOutdated
    if applicant.has_history and other.has_history:
        raise BothProven
    first, second = sorted(
        (applicant, other), key=lambda side: (not side.has_history, not side.has_phone, side.created_at)
    )
    return first, second
