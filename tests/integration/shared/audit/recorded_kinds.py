"""The kinds of subjects that a service writes into its audit trail, read from its code."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final, get_args

from deploy.local.home import PROJECT
from services.identity.storage.sessions import SubjectKind

_CALLS: Final = ("audit.record", "record")
_VARIABLE: Final = {"kind": get_args(SubjectKind), "session.subject_kind": get_args(SubjectKind)}
"""What expressions that are no literal stand for: a new one is an unknown key here, and fails."""


def recorded_kinds(service: str) -> set[str]:
    """Of a service with what it uses of the foundation. Raises KeyError for an expression that nobody explained."""
    own = PROJECT / "services" / service
    kinds = _kinds_in(own) | _kinds_in(PROJECT / "shared" / "audit")
    if any("from shared.exporting" in file.read_text(encoding="utf-8") for file in own.rglob("*.py")):
        kinds |= _kinds_in(PROJECT / "shared" / "exporting")
    return kinds


def _kinds_in(folder: Path) -> set[str]:
    return {kind for file in folder.rglob("*.py") for given in _given(file) for kind in _values(given)}


def _given(file: Path) -> Iterator[ast.expr]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in _CALLS:
            yield from (one.value for one in node.keywords if one.arg == "subject_kind")


def _values(given: ast.expr) -> tuple[str, ...]:
    return (str(given.value),) if isinstance(given, ast.Constant) else _VARIABLE[ast.unparse(given)]
