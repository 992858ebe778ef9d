"""SQL is constant text with parameters; text put together at run time is how values become commands (V75).

Constants may be put together from constants: an interpolated UPPER_CASE name (a column list) is no value."""

import ast
import re
from collections.abc import Iterator

from tests.checks.problem import Problem
from tests.checks.repository import CODE_FOLDERS, Repository
from tests.checks.source import Source, dotted

RULE = "built-sql"
SQL = re.compile(
    r"^\s*(SELECT\s|INSERT\s+INTO\s|UPDATE\s+\S*\s*SET\s|UPDATE\s|DELETE\s+FROM\s|WITH\s+\w+\s+AS\b|"
    r"(CREATE|ALTER|DROP)\s+(TABLE|SCHEMA|ROLE|USER|DATABASE|INDEX|VIEW|POLICY)\b|GRANT\s|REVOKE\s|"
    r"TRUNCATE\s|LOCK\s+TABLE\b|SET\s+(LOCAL|ROLE|SESSION)\b|COPY\s|NOTIFY\s|LISTEN\s)"
)
MEND = "keep the statement a constant with $1, $2 ...; for a name that can be no parameter: # allow built-sql: <reason>"


def check(repository: Repository) -> Iterator[Problem]:
    """Yield every statement built with an f-string, %, .format, + or .join in services and shared."""
    for source in repository.python(*CODE_FOLDERS):
        for node in _built(source):
            if not source.waived(RULE, node.lineno):
                yield Problem(source.path, node.lineno, RULE, "SQL text is put together at run time", MEND)


def _built(source: Source) -> Iterator[ast.expr]:
    for node in source.nodes[ast.JoinedStr]:
        if isinstance(node, ast.JoinedStr) and _f_string(node):
            yield node
    for node in source.nodes[ast.BinOp]:
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod | ast.Add):
            constant = isinstance(node.op, ast.Add) and _is_constant(node.right)
            if _starts_as_sql(node.left) and not constant:
                yield node
    for call in source.calls:
        if isinstance(call.func, ast.Attribute) and call.func.attr == "format" and _starts_as_sql(call.func.value):
            yield call


def _f_string(node: ast.JoinedStr) -> bool:
    inserted = [part.value for part in node.values if isinstance(part, ast.FormattedValue)]
    return not all(map(_is_constant, inserted)) and _starts_as_sql(node.values[0])


def _is_constant(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) or dotted(node).rsplit(".", 1)[-1].isupper()


def _starts_as_sql(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(SQL.match(node.value))
