"""What may stand in the fields of a WeChat notice: the vendor names a field after its kind (`thing1`, `date2`). What is
too long is cut where a cut says nothing wrong; a number, a time or an amount is never cut, it must be right."""

import re
from collections.abc import Callable, Mapping
from typing import Final

_KIND = re.compile(r"^([a-z_]+?)_?\d+$")
_HANZI = "㐀-䶿一-鿿"
_CLOCK = r"([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d)?"
_DAY = r"\d{4}年(1[0-2]|0?[1-9])月(3[01]|[12]\d|0?[1-9])日"
_DATE = rf"{_DAY}( {_CLOCK})?"
_TIME = rf"({_DAY} )?{_CLOCK}"


class FieldUnfit(Exception):
    """A field whose value WeChat would refuse, and that no cut makes right; the argument is its name, never the
    value."""


def _cut(most: int, ending: str = "") -> Callable[[str], str]:
    def cut(value: str) -> str:
        return value if len(value) <= most else value[: most - len(ending)] + ending

    return cut


def _exactly(pattern: str) -> Callable[[str], str]:
    compiled = re.compile(pattern)

    def check(value: str) -> str:
        return value if compiled.fullmatch(value) else ""

    return check


def _cut_name(value: str) -> str:
    """Ten hanzi, or twenty letters and marks; a mixture counts as hanzi."""
    return value[: 10 if re.search(f"[{_HANZI}]", value) else 20]


def _cut_phrase(value: str) -> str:
    """Five hanzi and nothing else."""
    return re.sub(f"[^{_HANZI}]", "", value)[:5]


KINDS: Final[Mapping[str, Callable[[str], str]]] = {
    "thing": _cut(20, "…"),
    "character_string": lambda value: "" if re.search(r"[^\x20-\x7e]", value) else value[:32],
    "letter": lambda value: value[:32] if re.fullmatch(r"[A-Za-z]+", value) else "",
    "number": _exactly(r"(?=.{1,32}$)-?\d+(\.\d+)?"),
    "symbol": lambda value: "" if re.search(r"\w", value) else value[:5],
    "phrase": _cut_phrase,
    "name": _cut_name,
    "phone_number": _exactly(r"(?=.{1,17}$)\+?[\d\- ]+"),
    "car_number": _exactly(rf"[{_HANZI}A-Z0-9][A-Z0-9]{{0,6}}[{_HANZI}A-Z0-9]"),
    "amount": _exactly(r"(?=.{1,12}$)[¥￥$€£]?\d{1,10}(\.\d{1,2})?元?"),
    "time": _exactly(rf"{_TIME}(~{_TIME})?|{_DATE}"),
    "date": _exactly(rf"{_DATE}(~{_DATE})?"),
}
"""By kind: the value as it may be sent, or an empty text where none may."""


def fitted(fields: Mapping[str, str]) -> dict[str, str]:
    """The fields as they may be sent. Raises FieldUnfit, also for a kind that is not known and for an empty value,
    which WeChat refuses."""
    sent = {}
    for name, value in fields.items():
        kind = _KIND.match(name)
        fit = KINDS.get(kind[1]) if kind else None
        # A line's end would be shown as a box, or end the field.
        sent[name] = fit(" ".join(value.split())) if fit else ""
        if not sent[name]:
            raise FieldUnfit(name)
    return sent
