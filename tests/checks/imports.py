"""Imports: absolute, explicit, and nothing but models and ids inside the event contracts."""

import ast
import sys
from collections.abc import Iterator

from tests.checks.problem import Problem
from tests.checks.repository import Repository
from tests.checks.source import Source

CONTRACTS = "shared/contracts/"
CONTRACTS_MAY_IMPORT = ("pydantic", "shared.ids", "shared.contracts")


def check(repository: Repository) -> Iterator[Problem]:
    """Yield relative and star imports, and foreign imports inside shared.contracts."""
    for source in repository.python():
        for node in source.nodes[ast.ImportFrom]:
            if isinstance(node, ast.ImportFrom):
                yield from _from_import(source, node)
        if source.path.startswith(CONTRACTS):
            yield from _contracts(source)


def _from_import(source: Source, node: ast.ImportFrom) -> Iterator[Problem]:
    if node.level:
        wrong = f"relative import of {'.' * node.level}{node.module or ''}"
        yield Problem(source.path, node.lineno, "relative-import", wrong, "write the whole path from the project root")
    if any(alias.name == "*" for alias in node.names):
        wrong = f"star import of {node.module}"
        yield Problem(source.path, node.lineno, "star-import", wrong, "name what is imported")


def _contracts(source: Source) -> Iterator[Problem]:
    for line, module in _imported(source):
        allowed = module.split(".")[0] in sys.stdlib_module_names or any(
            module == one or module.startswith(f"{one}.") for one in CONTRACTS_MAY_IMPORT
        )
        if not allowed:
            mend = "an event is plain data: only pydantic, shared.ids and the standard library"
            yield Problem(source.path, line, "contract-import", f"shared.contracts imports {module}", mend)


def _imported(source: Source) -> Iterator[tuple[int, str]]:
    for node in source.nodes[ast.Import]:
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
    for node in source.nodes[ast.ImportFrom]:
        if isinstance(node, ast.ImportFrom) and not node.level:
            # `from shared import ids` imports shared.ids, not all of shared.
            if node.module == "shared":
                yield from ((node.lineno, f"shared.{alias.name}") for alias in node.names)
            else:
                yield node.lineno, node.module or ""
