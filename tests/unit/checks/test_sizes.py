"""Budgets of size."""

import subprocess
from pathlib import Path

import pytest

from tests.checks import budgets
from tests.unit.checks.sample_project import project, rules

FIGURES = "module = 10\nmodule_median = 6\nfunction = 4\nhandler = 2\n"


def found(folder: Path, path: str, text: str) -> list[str]:
    """Rules broken by one file under small figures."""
    return rules(budgets.check, folder, {budgets.FIGURES: FIGURES, path: text})


def function(name: str, lines: int, argument: str = "") -> str:
    """A function of so many lines, `def` included."""
    return f"def {name}({argument}):\n" + "    x = 1\n" * (lines - 1)


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("services/a/x.py", "x = 1\n" * 11, ["module-median", "module-size"]),
        ("deploy/x.py", "x = 1\n" * 11, ["module-size"]),
        ("deploy/x.py", "x = 1\n" * 10, []),
        ("shared/x.py", "x = 1\n" * 7, ["module-median"]),
        ("shared/x.py", "x = 1\n" * 6, []),
        ("shared/x.py", function("f", 5), ["function-size"]),
        ("shared/x.py", function("f", 4), []),
        ("tests/x.py", function("f", 5), []),
        ("services/a/api/x.py", function("get_thing", 3), ["handler-size"]),
        ("services/a/api/x.py", function("thing", 3, "request: web.Request"), ["handler-size"]),
        ("services/a/api/x.py", function("thing", 3, "call: Call[Dependencies]"), ["handler-size"]),
        ("services/a/api/x.py", function("thing", 3), []),
        ("services/a/storage/x.py", function("get_thing", 3), []),
    ],
)
def test_sizes_above_the_figures_are_found(tmp_path: Path, path: str, text: str, expected: list[str]) -> None:
    """Modules, medians, functions and handlers are held to the figures, each in its own folders."""
    assert found(tmp_path, path, text) == expected


def test_docstring_costs_nothing(tmp_path: Path) -> None:
    """A function may explain itself at length without growing."""
    text = 'def f():\n    """One.\n\n    Two.\n    """\n    x = 1\n    y = 2\n    z = 3\n'
    assert found(tmp_path, "shared/x.py", text) == ["module-median"]


def test_a_figure_may_fall_but_not_rise(tmp_path: Path) -> None:
    """Raising a figure above any committed version is found, even when a commit lies in between."""
    git = ["git", "-C", str(tmp_path), "-c", "user.name=n", "-c", "user.email=n@example.invalid"]
    repository = project(tmp_path, {budgets.FIGURES: FIGURES})
    for figures in (FIGURES, FIGURES.replace("function = 4", "function = 3")):
        (tmp_path / budgets.FIGURES).write_text(figures, encoding="utf-8")
        for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "figures"]):
            subprocess.run([*git, *command], check=True, capture_output=True)
        assert not list(budgets.check(repository))
    (tmp_path / budgets.FIGURES).write_text(FIGURES, encoding="utf-8")
    assert [problem.rule for problem in budgets.check(repository)] == ["budget-raised"]
