"""Sizes: modules, functions and handlers stay small, and the allowed figures only ever fall."""

import ast
import re
import statistics
import subprocess
import tomllib
from collections.abc import Iterator

from tests.checks.problem import Problem
from tests.checks.repository import CODE_FOLDERS, Repository
from tests.checks.source import FunctionNode, Source

FIGURES = "tests/checks/budgets.toml"
REQUEST = re.compile(r"\b(Request|Call)\b")
VERBS = ("get_", "post_", "put_", "patch_", "delete_")


def check(repository: Repository) -> Iterator[Problem]:
    """Yield every size above its figure, and every figure above an earlier version of itself."""
    figures = _figures((repository.root / FIGURES).read_text(encoding="utf-8"))
    yield from _raised(repository, figures)
    yield from _modules(repository, figures)
    for source in repository.python(*CODE_FOLDERS):
        for function in source.functions:
            yield from _function(source, function, figures)


def _figures(text: str) -> dict[str, int]:
    return {name: int(figure) for name, figure in tomllib.loads(text).items()}


def _raised(repository: Repository, figures: dict[str, int]) -> Iterator[Problem]:
    for earlier in _earlier(repository):
        for name, figure in figures.items():
            if figure > earlier.get(name, figure):
                mend = f"set it to {earlier[name]} or lower and split what is too large"
                yield Problem(FIGURES, 0, "budget-raised", f"{name} rose from {earlier[name]} to {figure}", mend)


def _earlier(repository: Repository) -> Iterator[dict[str, int]]:
    if not (repository.root / ".git").exists():
        return
    git = ["git", "-C", str(repository.root)]
    log = subprocess.run([*git, "log", "--format=%H", "--", FIGURES], capture_output=True, text=True, timeout=30)
    for commit in log.stdout.split():
        shown = subprocess.run([*git, "show", f"{commit}:{FIGURES}"], capture_output=True, text=True, timeout=30)
        if shown.returncode == 0:
            yield _figures(shown.stdout)


def _modules(repository: Repository, figures: dict[str, int]) -> Iterator[Problem]:
    sizes: list[int] = []
    for source in repository.python():
        size = len(source.lines)
        if size > figures["module"]:
            wrong = f"{size} lines, at most {figures['module']} are allowed"
            yield Problem(source.path, 0, "module-size", wrong, "move one responsibility into a file of its own")
        if source.path.startswith(CODE_FOLDERS) and _has_code(source):
            sizes.append(size)
    median = statistics.median(sizes) if sizes else 0
    if median > figures["module_median"]:
        wrong = f"median of {len(sizes)} modules is {median:g} lines, at most {figures['module_median']} are allowed"
        longest = sorted((source for source in repository.python(*CODE_FOLDERS)), key=lambda one: -len(one.lines))[:5]
        mend = "split the longest: " + ", ".join(f"{one.path} ({len(one.lines)})" for one in longest)
        yield Problem("services, shared", 0, "module-median", wrong, mend)


def _has_code(source: Source) -> bool:
    """Whether more than a docstring stands in the file; package markers would only lower the median."""
    return any(not (isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant)) for one in source.tree.body)


def _function(source: Source, function: FunctionNode, figures: dict[str, int]) -> Iterator[Problem]:
    size = _length(function)
    if size > figures["function"]:
        wrong = f"{function.name} has {size} lines, at most {figures['function']} are allowed"
        yield Problem(source.path, function.lineno, "function-size", wrong, "extract the steps that have a name")
    elif _is_handler(source, function) and size > figures["handler"]:
        wrong = f"handler {function.name} has {size} lines, at most {figures['handler']} are allowed"
        yield Problem(source.path, function.lineno, "handler-size", wrong, "move the decision into a use case")


def _length(function: FunctionNode) -> int:
    """Lines from `def` to the end; a docstring does not count, so that writing one costs nothing."""
    size = (function.end_lineno or function.lineno) - function.lineno + 1
    if ast.get_docstring(function, clean=False) is not None:
        first = function.body[0]
        size -= (first.end_lineno or first.lineno) - first.lineno + 1
    return size


def _is_handler(source: Source, function: FunctionNode) -> bool:
    parts = source.path.split("/")
    if len(parts) < 4 or parts[0] != "services" or parts[2] != "api":
        return False
    annotations = [ast.unparse(one.annotation) for one in function.args.args if one.annotation]
    return function.name.startswith(VERBS) or any(REQUEST.search(annotation) for annotation in annotations)
