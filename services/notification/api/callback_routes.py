"""The URLs that providers call."""

from services.notification.api.callback_schemas import AliyunReport, AliyunTaken, TencentReport, TencentTaken
from services.notification.api.callbacks import (
    BODY_LIMIT,
    post_aliyun_report,
    post_tencent_report,
    read_aliyun_report,
    read_tencent_report,
)
from shared.web.routing import Public, Route

CALLBACK_ROUTES: tuple[Route, ...] = (
    Route(
        "POST",
        "/v1/provider-callbacks/aliyun/{secret}",
        post_aliyun_report,
        Public(),
        "接收阿里云短信回执",
        "Receipts from Aliyun",
        request=AliyunReport,
        response=AliyunTaken,
        idempotent=False,
        prepare=read_aliyun_report,
        body_limit=BODY_LIMIT,
    ),
    Route(
        "POST",
        "/v1/provider-callbacks/tencent/{secret}",
        post_tencent_report,
        Public(),
        "接收腾讯云短信回执",
        "Receipts from Tencent",
        request=TencentReport,
        response=TencentTaken,
        idempotent=False,
        prepare=read_tencent_report,
        body_limit=BODY_LIMIT,
    ),
)
