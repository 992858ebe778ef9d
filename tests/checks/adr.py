"""Architecture decisions: one number each, counted 0001, 0002, ... without a gap."""

import re
from collections.abc import Iterator

from tests.checks.problem import Problem
from tests.checks.repository import Repository

FOLDER = "docs/adr/"
NAME = re.compile(r"(\d{4})-[a-z0-9]+(-[a-z0-9]+)*\.md")


def check(repository: Repository) -> Iterator[Problem]:
    """Yield misnamed decisions, numbers used twice, and gaps."""
    numbers: dict[int, str] = {}
    for path in repository.sources:
        name = path.removeprefix(FOLDER)
        if not path.startswith(FOLDER) or not path.endswith(".md") or "/" in name or name == "README.md":
            continue
        match = NAME.fullmatch(name)
        if not match:
            yield Problem(path, 0, "adr-name", f"`{name}` is no decision name", "call it NNNN-short-title.md")
        elif int(match[1]) in numbers:
            wrong = f"number {match[1]} is already taken by {numbers[int(match[1])]}"
            yield Problem(path, 0, "adr-number", wrong, f"take the next free number, {max(numbers) + 1:04}")
        else:
            numbers[int(match[1])] = path
    missing = sorted(set(range(1, max(numbers, default=0) + 1)) - set(numbers))
    for number in missing:
        wrong = f"there is no decision {number:04}"
        yield Problem(FOLDER, 0, "adr-gap", wrong, "a withdrawn decision stays, marked as superseded")
