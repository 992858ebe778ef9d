"""The front page: short enough to be read."""

from collections.abc import Iterator

from tests.checks.problem import Problem
from tests.checks.repository import Repository

LONGEST = 120


def check(repository: Repository) -> Iterator[Problem]:
    """Yield the README when it is missing or longer than 120 lines."""
    source = repository.get("README.md")
    if source is None:
        yield Problem("README.md", 0, "readme", "there is no README.md", "say what it is and how to start it")
    elif len(source.lines) > LONGEST:
        wrong = f"{len(source.lines)} lines, at most {LONGEST} are allowed"
        yield Problem("README.md", 0, "readme", wrong, "move the detail to docs/ and link to it")
