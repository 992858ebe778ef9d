"""Errors as RFC 9457 problem+json: the one mapping of error kinds to HTTP status."""

from typing import Literal

import orjson
from aiohttp import web

from shared.errors import (
    Conflict,
    Forbidden,
    Invalid,
    LimitReached,
    NotFound,
    TiroError,
    TooLarge,
    Unauthenticated,
    Unavailable,
)
from shared.web.preconditions import IdempotencyKeyMissing, VersionMissing
from shared.web.reading import MalformedBody, UnsupportedMedia
from shared.web.slow_bodies import BodyTooSlow

_STATUS: dict[type[TiroError], int] = {
    NotFound: 404,
    Conflict: 409,
    Invalid: 422,
    Forbidden: 403,
    Unavailable: 503,
    Unauthenticated: 401,
    LimitReached: 429,
    TooLarge: 413,
    MalformedBody: 400,
    UnsupportedMedia: 415,
    BodyTooSlow: 408,
    VersionMissing: 428,
    IdempotencyKeyMissing: 400,
}


class InternalError(TiroError):
    """A fault of ours; the log has the rest under the request id."""

    code = "internal_error"
    message_zh = "系统出现问题，我们已记录。请稍后重试，或向客服提供请求编号。"
    message_en = "Something went wrong on our side and was recorded. Retry later, or quote the request id."


class MethodNotAllowed(TiroError):
    """The path exists, but not with this method."""

    code = "method_not_allowed"
    message_zh = "不支持此操作方式。"
    message_en = "This method is not allowed here."


def language_of(request: web.Request) -> Literal["zh", "en"]:
    """English where it is asked for, else Chinese."""
    return "en" if request.headers.get("Accept-Language", "").lower().startswith("en") else "zh"


def status_of(error: TiroError) -> int:
    """The status of the most specific kind that is mapped."""
    for kind in type(error).__mro__:
        if kind in _STATUS:
            return _STATUS[kind]
    return 500


def problem(error: TiroError, request_id: str, language: str, status: int | None = None) -> web.Response:
    """The answer for an error: no internals, always the request id (V76)."""
    status = status or status_of(error)
    document: dict[str, object] = {
        "type": f"urn:tiro:problem:{error.code}",
        "title": error.sentence(language),
        "status": status,
        "code": error.code,
        "request_id": request_id,
    }
    if error.problems:
        document["errors"] = [
            {"pointer": p.pointer, "code": p.code, "detail": p.message_zh if language == "zh" else p.message_en}
            for p in error.problems
        ]
    headers = {"X-Request-Id": request_id, "Cache-Control": "no-store", "Content-Language": language}
    if error.retry_after is not None:
        headers["Retry-After"] = str(error.retry_after)
    return web.Response(
        status=status, body=orjson.dumps(document), content_type="application/problem+json", headers=headers
    )
