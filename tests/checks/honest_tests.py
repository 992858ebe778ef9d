"""Tests that can fail: they assert something, mock none of our code, and skip nothing without a reason."""

import ast
import re
from collections.abc import Iterator

from tests.checks.problem import Problem
from tests.checks.repository import Repository
from tests.checks.source import FunctionNode, Source, dotted

ASSERTING = re.compile(
    r"assert|check|expect|verif|validat|raises|must|wait_until|refuse|run_state_machine|timeout|fail$"
)
SKIPS = ("pytest.skip", "pytest.mark.skip", "pytest.mark.skipif", "pytest.mark.xfail", "pytest.xfail")


def check(repository: Repository) -> Iterator[Problem]:
    """Yield tests without any assertion, mocks, and skips without a reason."""
    for source in repository.python("tests"):
        if source.path.rsplit("/", 1)[-1].startswith("test_"):
            asserting = {one.name for one in source.functions if any(isinstance(n, ast.Assert) for n in ast.walk(one))}
            for function in source.functions:
                if function.name.startswith("test_"):
                    yield from _asserts(source, function, asserting)
        yield from _mocks(source)
        yield from _skips(source)


def _asserts(source: Source, function: FunctionNode, asserting: set[str]) -> Iterator[Problem]:
    """`asserting` names the functions of the same file that assert on behalf of their callers."""
    for node in ast.walk(function):
        if isinstance(node, ast.Assert | ast.Raise):
            return
        called = dotted(node.func).rsplit(".", 1)[-1] if isinstance(node, ast.Call) else ""
        if called in asserting or ASSERTING.search(called):
            return
    if not source.waived("toothless-test", function.lineno):
        mend = "assert the outcome that its docstring promises"
        wrong = f"{function.name} asserts nothing, so it can not fail"
        yield Problem(source.path, function.lineno, "toothless-test", wrong, mend)


def _mocks(source: Source) -> Iterator[Problem]:
    for node in source.nodes[ast.Import] + source.nodes[ast.ImportFrom]:
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        if any(name.startswith(("unittest.mock", "mock.", "pytest_mock")) for name in names):
            mend = "use the real part, or a fake that speaks the real protocol and is tested against it"
            yield Problem(source.path, node.lineno, "mock", "imports a mock", mend)


def _skips(source: Source) -> Iterator[Problem]:
    called = {id(call.func): call for call in source.calls}
    for node in source.nodes[ast.Attribute]:
        if isinstance(node, ast.Attribute) and dotted(node) in SKIPS:
            call = called.get(id(node))
            positional = bool(call and call.args and dotted(node) in ("pytest.skip", "pytest.xfail"))
            given = positional or bool(call and any(keyword.arg == "reason" for keyword in call.keywords))
            if not given:
                mend = "give reason=...; the run prints it"
                yield Problem(source.path, node.lineno, "silent-skip", f"{dotted(node)} without a reason", mend)
