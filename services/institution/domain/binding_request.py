"""A request to be bound without a code: who may decide, how many there may be, how long it waits (4.3, P4)."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from shared.errors import Conflict, Forbidden, LimitReached

RefusalReason = Literal["not_our_staff", "wrong_institution", "details_unclear", "ask_for_the_code"]


class RequestPending(Conflict):
    """One request of a person at a time."""

    code = "request_pending"
    message_zh = "您已有一份待单位确认的绑定申请；如需改向其他单位申请，请先撤销该申请。"
    message_en = "A request of yours waits for its unit; cancel it first to ask another one."


class OwnRequest(Forbidden):
    """Four eyes: nobody confirms himself (section 2, rule 5)."""

    code = "own_request"
    message_zh = "不能处理本人的绑定申请，请由本单位其他管理员办理。"
    message_en = "You can not decide on your own request; another administrator of the unit has to."


class TooManyRequests(LimitReached):
    """A console is not to be flooded."""

    code = "too_many_binding_requests"
    message_zh = "绑定申请过于频繁，请稍后再试；如已取得单位确认码，可直接输入确认码绑定。"
    message_en = "Too many requests; try again later, or bind with the unit's code if you have it."


@dataclass(frozen=True, slots=True)
class RequestLimit:
    """At most `count` requests of a person in any `window`; one that nobody decides on expires after `life`."""

    count: int
    window: timedelta
    life: timedelta
