"""Docstrings: modules state their role, public functions their contract, tests what must be true."""

import ast
from collections.abc import Iterator

from tests.checks.problem import Problem
from tests.checks.repository import Repository
from tests.checks.source import FunctionNode, Source, dotted

EXEMPT_DECORATORS = ("overload", "override", "setter", "deleter")


def check(repository: Repository) -> Iterator[Problem]:
    """Yield every module, public function and test that lacks its docstring."""
    for source in repository.python():
        if source.tree.body and not ast.get_docstring(source.tree):
            mend = "open the file with a line or two on its role"
            yield Problem(source.path, 1, "module-docstring", "the module has no docstring", mend)
        if _is_public_surface(source):
            yield from _public_functions(source)
        if source.path.startswith("tests/"):
            yield from _tests(source)


def _is_public_surface(source: Source) -> bool:
    parts = source.path.split("/")
    return parts[0] == "shared" or (parts[0] == "services" and len(parts) > 3 and parts[2] == "use_cases")


def _public_functions(source: Source) -> Iterator[Problem]:
    for node in source.tree.body:
        if isinstance(node, FunctionNode):
            yield from _function(source, node)
        elif isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            for member in node.body:
                if isinstance(member, FunctionNode):
                    yield from _function(source, member)


def _function(source: Source, function: FunctionNode) -> Iterator[Problem]:
    exempt = any(dotted(one).split(".")[-1] in EXEMPT_DECORATORS for one in function.decorator_list)
    if function.name.startswith("_") or exempt or ast.get_docstring(function) or _is_declaration(function):
        return
    mend = "say what goes in and out, which errors are raised, and the requirement or source it serves"
    wrong = f"public function {function.name} has no docstring"
    yield Problem(source.path, function.lineno, "function-docstring", wrong, mend)


def _is_declaration(function: FunctionNode) -> bool:
    """A body of `...` alone: the member of a Protocol, whose class says what it stands for."""
    only = function.body[0]
    return len(function.body) == 1 and isinstance(only, ast.Expr) and getattr(only.value, "value", None) is ...


def _tests(source: Source) -> Iterator[Problem]:
    if not source.path.rsplit("/", 1)[-1].startswith("test_"):
        return
    for function in source.functions:
        if function.name.startswith("test_") and not ast.get_docstring(function):
            wrong = f"{function.name} does not say what must be true"
            mend = "add that one sentence as its docstring"
            yield Problem(source.path, function.lineno, "test-docstring", wrong, mend)
