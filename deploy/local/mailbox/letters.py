"""What the mailbox keeps: the last few thousand texts, in memory only, since they hold phone numbers and codes."""

import re
import tomllib
from collections import deque
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

_KEEP = 20_000
_VARIABLE = re.compile(r"\$\{(\w+)\}")
_TEXTS = Path(__file__).resolve().parents[3] / "services" / "notification" / "data" / "sms_templates.toml"


@dataclass(frozen=True, slots=True)
class Letter:
    """One text as it would stand on the phone."""

    number: int
    channel: str
    to: str
    text: str
    template_code: str
    out_id: str
    provider_id: str
    parameters: dict[str, str]
    received_at: datetime


class Letters:
    """Newest last."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = tomllib.loads(_TEXTS.read_text(encoding="utf-8"))
        self._kept: deque[Letter] = deque(maxlen=_KEEP)
        self._count = 0

    def knows(self, template_code: str) -> bool:
        """Whether a template is registered with the provider."""
        return template_code in self._texts

    def codes(self) -> list[str]:
        """All registered templates."""
        return list(self._texts)

    def variables(self, template_code: str) -> list[str]:
        """Names of the variables of a template, in order."""
        return _VARIABLE.findall(self._texts[template_code])

    def add(
        self, to: str, sign: str, template_code: str, parameters: dict[str, str], out_id: str, at: datetime
    ) -> Letter:
        """Keep one accepted text."""
        text = self._texts[template_code]
        for name, value in parameters.items():
            text = text.replace("${" + name + "}", value)
        return self.keep("sms", to, f"【{sign}】{text}", template_code, parameters, out_id, at)

    def keep(
        self, channel: str, to: str, text: str, template: str, parameters: dict[str, str], out_id: str, at: datetime
    ) -> Letter:
        """Keep one accepted message of any channel."""
        self._count += 1
        provider_id = f"{self._count:012d}^0"
        letter = Letter(self._count, channel, to, text, template, out_id, provider_id, parameters, at)
        self._kept.append(letter)
        return letter

    def find(self, to: str | None = None, after: int = 0) -> list[Letter]:
        """Texts to a number (or all), later than number `after`, oldest first."""
        return [letter for letter in self._kept if letter.number > after and to in (None, letter.to)]
