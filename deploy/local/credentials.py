"""Passwords and keys of one stack, made once by the machine's random source and kept in files of mode 0600."""

import base64
import json
import os
import secrets
import tomllib
from pathlib import Path

from deploy.local.home import SERVICES, Home

DATA_CLASSES = Path(__file__).with_name("data_classes.toml")


def write_private(path: Path, text: str) -> None:
    """Writes a file that only its owner may read, replacing an older one in one step."""
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    draft.rename(path)


class Credentials:
    """Named secrets in secrets/credentials.json; a name asked for the first time gets a value."""

    def __init__(self, home: Home) -> None:
        self._file = home.secrets / "credentials.json"
        self._known: dict[str, str] = json.loads(self._file.read_text()) if self._file.exists() else {}

    def of(self, name: str) -> str:
        """The secret called `name`: 32 hexadecimal digits, safe in a URL."""
        if name not in self._known:
            self._known[name] = secrets.token_hex(16)
            write_private(self._file, json.dumps(self._known, indent=1, sort_keys=True))
        return self._known[name]

    def file(self, name: str, value: str | None = None) -> Path:
        """A file that holds nothing but the secret called `name`, or `value`: what a process is told of (V53)."""
        path, text = self._file.with_name(name), value or self.of(name)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            write_private(path, text)
        return path


def keyring_file(home: Home, service: str) -> Path:
    """The key ring of one service."""
    return home.secrets / f"keyring-{service}.json"


def write_keyrings(home: Home) -> None:
    """Gives every service the keys of its data classes (data_classes.toml). A class has one key, the same wherever
    it is known; keys that exist are kept, so data written before stays readable (V46-V48)."""
    keys: dict[str, dict[str, object]] = {}
    for service in SERVICES:
        file = keyring_file(home, service)
        if file.exists():
            keys.update(json.loads(file.read_text()))
    for service, classes in data_classes().items():
        ring = {name: keys.setdefault(name, _new_key()) for name in classes}
        file = keyring_file(home, service)
        if not file.exists() or json.loads(file.read_text()) != ring:
            write_private(file, json.dumps(ring, indent=1))


def data_classes() -> dict[str, list[str]]:
    """Service -> names of the data classes it may open."""
    table = tomllib.loads(DATA_CLASSES.read_text(encoding="utf-8"))
    classes: dict[str, list[str]] = {service: [] for service in SERVICES}
    for name, entry in table["data_class"].items():
        for service in entry["services"]:
            classes[service].append(name)
    return classes


def _new_key() -> dict[str, object]:
    secret = base64.b64encode(secrets.token_bytes(32)).decode("ascii")
    return {"active": "k1", "keys": {"k1": {"algorithm": "AES-256-GCM", "secret": secret}}}
