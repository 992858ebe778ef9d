"""Headers that commands must carry: Idempotency-Key, and If-Match on versioned routes."""

import re

from aiohttp import web

from shared.errors import Conflict, Invalid

_KEY = re.compile(r"^[\x21-\x7e]{8,128}$")
_VERSION = re.compile(r'^(?:W/)?"?(\d{1,18})"?$')


class IdempotencyKeyMissing(Invalid):
    """Commands need a key of 8 to 128 visible characters, made by the client before the first try (V72)."""

    code = "idempotency_key_missing"
    message_zh = "请求缺少 Idempotency-Key，请升级客户端后重试。"
    message_en = "Send the header Idempotency-Key (8 to 128 characters, the same for every retry)."


class IdempotencyKeyReused(Invalid):
    """The key belongs to another request."""

    code = "idempotency_key_reused"
    message_zh = "该操作编号已用于其他内容，请刷新页面后重新提交。"
    message_en = "This Idempotency-Key was used for a different request; use a new one."


class VersionMissing(Invalid):
    """Transitions need the version the caller has seen."""

    code = "version_missing"
    message_zh = "请先刷新页面，再进行操作。"
    message_en = 'Send the version you have seen in If-Match, e.g. If-Match: "3".'


class StillRunning(Conflict):
    """A parallel request with the same key has not finished."""

    code = "still_running"
    message_zh = "相同的请求正在处理，请稍候查看结果。"
    message_en = "The same request is being processed; look again in a moment."


def idempotency_key(request: web.Request) -> str:
    """The header's value. Raises IdempotencyKeyMissing."""
    key = request.headers.get("Idempotency-Key", "")
    if not _KEY.match(key):
        raise IdempotencyKeyMissing
    return key


def expected_version(request: web.Request) -> int:
    """The number in If-Match. Raises VersionMissing."""
    if (match := _VERSION.match(request.headers.get("If-Match", ""))) is None:
        raise VersionMissing
    return int(match[1])
