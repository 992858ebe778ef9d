"""Where a request came from, as far as identity must know it."""

from dataclasses import dataclass

_CLIENTS = (
    ("MicroMessenger", "wechat"),
    ("Edg/", "edge"),
    ("Firefox/", "firefox"),
    ("Chrome/", "chrome"),
    ("Safari/", "safari"),
)
_SYSTEMS = (
    ("Android", "android"),
    ("iPhone", "ios"),
    ("iPad", "ios"),
    ("Windows", "windows"),
    ("Mac OS", "macos"),
    ("Linux", "linux"),
)


@dataclass(frozen=True, slots=True)
class Caller:
    """Network address and User-Agent of a request, and the language it asked for."""

    address: str
    user_agent: str
    language: str = "zh"

    @property
    def client(self) -> str:
        """A short description to recognise one's own devices by, e.g. "wechat on ios" (V20)."""
        name = next((label for mark, label in _CLIENTS if mark in self.user_agent), "other")
        system = next((label for mark, label in _SYSTEMS if mark in self.user_agent), "")
        return f"{name} on {system}" if system else name
