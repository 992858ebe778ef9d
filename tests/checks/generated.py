"""Generated files: what is committed must be what its generator prints today."""

import hashlib
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
AGREED = "var/cache/generated.agreed"
READ = ("services/", "shared/", "deploy/", "requirements/", "tests/checks/")
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
    """Yield every registered file that is missing or differs from what its command prints.

    The generators run only when the code, the registry or a generated file changed since they last agreed."""
    files = registered(repository.root)
    stamp, known = _stamp(repository, files), repository.root / AGREED
    if known.is_file() and known.read_text(encoding="utf-8") == stamp:
        return
    with ThreadPoolExecutor(max_workers=2) as pool:
        problems = [
            one for found in pool.map(lambda file: list(_compare(repository.root, file)), files) for one in found
        ]
    if not problems:
        known.parent.mkdir(parents=True, exist_ok=True)
        known.write_text(stamp, encoding="utf-8")
    yield from problems


def _stamp(repository: Repository, files: list[GeneratedFile]) -> str:
    """A digest of everything the outcome depends on: all tracked code and data, and the generated files."""
    digest = hashlib.sha256(sys.version.encode())
    paths = {path for path in repository.sources if path.startswith(READ)} | {file.path for file in files}
    for path in sorted(paths):
        file = repository.root / path
        digest.update(path.encode() + b"\0" + (file.read_bytes() if file.is_file() else b"-"))
    return digest.hexdigest()


def _compare(root: Path, file: GeneratedFile) -> Iterator[Problem]:
    try:
        expected = file.produce(root)
    except (OSError, subprocess.SubprocessError) as error:
        yield Problem(file.path, 0, RULE, f"`{file.command}` fails: {_reason(error)}", "mend the generator")
        return
    current = root / file.path
    if not current.is_file() or current.read_text(encoding="utf-8") != expected:
        mend = "run: python -m tests.checks generated --write"
        yield Problem(file.path, 0, RULE, "is not what its generator prints", mend)


def _reason(error: Exception) -> str:
    output: bytes = getattr(error, "stderr", None) or str(error).encode()
    return output.decode("utf-8", "replace").strip().rsplit("\n", 1)[-1]


def write(root: Path) -> tuple[list[str], list[str]]:
    """Bring every registered file up to date: the paths that changed, and a line for each generator that fails."""
    changed, failed = [], []
    for file in registered(root):
        try:
            expected = file.produce(root)
        except (OSError, subprocess.SubprocessError) as error:
            failed.append(f"{file.path}: `{file.command}` fails: {_reason(error)}")
            continue
        target = root / file.path
        if not target.is_file() or target.read_text(encoding="utf-8") != expected:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(expected, encoding="utf-8")
            changed.append(file.path)
    return changed, failed
