"""When a text may be sent again by hand: never a code, never beside an attempt that is not over, never without end."""

from dataclasses import dataclass
from typing import Final, Literal
from uuid import UUID

from shared.errors import Conflict

ResendReason = Literal["not_received", "number_changed", "provider_fault", "asked_again"]
MOST_RESENDS: Final = 3


class CodeNeverResent(Conflict):
    """A login code or an invitation goes at most once (M10)."""

    code = "code_never_resent"
    message_zh = "验证码和邀请码不能由工作人员重发，请本人重新获取，邀请请重新发起。"
    message_en = "Codes are never sent again by staff; the person asks for a new code, an invitation is made anew."


class DeliveryNotOver(Conflict):
    """It is still being sent, or its fate is still being asked for; sending beside it could double it."""

    code = "delivery_not_over"
    message_zh = "该通知仍在发送或查询结果中，请待其结束后再决定是否重发。"
    message_en = "This is still being sent or looked up; wait until it is over, then decide whether to send it again."


class NumberNotKept(Conflict):
    """It went to a number that an event named, such as the one that was replaced, and not to that of an account."""

    code = "number_not_kept"
    message_zh = "该短信发往一次性登记的号码，号码不再保存，无法重发，请通过其他方式联系本人。"
    message_en = "This went to a number that is not kept, so that it can not go again; reach the person another way."


class ResentTooOften(Conflict):
    """So many times are enough."""

    code = "resent_too_often"
    message_zh = "同一通知最多重发 {most} 次，请核对号码或通过其他方式联系本人。"
    message_en = "A notice is sent again at most {most} times; check the number, or reach the person another way."


@dataclass(frozen=True, slots=True)
class Resendable:
    """What decides whether a delivery may go again. `first_id` is the first delivery of the notice, `resends` how often
    it went again, `under_way` whether it does now."""

    id: UUID
    first_id: UUID
    has_code: bool
    is_over: bool
    to_account: bool
    resends: int
    under_way: bool


def require_resendable(delivery: Resendable) -> None:
    """Raises CodeNeverResent, NumberNotKept, DeliveryNotOver, ResentTooOften."""
    if delivery.has_code:
        raise CodeNeverResent
    if not delivery.to_account:
        raise NumberNotKept
    if not delivery.is_over or delivery.under_way:
        raise DeliveryNotOver
    if delivery.resends >= MOST_RESENDS:
        raise ResentTooOften(most=MOST_RESENDS)
