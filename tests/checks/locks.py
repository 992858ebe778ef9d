"""Every package is pinned by hash, in all locks alike, and nothing installs without comparing (V78)."""

import re
from collections.abc import Iterator

from deploy.dependencies.lock_file import LockBroken, Pinned, read_lock
from tests.checks.problem import Problem
from tests.checks.repository import Repository

LOCKS = ("requirements/runtime.txt", "requirements/dev.txt", "requirements/installer.txt")
INSTALL = re.compile(r"pip[\"']? install\b")
WANTED = re.compile(r"^(?P<name>[A-Za-z0-9][\w.-]*)")
INSTALLERS = ("deploy/setup.sh", "deploy/Dockerfile", "Makefile", ".ci/run")


def check(repository: Repository) -> Iterator[Problem]:
    """Yield packages without a hash, wishes that the lock does not know, locks that differ, and careless installs."""
    locks: dict[str, list[Pinned]] = {}
    for path in LOCKS:
        if (source := repository.get(path)) is None:
            continue
        try:
            locks[path] = read_lock(repository.root / path)
        except LockBroken as error:
            yield Problem(path, 0, "unpinned", str(error), "make lock")
            continue
        wishes = repository.get(path.removesuffix(".txt") + ".in")
        known = {one.name for one in locks[path]}
        for wish in _wishes(wishes.lines if wishes else []):
            if wish not in known:
                yield Problem(source.path, 0, "stale-lock", f"{wish} is wanted and not locked", "make lock")
    yield from _differences(locks)
    for path in INSTALLERS:
        if (source := repository.get(path)) is not None:
            for number, line in _logical(source.lines):
                if INSTALL.search(line) and "--require-hashes" not in line:
                    yield Problem(path, number, "unhashed-install", "installs without hashes", "add --require-hashes")


def _differences(locks: dict[str, list[Pinned]]) -> Iterator[Problem]:
    tested = {(one.name, one.version): set(one.hashes) for one in locks.get("requirements/dev.txt", [])}
    for one in locks.get("requirements/runtime.txt", []) if tested else []:
        if tested.get((one.name, one.version)) != set(one.hashes):
            wrong = f"{one.name} {one.version} is not what dev.txt has: what runs is not what was tested"
            yield Problem("requirements/runtime.txt", one.line, "locks-differ", wrong, "make lock")


def _wishes(lines: list[str]) -> Iterator[str]:
    for line in lines:
        if match := WANTED.match(line.strip()):
            yield re.sub(r"[-_.]+", "-", match["name"]).lower()


def _logical(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Lines with their continuations joined, by the number of the first."""
    begun, text = 0, ""
    for number, line in enumerate(lines, 1):
        begun = begun or number
        text += line.removesuffix("\\")
        if not line.endswith("\\"):
            yield begun, text
            begun, text = 0, ""
