"""Reading what clients send, within limits (V73): size, depth 32, arrays of 1,000, no duplicate keys, no NaN,
integers up to 2^53, no character U+0000, which PostgreSQL does not store. A body is UTF-8 without a mark of the byte
order, whatever the client calls it. Everything else is a clear 4xx."""

import json
from collections.abc import Mapping
from typing import Any, NoReturn

from aiohttp import web
from pydantic import BaseModel, ValidationError

from shared.errors import Invalid, TooLarge
from shared.web.field_problems import problems_of

_MAX_DEPTH = 32
_MAX_ITEMS = 1_000
_MAX_INTEGER = 1 << 53
_CHARSETS = ("utf-8", "utf8")


class MalformedBody(Invalid):
    """Not JSON within our limits."""

    code = "malformed_body"
    message_zh = "请求内容不是有效的 JSON（{why}），请检查后重试。"
    message_en = "The body is not acceptable JSON ({why}); check it and try again."


class UnsupportedMedia(Invalid):
    """The body is not sent as application/json."""

    code = "unsupported_media_type"
    message_zh = "请以 application/json 提交内容。"
    message_en = "Send the body as application/json."


class NotUtf8(UnsupportedMedia):
    """The body is announced in another charset; it is never decoded by what a client names."""

    code = "charset_not_supported"
    message_zh = "请以 UTF-8 编码提交内容（Content-Type: application/json）。"
    message_en = "Send the body encoded as UTF-8 (Content-Type: application/json)."


class BodyInvalid(Invalid):
    """JSON, but not what this operation takes."""

    code = "body_invalid"
    message_zh = "填写的内容有 {count} 处需要修改，请按提示更正。"
    message_en = "{count} field(s) need correction; see the list."


class NulInText(Invalid):
    """A text holds the character U+0000."""

    code = "nul_in_text"
    message_zh = "文字中含有无法保存的字符（U+0000），请删除该字符后重试。"
    message_en = "A text holds the character U+0000, which can not be stored; remove it and try again."


async def read_raw(request: web.Request, limit: int) -> bytes:
    """The whole body, at most `limit` bytes. Raises TooLarge, BodyTooSlow."""
    if request.content_length is not None and request.content_length > limit:
        raise TooLarge
    if request.content.is_eof():
        # Most bodies came in one packet with their head: nothing to wait for.
        return _within(request.content.read_nowait(), limit)
    chunks, size = [], 0
    async for chunk in request.content.iter_any():
        size += len(chunk)
        if size > limit:
            raise TooLarge
        chunks.append(chunk)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _within(raw: bytes, limit: int) -> bytes:
    if len(raw) > limit:
        raise TooLarge
    return raw


def parse_body(request: web.Request, raw: bytes, model: type[BaseModel], *, takes_nul: bool = False) -> BaseModel:
    """Validate a JSON body. Raises UnsupportedMedia, NotUtf8, MalformedBody, NulInText, BodyInvalid."""
    if request.content_type != "application/json":
        raise UnsupportedMedia
    if (charset := request.charset) is not None and charset.lower() not in _CHARSETS:
        raise NotUtf8
    return validate(model, load_json(raw, takes_nul=takes_nul))


def validate(model: type[BaseModel], value: object) -> BaseModel:
    """Check a value against a model. Raises BodyInvalid with one problem per field."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        problems = problems_of(error)
        raise BodyInvalid(problems=problems, count=len(problems)) from None


def load_json(raw: bytes, *, takes_nul: bool = False) -> object:
    """Parse within the limits. Raises MalformedBody saying which one was broken, and NulInText unless the model that
    follows cleans every text itself (`takes_nul`)."""
    try:
        # Of bytes json would guess the encoding, and take UTF-16 and UTF-32 too.
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise MalformedBody(why="not UTF-8") from None
    if text.startswith("\ufeff"):
        raise MalformedBody(why="byte order mark")
    try:
        value = json.loads(
            text, object_pairs_hook=_object, parse_constant=_refuse_constant, parse_int=_integer, parse_float=_float
        )
    except RecursionError:
        raise MalformedBody(why="nesting") from None
    except ValueError:
        raise MalformedBody(why="syntax") from None
    _check(value)
    # JSON has it as an escape only; a backslash before such an escape makes it harmless.
    if not takes_nul and b"\\u0000" in raw and _holds_nul(value):
        raise NulInText
    return value


def parse_query(query: Mapping[str, str], model: type[BaseModel]) -> BaseModel:
    """Validate a query string. Raises NulInText, BodyInvalid."""
    if any("\0" in text for text in query.values()):
        raise NulInText
    return validate(model, dict(query))


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise MalformedBody(why="duplicate keys")
    return result


def _refuse_constant(_text: str) -> NoReturn:
    raise MalformedBody(why="NaN or Infinity")


def _integer(text: str) -> int:
    if len(text) > 17 or abs(number := int(text)) > _MAX_INTEGER:
        raise MalformedBody(why="integer too large")
    return number


def _float(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise MalformedBody(why="number too large")
    return number


def _holds_nul(value: object) -> bool:
    """Depth is within the limit here."""
    if isinstance(value, dict):
        return any("\0" in name or _holds_nul(one) for name, one in value.items())
    if isinstance(value, list):
        return any(map(_holds_nul, value))
    return isinstance(value, str) and "\0" in value


def _check(value: object) -> None:
    """Depth and array length, without recursion."""
    level = [value]
    for _ in range(_MAX_DEPTH):
        deeper: list[Any] = []
        for item in level:
            if isinstance(item, dict):
                deeper.extend(v for v in item.values() if isinstance(v, dict | list))
            elif isinstance(item, list):
                if len(item) > _MAX_ITEMS:
                    raise MalformedBody(why="array too long")
                deeper.extend(v for v in item if isinstance(v, dict | list))
        if not deeper:
            return
        level = deeper
    raise MalformedBody(why="nesting")
