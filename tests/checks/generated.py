"""Generated files: what is committed must be what its generator prints today."""

import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.checks.problem import Problem
from tests.checks.repository import Repository

REGISTRY = "tests/checks/generated.toml"
RULE = "stale-file"


@dataclass(frozen=True)
class GeneratedFile:
    """A committed file and the command that prints what it must hold."""

    path: str
    command: str

    def produce(self, root: Path) -> str:
        """Run the command in the project root; raises CalledProcessError with its error output."""
        words = shlex.split(self.command)
        program = [sys.executable, *words[1:]] if words[0] == "python" else words
        done = subprocess.run(program, cwd=root, check=True, capture_output=True, timeout=120)
        return done.stdout.decode("utf-8")


def registered(root: Path) -> list[GeneratedFile]:
    """The files of generated.toml, in its order."""
    content = tomllib.loads((root / REGISTRY).read_text(encoding="utf-8"))
    return [GeneratedFile(entry["path"], entry["command"]) for entry in content.get("file", [])]


def check(repository: Repository) -> Iterator[Problem]:
    """Yield every registered file that is missing or differs from what its command prints."""
    files = registered(repository.root)
    with ThreadPoolExecutor(max_workers=2) as pool:
        for problems in pool.map(lambda file: list(_compare(repository.root, file)), files):
            yield from problems


def _compare(root: Path, file: GeneratedFile) -> Iterator[Problem]:
    try:
        expected = file.produce(root)
    except (OSError, subprocess.SubprocessError) as error:
        output = getattr(error, "stderr", None) or b""
        reason = output.decode("utf-8", "replace").strip().splitlines()[-1:] or [str(error)]
        yield Problem(file.path, 0, RULE, f"`{file.command}` fails: {reason[0]}", "mend the generator")
        return
    current = root / file.path
    if not current.is_file() or current.read_text(encoding="utf-8") != expected:
        mend = "run: python -m tests.checks generated --write"
        yield Problem(file.path, 0, RULE, "is not what its generator prints", mend)


def write(root: Path) -> list[str]:
    """Bring every registered file up to date; the paths that changed."""
    changed = []
    for file in registered(root):
        expected = file.produce(root)
        target = root / file.path
        if not target.is_file() or target.read_text(encoding="utf-8") != expected:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(expected, encoding="utf-8")
            changed.append(file.path)
    return changed
