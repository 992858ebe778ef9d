"""The answers the gateway gives by itself, as application/problem+json in the shape the services use (RFC 9457)."""

import json
from dataclasses import dataclass


@dataclass(frozen=True)
class Refusal:
    """One status the gateway may answer, with the sentence for a person in both languages."""

    status: int
    code: str
    zh: str
    en: str
    retry_after: int | None = None


REFUSALS = (
    Refusal(
        400,
        "bad_request",
        "请求格式不正确，请检查后重试。",
        "The request is malformed; check it and try again.",
    ),
    Refusal(
        404,
        "not_found",
        "没有这个地址，请核对后重试。",
        "There is nothing at this address; check it.",
    ),
    Refusal(
        405,
        "method_not_allowed",
        "该地址不支持此操作。",
        "This address does not take that method.",
    ),
    Refusal(
        408,
        "request_timeout",
        "请求发送过慢，请检查网络后重试。",
        "The request came too slowly; check the network and try again.",
    ),
    Refusal(
        413,
        "too_large",
        "内容过大，请压缩后重新上传。",
        "The content is too large; make it smaller and try again.",
    ),
    Refusal(
        414,
        "url_too_long",
        "地址过长，请缩短查询条件。",
        "The address is too long; use fewer or shorter filters.",
    ),
    Refusal(
        429,
        "limit_reached",
        "操作过于频繁，请稍后重试。",
        "Too many requests; wait a moment and try again.",
        retry_after=1,
    ),
    Refusal(
        431,
        "headers_too_large",
        "请求头过大，请清除浏览器缓存后重试。",
        "The headers are too large; clear the site's cookies.",
    ),
    Refusal(
        502,
        "unavailable",
        "服务正在恢复，请稍后重试。",
        "The service is restarting; try again in a moment.",
        retry_after=2,
    ),
    Refusal(
        503,
        "unavailable",
        "服务繁忙，请稍后重试。",
        "The service is busy; try again in a moment.",
        retry_after=2,
    ),
    Refusal(
        504,
        "timeout",
        "服务响应超时，请先查看结果再重试。",
        "No answer in time; look at the result before trying again.",
        retry_after=2,
    ),
)


def body(refusal: Refusal, language: str) -> str:
    """The problem document; nginx fills in $request_mark, the id of the request."""
    sentence = refusal.zh if language == "zh" else refusal.en
    document = {
        "type": f"urn:tiro:problem:{refusal.code}",
        "title": sentence,
        "status": refusal.status,
        "code": refusal.code,
        "request_id": "$request_mark",
    }
    return json.dumps(document, ensure_ascii=False)
