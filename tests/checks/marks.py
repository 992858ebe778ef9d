"""Which test names which requirement: `@pytest.mark.requirement("A41")` found in the syntax trees, without imports."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from tests.checks.repository import Repository
from tests.checks.source import FunctionNode, Source, dotted

MARK = "mark.requirement"


@dataclass(frozen=True)
class Mark:
    """One id at one test. `node` is the pytest node id of a function, class or module; `identifier` is None when the
    argument is not written out as text."""

    node: str
    line: int
    identifier: str | None


def collect(repository: Repository) -> list[Mark]:
    """Every mark below tests/, in the order of files and lines."""
    found: list[Mark] = []
    for source in repository.python("tests"):
        if source.path.rsplit("/", 1)[-1].startswith("test_") and MARK in source.text:
            found.extend(_in_body(source.path, source.tree.body))
    return sorted(found, key=lambda one: (one.node, one.line, one.identifier or ""))


def _in_body(node: str, body: list[ast.stmt]) -> Iterator[Mark]:
    for statement in body:
        if isinstance(statement, ast.Assign) and any(dotted(one) == "pytestmark" for one in statement.targets):
            yield from _calls(node, [statement.value])
        elif isinstance(statement, FunctionNode) and statement.name.startswith("test"):
            yield from _calls(f"{node}::{statement.name}", statement.decorator_list)
        elif isinstance(statement, ast.ClassDef):
            inner = f"{node}::{statement.name}"
            yield from _calls(inner, statement.decorator_list)
            yield from _in_body(inner, statement.body)


def _calls(node: str, expressions: list[ast.expr]) -> Iterator[Mark]:
    for expression in expressions:
        for inner in ast.walk(expression):
            if isinstance(inner, ast.Call) and dotted(inner.func).endswith(MARK):
                for argument in inner.args:
                    text = argument.value if isinstance(argument, ast.Constant) else None
                    yield Mark(node, argument.lineno, text if isinstance(text, str) else None)


def unattached(source: Source) -> Iterator[int]:
    """Lines of marks on functions that pytest does not collect; they would prove nothing."""
    for function in source.functions:
        if not function.name.startswith("test"):
            for mark in _calls("", function.decorator_list):
                yield mark.line
