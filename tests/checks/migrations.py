"""Migrations: named after what they do, with a first line why and a second line why it is safe while online."""

import re
from collections.abc import Iterator

from tests.checks.problem import Problem
from tests.checks.repository import Repository
from tests.checks.source import Source

VERBS = (
    "add|allow|alter|attach|backfill|constrain|copy|create|detach|drop|enable|extend|fill|grant|index|insert|limit|load|"
    "lock|merge|move|narrow|partition|protect|record|remove|rename|replace|restrict|revoke|seed|set|split|store|tighten|"
    "track|unify|update|validate|widen"
)
NAME = re.compile(rf"(\d{{4}})_(pre_|post_)?({VERBS})_[a-z0-9_]+\.sql")
COMMENT = re.compile(r"--\s*\S.{9,}")


def check(repository: Repository) -> Iterator[Problem]:
    """Yield misnamed files, numbers used twice or left out, and missing reasons."""
    folders: dict[str, list[Source]] = {}
    for path, source in repository.sources.items():
        if path.endswith(".sql") and "/migrations/" in path:
            folders.setdefault(path.rsplit("/", 1)[0], []).append(source)
    for folder, files in folders.items():
        numbers: list[str] = []
        for source in files:
            yield from _reasons(source)
            match = NAME.fullmatch(source.path.rsplit("/", 1)[-1])
            if match:
                numbers.append(match[1])
            else:
                mend = "call it NNNN_[pre_|post_]<verb>_<what>.sql, the verb one of: " + VERBS.replace("|", ", ")
                yield Problem(source.path, 0, "migration-name", "the name does not tell what it does", mend)
        for number in sorted({one for one in numbers if numbers.count(one) > 1}):
            mend = "renumber the newer one before it is released"
            yield Problem(folder, 0, "migration-number", f"number {number} is used twice", mend)


def _reasons(source: Source) -> Iterator[Problem]:
    wanted = ("why it exists", "why it is safe while the service is online")
    for number, reason in enumerate(wanted, start=1):
        line = source.lines[number - 1] if len(source.lines) >= number else ""
        if not COMMENT.fullmatch(line.rstrip()):
            wrong = f"line {number} is no comment that says {reason}"
            yield Problem(source.path, number, "migration-reason", wrong, f"-- {reason}, in one line")
