"""Routes for people who run the platform: what was told and sent, what became of it, and sending it again."""

from typing import Final

from services.notification.api import deliveries as handlers
from services.notification.api.delivery_schemas import (
    DeliveryFiguresView,
    DeliveryHistoryView,
    DeliveryQuery,
    DeliveryView,
    ResendBody,
    SpanQuery,
    ToldQuery,
    ToldView,
)
from services.notification.api.number_search import post_delivery_search, post_told_message_search
from services.notification.api.number_search_schemas import (
    DeliveriesOfNumberView,
    MessagesOfNumberView,
    NumberDeliveriesBody,
    NumberMessagesBody,
)
from services.notification.api.statistics import get_delivery_figures
from shared.web.cursors import Page
from shared.web.routing import Route, Staff

_LOOKING: Final = Staff("zone_admin", "auditor")
# A number is guessed where an id is not: auditors of a body below the zone must not learn whose it is.
_BY_NUMBER: Final = Staff("zone_admin")

# Looking at one recipient writes to the audit trail, hence the transactions.
RUNNING_ROUTES: Final = (
    Route(
        method="GET",
        path="/v1/statistics/deliveries",
        handler=get_delivery_figures,
        policy=_LOOKING,
        summary_zh="按日、渠道、服务商和模板统计发送情况",
        summary_en="Deliveries by day, channel, provider and template: shares, and seconds to the hand-over",
        query=SpanQuery,
        response=DeliveryFiguresView,
    ),
    Route(
        method="GET",
        path="/v1/told-messages",
        handler=handlers.get_told_messages,
        policy=_LOOKING,
        summary_zh="按收件人或事件查询站内消息",
        summary_en="Messages in inboxes, by recipient or event",
        query=ToldQuery,
        response=Page[ToldView],
        transaction=True,
    ),
    Route(
        method="GET",
        path="/v1/deliveries",
        handler=handlers.get_deliveries,
        policy=_LOOKING,
        summary_zh="按收件人或事件查询发送记录",
        summary_en="Deliveries, by recipient or event",
        query=DeliveryQuery,
        response=Page[DeliveryView],
        transaction=True,
    ),
    Route(
        method="POST",
        path="/v1/told-messages/search",
        handler=post_told_message_search,
        policy=_BY_NUMBER,
        summary_zh="按手机号查询站内消息",
        summary_en="Messages in the inboxes of those who have a phone number",
        request=NumberMessagesBody,
        response=MessagesOfNumberView,
        is_query=True,
    ),
    Route(
        method="POST",
        path="/v1/deliveries/search",
        handler=post_delivery_search,
        policy=_BY_NUMBER,
        summary_zh="按手机号查询发送记录",
        summary_en="Deliveries to a phone number and to those who have it",
        request=NumberDeliveriesBody,
        response=DeliveriesOfNumberView,
        is_query=True,
    ),
    Route(
        method="GET",
        path="/v1/deliveries/{delivery_id}",
        handler=handlers.get_delivery,
        policy=_LOOKING,
        summary_zh="发送记录及其经过",
        summary_en="A delivery with every step",
        response=DeliveryHistoryView,
    ),
    Route(
        method="POST",
        path="/v1/deliveries/{delivery_id}/resends",
        handler=handlers.post_resend,
        policy=Staff("zone_admin"),
        summary_zh="注明原因后重发通知（验证码除外）",
        summary_en="Send a notice again, with a reason; never a code",
        request=ResendBody,
        response=DeliveryView,
        status=201,
    ),
)
