"""Reads the locks that `make lock` writes: every package with its version, its hashes and who asked for it."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from deploy.local.home import PROJECT

RUNTIME = PROJECT / "requirements" / "runtime.txt"
EVERYTHING = PROJECT / "requirements" / "dev.txt"
_PIN = re.compile(
    r"^(?P<name>[A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?==(?P<version>[^\s;\\]+)\s*(?:;\s*(?P<marker>[^\\]+?))?\s*\\?$"
)
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})(?![0-9a-f])")
_DIRECT = re.compile(r"-[rc] ")


class LockBroken(ValueError):
    """A line that pins nothing, or a package without a hash: the message names file and line."""


@dataclass(frozen=True)
class Pinned:
    """One package of a lock."""

    name: str
    version: str
    marker: str
    line: int
    hashes: list[str] = field(default_factory=list)
    wanted_by: list[str] = field(default_factory=list)

    @property
    def purl(self) -> str:
        """Its name among all package systems (package URL)."""
        return f"pkg:pypi/{self.name}@{self.version}"

    @property
    def direct(self) -> bool:
        """Whether the project itself asks for it."""
        return any(_DIRECT.match(one) for one in self.wanted_by)


def read_lock(path: Path) -> list[Pinned]:
    """The packages in order. Raises LockBroken for what pip would take without comparing a hash."""
    found: list[Pinned] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        text = line.strip()
        if match := _PIN.match(text):
            name = re.sub(r"[-_.]+", "-", match["name"]).lower()
            found.append(Pinned(name, match["version"], (match["marker"] or "").strip(), number))
        elif (hashed := _HASH.search(text)) and found:
            found[-1].hashes.append(hashed[1])
        elif text.startswith("#"):
            wanted = text.lstrip("# ").removeprefix("via").strip()
            if wanted and found:
                found[-1].wanted_by.append(wanted)
        elif text:
            raise LockBroken(f"{path.name}:{number}: pins nothing: {text.split()[0]}")
    for one in found:
        if not one.hashes:
            raise LockBroken(f"{path.name}:{one.line}: {one.name} has no sha256 hash")
    return found
