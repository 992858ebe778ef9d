"""Every URL of notification, with its policy."""

from services.notification.api.callback_routes import CALLBACK_ROUTES
from services.notification.api.channel_routes import CHANNEL_ROUTES
from services.notification.api.messages import (
    get_message_events,
    get_messages,
    get_unread_count,
    post_all_reading,
    post_message_reading,
)
from services.notification.api.running_routes import RUNNING_ROUTES
from services.notification.api.schemas import (
    MarkedView,
    MessageQuery,
    MessageView,
    ReadingQuery,
    StatisticsView,
    UnreadView,
    WatchQuery,
)
from services.notification.api.sending_routes import SENDING_ROUTES
from services.notification.api.statistics import get_statistics
from services.notification.api.template_routes import TEMPLATE_ROUTES
from shared.web.audit_trail import audit_routes
from shared.web.cursors import Page
from shared.web.routing import ALL_STAFF, AnyOf, Candidates, Route, Staff

_PEOPLE = AnyOf(Candidates(), ALL_STAFF)

ROUTES: tuple[Route, ...] = (
    Route(
        "GET",
        "/v1/messages",
        get_messages,
        _PEOPLE,
        "我的消息",
        "My messages",
        query=MessageQuery,
        response=Page[MessageView],
    ),
    Route("GET", "/v1/messages/unread-count", get_unread_count, _PEOPLE, "未读消息数", "Unread", response=UnreadView),
    Route(
        "POST", "/v1/messages/{message_id}/reading", post_message_reading, _PEOPLE, "标记已读", "Mark read", status=204
    ),
    Route(
        "POST",
        "/v1/messages/reading",
        post_all_reading,
        _PEOPLE,
        "全部已读",
        "Mark all read",
        query=ReadingQuery,
        response=MarkedView,
    ),
    Route(
        "GET",
        "/v1/messages/events",
        get_message_events,
        _PEOPLE,
        "未读消息实时更新",
        "What is unread, live, as server-sent events",
        query=WatchQuery,
        lasting=True,
    ),
    Route(
        "GET",
        "/v1/statistics",
        get_statistics,
        Staff("zone_admin", "auditor"),
        "发送统计",
        "Delivery statistics",
        response=StatisticsView,
    ),
    *audit_routes("notification"),
    *TEMPLATE_ROUTES,
    *CHANNEL_ROUTES,
    *CALLBACK_ROUTES,
    *SENDING_ROUTES,
    *RUNNING_ROUTES,
)
