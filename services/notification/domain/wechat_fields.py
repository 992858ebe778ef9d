"""Fields of WeChat subscription messages: what each kind takes, and how a value that is too long is cut."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_NAME: Final = re.compile(r"^([a-z_]+?)(\d{1,2})$")
_ANYTHING: Final = re.compile(r".+", re.DOTALL)
_CUT: Final = "…"


@dataclass(frozen=True, slots=True)
class FieldKind:
    """At most so many characters of such a form; what is no running text is not cut but refused."""

    longest: int
    form: re.Pattern[str] = _ANYTHING
    can_be_cut: bool = False


KINDS: Final[Mapping[str, FieldKind]] = {
    "thing": FieldKind(20, can_be_cut=True),
    "short_thing": FieldKind(5, can_be_cut=True),
    "phrase": FieldKind(5, re.compile(r"[\u3400-\u9fff]+")),
    "number": FieldKind(32, re.compile(r"-?\d+(\.\d+)?")),
    "letter": FieldKind(32, re.compile(r"[A-Za-z]+")),
    "symbol": FieldKind(5, re.compile(r"[^\w\s]+")),
    "character_string": FieldKind(32, re.compile(r"[\x21-\x7e]+")),
    "amount": FieldKind(11, re.compile(r"[¥$€]?\d{1,10}(\.\d+)?元?")),
    "date": FieldKind(20, re.compile(r"\d{4}(年\d{1,2}月\d{1,2}日|-\d{2}-\d{2})")),
    "time": FieldKind(20, re.compile(r"(\d{4}(年\d{1,2}月\d{1,2}日|-\d{2}-\d{2}) ?)?(\d{1,2}:\d{2}(:\d{2})?)?")),
}
"""Kinds for names, phones and plates are not among them: a message holds no personal data."""


def field_kind(name: str) -> FieldKind | None:
    """The kind of a field such as `thing2`; None for one that may not be used."""
    found = _NAME.match(name)
    return KINDS.get(found[1]) if found else None


def cut_to_kind(kind: FieldKind, value: str) -> str:
    """As it is sent: running text ends in an ellipsis where it had to be cut."""
    if not kind.can_be_cut or len(value) <= kind.longest:
        return value
    return value[: kind.longest - 1] + _CUT


def fits_kind(kind: FieldKind, value: str) -> bool:
    """Whether WeChat takes the value, cut if it may be cut."""
    sent = cut_to_kind(kind, value)
    return len(sent) <= kind.longest and kind.form.fullmatch(sent) is not None
