"""Where a request came from, as far as identity must know it."""

from dataclasses import dataclass
from ipaddress import IPv4Address, ip_address

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
    """Network address and User-Agent of a request, the language it asked for, and the id the client keeps for its
    device (empty where it keeps none)."""

    address: str
    user_agent: str
    language: str = "zh"
    device_id: str = ""

    @property
    def client(self) -> str:
        """A short description to recognise one's own devices by, e.g. "wechat on ios" (V20)."""
        name = next((label for mark, label in _CLIENTS if mark in self.user_agent), "other")
        system = next((label for mark, label in _SYSTEMS if mark in self.user_agent), "")
        return f"{name} on {system}" if system else name

    @property
    def device(self) -> str:
        """What tells devices apart: the client's own id, else its User-Agent."""
        return f"id {self.device_id}" if self.device_id else f"agent {self.user_agent}"

    @property
    def address_masked(self) -> str:
        """The network without the host, enough to recognise a place: 203.0.*.* or 2001:db8:* (V20, V55)."""
        try:
            address = ip_address(self.address)
        except ValueError:
            return "*"
        if isinstance(address, IPv4Address):
            return ".".join(self.address.split(".")[:2]) + ".*.*"
        return ":".join(part.lstrip("0") or "0" for part in address.exploded.split(":")[:2]) + ":*"
