"""No secret on its way into the image or into a container's variables (V53)."""

import re
from collections.abc import Iterator

from tests.checks.problem import Problem
from tests.checks.repository import Repository
from tests.checks.source import Source

RULE = "secret-in-image"
NAME = re.compile(r"(?i)passw|secret|token|credential|(?:access|private|api)_?key|_dsn\b|_url\b.*://[^@\s]*:[^@\s]*@")
STAYS_OUT = (".git", ".venv", "var")
INSTRUCTION = re.compile(r"^\s*(ENV|ARG|COPY|ADD)\s+(.*)$", re.MULTILINE)
VARIABLE = re.compile(r"^\s+-?\s*[\"']?([A-Z][A-Z0-9_]+)[\"']?\s*[:=]\s*\S", re.MULTILINE)
MEND = "put it into a file that is mounted when the container runs, and tell the file's name: NAME_FILE"


def check(repository: Repository) -> Iterator[Problem]:
    """Yield secrets in build arguments and variables, private folders that are copied or lie in the context."""
    for path, source in repository.sources.items():
        name = path.rsplit("/", 1)[-1]
        if name == "Dockerfile" or name.endswith(".Dockerfile"):
            yield from _dockerfile(source)
            yield from _context(repository, path)
        elif name.startswith(("compose", "docker-compose")) and name.endswith((".yaml", ".yml")):
            yield from _compose(source)


def _dockerfile(source: Source) -> Iterator[Problem]:
    for match in INSTRUCTION.finditer(source.text):
        line, words = source.text.count("\n", 0, match.start()) + 1, match[2]
        if match[1] in ("ENV", "ARG"):
            names = [word.split("=", 1)[0] for word in words.split()]
            if any(NAME.search(name) and not name.endswith("_FILE") for name in names):
                yield Problem(source.path, line, RULE, f"{match[1]} carries a secret into the image", MEND)
        elif any(
            part in (*STAYS_OUT, "secrets", ".env", ".") for word in words.split()[:-1] for part in word.split("/")
        ):
            wrong = f"{match[1]} takes a folder that may hold secrets"
            yield Problem(source.path, line, RULE, wrong, "copy the folders of the program by name")


def _compose(source: Source) -> Iterator[Problem]:
    for match in VARIABLE.finditer(source.text):
        if NAME.search(match[1]) and not match[1].endswith("_FILE"):
            line = source.text.count("\n", 0, match.start(1)) + 1
            yield Problem(source.path, line, RULE, f"{match[1]} stands in the container's variables", MEND)


def _context(repository: Repository, path: str) -> Iterator[Problem]:
    ignored = repository.get(".dockerignore")
    for folder in STAYS_OUT:
        if ignored is None or folder not in ignored.lines:
            wrong = f"the build context holds {folder}"
            yield Problem(path, 0, RULE, wrong, f"name {folder} in .dockerignore")
