"""Outgoing HTTP: every client has a timeout, and only the asynchronous one is used."""

import ast
from collections.abc import Iterator

from tests.checks.problem import Problem
from tests.checks.repository import Repository
from tests.checks.source import dotted

RULE = "no-timeout"
NEEDS_TIMEOUT = ("ClientSession", "urlopen", "HTTPConnection", "HTTPSConnection", "PoolManager")
BLOCKING = ("requests", "httpx")


def check(repository: Repository) -> Iterator[Problem]:
    """Yield clients without a timeout in services, shared and deploy, and blocking clients anywhere in them."""
    for source in repository.python("services", "shared", "deploy"):
        for call in source.calls:
            name = dotted(call.func).rsplit(".", 1)[-1]
            given = any(keyword.arg in ("timeout", None) for keyword in call.keywords)
            if name in NEEDS_TIMEOUT and not given and not source.waived(RULE, call.lineno):
                mend = "pass timeout=...: without one a silent peer holds the caller for minutes"
                yield Problem(source.path, call.lineno, RULE, f"{name} without a timeout", mend)
        for node in source.nodes[ast.Import]:
            if isinstance(node, ast.Import) and any(alias.name.split(".")[0] in BLOCKING for alias in node.names):
                mend = "use aiohttp.ClientSession"
                yield Problem(source.path, node.lineno, "blocking-client", "imports a second HTTP client", mend)
