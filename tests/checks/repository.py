"""The project's own files: what version control tracks, and what it would track."""

import subprocess
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from tests.checks.source import Source

CODE_FOLDERS = ("services", "shared")
PYTHON_FOLDERS = (*CODE_FOLDERS, "tests", "deploy")


class Repository:
    """All checks read the project through this object, so each file is read once."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @cached_property
    def sources(self) -> dict[str, Source]:
        """Every file by its relative path: tracked, or untracked and not ignored."""
        return {path: Source(self.root, path) for path in sorted(self._paths()) if (self.root / path).is_file()}

    def _paths(self) -> set[str]:
        if not (self.root / ".git").exists():
            return {path.relative_to(self.root).as_posix() for path in self.root.rglob("*") if path.is_file()}
        command = ["git", "-C", str(self.root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        listed = subprocess.run(command, check=True, capture_output=True, timeout=30).stdout
        return {path for path in listed.decode("utf-8").split("\0") if path}

    def python(self, *folders: str) -> Iterator[Source]:
        """The Python files below the named top folders (all four when none is named), unless they are `broken`."""
        wanted = folders or PYTHON_FOLDERS
        for path, source in self.sources.items():
            if path.endswith(".py") and path.split("/", 1)[0] in wanted and not source.syntax_error:
                yield source

    def broken(self) -> Iterator[Source]:
        """The Python files that can not be parsed; the runner reports them, the other checks go on without them."""
        for path, source in self.sources.items():
            if path.endswith(".py") and path.split("/", 1)[0] in PYTHON_FOLDERS and source.syntax_error:
                yield source

    def get(self, path: str) -> Source | None:
        """The file at a relative path, or None."""
        return self.sources.get(path)
