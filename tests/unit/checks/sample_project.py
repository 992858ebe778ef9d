"""A throw-away project for the tests of the house checks."""

from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent

from tests.checks.problem import Problem
from tests.checks.repository import Repository

Check = Callable[[Repository], Iterator[Problem]]


def project(folder: Path, files: dict[str, str]) -> Repository:
    """Write the files below `folder` and open it as a repository that version control does not know."""
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(dedent(text).lstrip("\n"), encoding="utf-8")
    return Repository(folder)


def rules(check: Check, folder: Path, files: dict[str, str]) -> list[str]:
    """The rules that the check finds broken in a project of these files, each as often as it is broken."""
    return sorted(problem.rule for problem in check(project(folder, files)))
