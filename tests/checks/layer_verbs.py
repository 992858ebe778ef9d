"""The verb tells the layer: a use case is the function its file is called after, a query begins with what it does."""

import ast
import re
from collections.abc import Iterator

from tests.checks.problem import Problem
from tests.checks.repository import Repository
from tests.checks.source import FunctionNode, Source

VERBS_OF_OTHER_LAYERS = frozenset(
    {"get", "post", "put", "on", "handle", "process", "fetch", "find", "load", "save", "store", "add", "create", "make"}
)
TAKES_DATABASE = re.compile(r"\b(Transaction|Reader)\b")


def check(repository: Repository) -> Iterator[Problem]:
    """Yield use-case files without their function, and storage functions whose verb belongs to another layer."""
    for source in repository.python("services"):
        parts = source.path.split("/")
        name = parts[-1].removesuffix(".py")
        if len(parts) < 4 or name == "__init__":
            continue
        if parts[2] == "use_cases":
            yield from _use_case(source, name)
        elif parts[2] == "storage":
            yield from _queries(source)


def _use_case(source: Source, name: str) -> Iterator[Problem]:
    functions = [one.name for one in source.tree.body if isinstance(one, FunctionNode) and not one.name.startswith("_")]
    # Several functions and none of the file's name: steps that use cases share, not a use case.
    if len(functions) == 1 and functions != [name]:
        wrong = f"the file holds {functions[0]}, not {name}"
        yield Problem(
            source.path, 0, "use-case-name", wrong, f"call the file {functions[0]}.py, or the function {name}"
        )


def _queries(source: Source) -> Iterator[Problem]:
    for function in source.tree.body:
        if not isinstance(function, ast.AsyncFunctionDef) or function.name.startswith("_"):
            continue
        annotations = [ast.unparse(one.annotation) for one in function.args.args if one.annotation]
        touches = any(TAKES_DATABASE.search(annotation) for annotation in annotations)
        if touches and function.name.split("_")[0] in VERBS_OF_OTHER_LAYERS:
            mend = "begin with select, insert, update, lock or delete, or move a decision into a use case"
            wrong = f"{function.name} does not say which statement it runs"
            yield Problem(source.path, function.lineno, "query-verb", wrong, mend)
