"""The URLs about channels, with their policy."""

from services.notification.api.channel_schemas import ConsentsBody, ConsentsView, PreferenceBody, PreferencesView
from services.notification.api.channels import (
    get_channel_preferences,
    get_wechat_consents,
    post_wechat_consents,
    put_channel_preference,
)
from shared.web.routing import Candidates, Route

CHANNEL_ROUTES: tuple[Route, ...] = (
    Route(
        "GET",
        "/v1/channel-preferences",
        get_channel_preferences,
        Candidates(),
        "我的通知方式",
        "My channels",
        response=PreferencesView,
    ),
    Route(
        "PUT",
        "/v1/channel-preferences",
        put_channel_preference,
        Candidates(),
        "选择某类通知的接收方式",
        "Choose the channels of a category",
        request=PreferenceBody,
        response=PreferencesView,
    ),
    Route(
        "GET",
        "/v1/wechat-consents",
        get_wechat_consents,
        Candidates(),
        "微信订阅消息剩余次数",
        "Consents to WeChat messages",
        response=ConsentsView,
    ),
    Route(
        "POST",
        "/v1/wechat-consents",
        post_wechat_consents,
        Candidates(),
        "上报微信订阅消息授权结果",
        "Report consents to WeChat messages",
        request=ConsentsBody,
        response=ConsentsView,
    ),
)
