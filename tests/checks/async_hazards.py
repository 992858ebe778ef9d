"""Asynchronous code: nothing is published past the outbox, no task is dropped, no failure is swallowed."""

import ast
import re
from collections.abc import Iterator

from tests.checks.problem import Problem
from tests.checks.repository import CODE_FOLDERS, Repository
from tests.checks.source import Source, dotted

PUBLISHERS = ("shared/messaging/", "shared/outbox/", "deploy/")
DROPPED = ("asyncio.create_task", "asyncio.ensure_future", "create_task", "ensure_future", "loop.create_task")
PUBLISHES = re.compile(r"\.basic_publish\(|exchange\.publish\(")
BROAD = ("Exception", "BaseException")


def check(repository: Repository) -> Iterator[Problem]:
    """Yield direct publishes, channels that hide returns, dropped tasks and silent handlers."""
    for source in repository.python(*CODE_FOLDERS, "deploy"):
        for call in source.calls:
            yield from _call(source, call)
        for node in source.nodes[ast.Expr]:
            if isinstance(node, ast.Expr):
                yield from _dropped(source, node)
        for node in source.nodes[ast.ExceptHandler]:
            if isinstance(node, ast.ExceptHandler):
                yield from _silent(source, node)


def _call(source: Source, call: ast.Call) -> Iterator[Problem]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    if name == "publish" and not source.path.startswith(PUBLISHERS):
        mend = "append to the outbox in the caller's transaction; only the relay publishes (M2)"
        yield from _report(source, call.lineno, "direct-publish", "publishes past the outbox", mend)
    said = any(keyword.arg in ("on_return_raises", None) for keyword in call.keywords)
    if name == "channel" and not said and PUBLISHES.search(source.text):
        mend = "say on_return_raises=True, or an unroutable message looks like success (M1)"
        yield from _report(source, call.lineno, "silent-return", "channel without on_return_raises", mend)
    if dotted(call.func) in ("suppress", "contextlib.suppress") and any(dotted(one) in BROAD for one in call.args):
        mend = "suppress the one error that is expected"
        yield from _report(source, call.lineno, "silent-except", "suppresses every exception", mend)


def _dropped(source: Source, statement: ast.Expr) -> Iterator[Problem]:
    if isinstance(statement.value, ast.Call) and dotted(statement.value.func) in DROPPED:
        mend = "keep the task and await it, or use asyncio.TaskGroup: a dropped task may vanish with its exception"
        yield from _report(source, statement.lineno, "dropped-task", "the task is dropped", mend)


def _silent(source: Source, handler: ast.ExceptHandler) -> Iterator[Problem]:
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    broad = any(one is None or dotted(one) in BROAD for one in caught)
    if broad and all(_does_nothing(statement) for statement in handler.body):
        mend = "catch the error that is expected, or log it with log.exception and decide what follows"
        yield from _report(source, handler.lineno, "silent-except", "swallows every exception without a word", mend)


def _does_nothing(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Return):
        # A value in its place is a decision; nothing in its place is not.
        return statement.value is None or (isinstance(statement.value, ast.Constant) and statement.value.value is None)
    return isinstance(statement, ast.Pass | ast.Continue | ast.Break) or (
        isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    )


def _report(source: Source, line: int, rule: str, wrong: str, mend: str) -> Iterator[Problem]:
    if not source.waived(rule, line):
        yield Problem(source.path, line, rule, wrong, mend)
