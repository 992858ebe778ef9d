"""Every SQL statement of the code, found by importing the modules and by reading their syntax trees."""

import ast
import importlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any

from tests.contract.services import ROOT

STATEMENT = re.compile(r"\s*(?:--[^\n]*\s+)*(SELECT|INSERT\s+INTO|UPDATE|DELETE\s+FROM|WITH|SET|LOCK|VALUES)\s")
NOT_PREPARED = ("migrations", "migrate.py")


@dataclass(frozen=True)
class Statement:
    """One statement and where it stands, for example `shared.messaging.inbox._INSERT`."""

    place: str
    sql: str


def statements(folder: str) -> list[Statement]:
    """All statements below a folder such as `services/identity` or `shared`, each text once."""
    found: dict[str, Statement] = {}
    for file in sorted((ROOT / folder).rglob("*.py")):
        if not set(NOT_PREPARED).intersection(file.parts):
            for statement in (*_named(file), *_inline(file)):
                found.setdefault(statement.sql, statement)
    return list(found.values())


def _module(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def _named(file: Path) -> Iterator[Statement]:
    """Module-level constants, as they are at run time: put together from other constants or not."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    targets = [one for statement in tree.body for one in _targets(statement)]
    if not any(STATEMENT.match(text) for text in _texts(tree)) or file.name == "__main__.py":
        return
    module = importlib.import_module(_module(file))
    for name in targets:
        for text in _strings(getattr(module, name, None)):
            if STATEMENT.match(text):
                yield Statement(f"{module.__name__}.{name}", text)


def _targets(statement: ast.stmt) -> list[str]:
    named = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
    return [one.id for one in named if isinstance(one, ast.Name) and one.id.isupper()]


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple | list | set | frozenset):
        for one in value:
            yield from _strings(one)
    elif isinstance(value, dict):
        yield from _strings([*value.values()])
    elif is_dataclass(value) and not isinstance(value, type):
        yield from _strings([getattr(value, field.name) for field in fields(value)])


def _inline(file: Path) -> Iterator[Statement]:
    """Constants inside functions; parts of f-strings are no statements of their own."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for text in _texts(function):
                if STATEMENT.match(text):
                    yield Statement(f"{_module(file)}.{function.name}", text)


def _texts(top: ast.AST) -> Iterator[str]:
    waiting = [top]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif not (isinstance(node, ast.JoinedStr) and isinstance(top, ast.FunctionDef | ast.AsyncFunctionDef)):
            waiting.extend(ast.iter_child_nodes(node))
