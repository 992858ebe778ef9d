"""Names: no module or folder may be called after nothing in particular."""

from collections.abc import Iterator

from tests.checks.problem import Problem
from tests.checks.repository import Repository

EMPTY_NAMES = frozenset(
    {"util", "utils", "utilities", "helper", "helpers", "common", "commons", "manager", "managers", "base", "misc"}
)
MEND = "name it after what it does; if that takes two names, it is two modules"


def check(repository: Repository) -> Iterator[Problem]:
    """Yield every Python module or package whose name is, or ends in, an empty word."""
    for source in repository.python():
        parts = source.path.removesuffix(".py").split("/")
        for part in parts:
            if part.strip("_").rsplit("_", 1)[-1] in EMPTY_NAMES:
                yield Problem(source.path, 0, "empty-name", f"`{part}` says nothing about the content", MEND)
                break
