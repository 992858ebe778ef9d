"""WeChat's rules of subscription messages: who agreed to how many, which templates exist, what fits into their fields.
Written from the vendor's list of limits, independent of the client's code."""

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from deploy.local.mailbox.letters import Letters

_SHANGHAI = ZoneInfo("Asia/Shanghai")
_OPENID = re.compile(r"^o[\w-]{27}$")
_LONGEST = {
    "thing": 20,
    "number": 32,
    "letter": 32,
    "symbol": 5,
    "character_string": 32,
    "phone_number": 17,
    "car_number": 8,
    "phrase": 5,
    "amount": 13,
    "time": 45,
    "date": 45,
}
_SHAPES = {
    "number": r"[-\d.]+",
    "letter": r"[A-Za-z]+",
    "character_string": r"[\x20-\x7e]+",
    "phrase": r"[一-鿿㐀-䶿]+",
    "amount": r"\D?\d[\d.]*元?",
    "time": r".*\d{1,2}:\d{2}.*|\d{4}年.*",
    "date": r"\d{4}年\d{1,2}月\d{1,2}日.*",
}


@dataclass
class NoticeBook:
    """One mini-program's. `templates`: id -> names of its fields; None takes any. Where `needs_consent` a reader who
    did not agree, or has got what was agreed to, is not written to."""

    templates: dict[str, set[str]] | None = None
    needs_consent: bool = False
    letters: Letters = field(default_factory=Letters)
    taken: list[dict[str, Any]] = field(default_factory=list)
    _agreed: Counter[tuple[str, str]] = field(default_factory=Counter)

    def agree(self, openid: str, template_id: str) -> None:
        """The reader taps "allow" once: one message."""
        self._agreed[openid, template_id] += 1

    def take(self, body: dict[str, Any]) -> dict[str, object] | int:
        """The answer to an accepted notice, or the error code."""
        openid, template_id = str(body.get("touser", "")), str(body.get("template_id", ""))
        if not _OPENID.match(openid):
            return 40003
        if not template_id or (self.templates is not None and template_id not in self.templates):
            return 40037
        if str(body.get("page", "")).startswith(("/", "http")):
            return 41030
        if body.get("miniprogram_state") not in ("developer", "trial", "formal"):
            return 47001
        values = {str(n): str(d.get("value", "")) for n, d in dict(body.get("data") or {}).items()}
        if self.templates is not None and set(values) != self.templates[template_id]:
            return 47003
        if not values or not all(_fits(name, value) for name, value in values.items()):
            return 47003
        if self.needs_consent:
            if self._agreed[openid, template_id] < 1:
                return 43101
            self._agreed[openid, template_id] -= 1
        self.taken.append(body)
        text = "；".join(values.values())
        kept = self.letters.keep("wechat", openid, text, template_id, values, "", datetime.now(_SHANGHAI))
        return {"errcode": 0, "errmsg": "ok", "msgid": 2_000_000_000_000_000 + kept.number}


def _fits(name: str, value: str) -> bool:
    kind = re.sub(r"_?\d+$", "", name)
    if kind == "name":
        return 0 < len(value) <= (10 if re.search(r"[一-鿿]", value) else 20)
    shape = _SHAPES.get(kind, ".+")
    return kind in _LONGEST and 0 < len(value) <= _LONGEST[kind] and re.fullmatch(shape, value) is not None
