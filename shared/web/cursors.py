"""Keyset cursors: opaque to clients, checked when they come back."""

import base64
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

import orjson

from shared.errors import Invalid
from shared.web.schemas import View

Item = TypeVar("Item")


class CursorInvalid(Invalid):
    """The cursor did not come from this list."""

    code = "cursor_invalid"
    message_zh = "分页位置已失效，请从第一页重新查看。"
    message_en = "This page position is not valid any more; start again from the first page."


class Page(View, Generic[Item]):
    """One page; `next_cursor` is null on the last."""

    items: list[Item]
    next_cursor: str | None = None


def encode_cursor(*values: Any) -> str:
    """The position after the last row shown."""
    return base64.urlsafe_b64encode(orjson.dumps(values, default=str)).decode().rstrip("=")


def _text(value: Any) -> str:
    text = str(value)
    if "\0" in text:
        raise CursorInvalid
    return text


_READERS: dict[type, Callable[[Any], Any]] = {
    str: _text,
    int: int,
    UUID: UUID,
    datetime: datetime.fromisoformat,
    date: date.fromisoformat,
}


def decode_cursor(text: str | None, types: Sequence[type]) -> tuple[Any, ...]:
    """The values of a cursor, or as many None. Raises CursorInvalid."""
    if text is None:
        return (None,) * len(types)
    try:
        values = orjson.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if not isinstance(values, list) or len(values) != len(types):
            raise CursorInvalid
        return tuple(_READERS[kind](value) for kind, value in zip(types, values, strict=True))
    except (ValueError, TypeError, AttributeError, KeyError):
        raise CursorInvalid from None
