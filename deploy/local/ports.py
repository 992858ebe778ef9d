"""Free ports on loopback, remembered in the home so that a restart keeps its addresses.

All lie below 32768: above it, another program's outgoing connection may hold the port at the moment of a start.
"""

import json
import random
import socket
from pathlib import Path

LOWEST, HIGHEST = 20_000, 32_000


class NoFreePort(Exception):
    """A hundred random ports were all taken."""


class Ports:
    """Name -> port of one stack."""

    def __init__(self, file: Path, preferred: dict[str, int] | None = None) -> None:
        self._file = file
        self._preferred = preferred or {}
        self._known: dict[str, int] = json.loads(file.read_text()) if file.exists() else {}

    def of(self, name: str) -> int:
        """The port of a part that is (or will be) started; chosen on first use."""
        if name not in self._known:
            return self.secure(name)
        return self._known[name]

    def secure(self, name: str) -> int:
        """The port for a part about to start: the remembered one if still free, else another. Raises NoFreePort."""
        taken = {port for other, port in self._known.items() if other != name}
        candidates = [self._known.get(name), self._preferred.get(name)]
        candidates += [random.randint(LOWEST, HIGHEST) for _ in range(100)]
        for port in candidates:
            if port is not None and port not in taken and is_free(port):
                self._remember(name, port)
                return port
        raise NoFreePort(f"no free port for {name} between {LOWEST} and {HIGHEST}")

    def swap(self, one: str, other: str) -> None:
        """Exchanges the ports of two names."""
        first, second = self.of(one), self.of(other)
        self._remember(one, second)
        self._remember(other, first)

    def _remember(self, name: str, port: int) -> None:
        if self._known.get(name) == port:
            return
        self._known[name] = port
        self._file.write_text(json.dumps(self._known, indent=1, sort_keys=True))


def is_free(port: int) -> bool:
    """Whether a server could listen on 127.0.0.1:port now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
