"""Requirements and tests agree: no unknown id, no claim without a test, no stale page."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.checks import marks, register
from tests.checks.problem import Problem
from tests.checks.repository import Repository

RESULTS = "var/requirements.json"


def check(repository: Repository) -> Iterator[Problem]:
    """Yield marks that name no requirement, claims without a test, and a page that is out of date."""
    groups = register.load(repository.root)
    known = {one.identifier for group in groups for one in group.requirements}
    for mark in marks.collect(repository):
        if mark.identifier not in known:
            name = mark.identifier or "something that is not plain text"
            mend = f"use an id of {register.REGISTER}, written out"
            yield Problem(mark.node.split("::")[0], mark.line, "unknown-requirement", f"the mark names {name}", mend)
    for source in repository.python("tests"):
        if marks.MARK in source.text:
            for line in marks.unattached(source):
                mend = "put the mark on the test function itself"
                yield Problem(source.path, line, "unattached-mark", "a mark on what pytest does not collect", mend)
    tests = tests_by_requirement(repository)
    for requirement in (one for group in groups for one in group.requirements):
        if requirement.claimed_done and not tests.get(requirement.identifier):
            wrong = f"{requirement.identifier} is claimed as done, yet no test carries it"
            mend = "mark the test that proves it, or drop the claim"
            yield Problem(register.REGISTER, 0, "unproven-claim", wrong, mend)
    page = repository.root / register.PAGE
    if not page.is_file() or page.read_text(encoding="utf-8") != register.render(groups, tests):
        mend = "run: python -m tests.checks requirements --write"
        yield Problem(register.PAGE, 0, "stale-file", "is not what the register and the marks say", mend)


def tests_by_requirement(repository: Repository) -> dict[str, list[str]]:
    """Requirement id to the node ids of its tests, each once and in order."""
    found: dict[str, list[str]] = {}
    for mark in marks.collect(repository):
        nodes = found.setdefault(mark.identifier or "", [])
        if mark.node not in nodes:
            nodes.append(mark.node)
    return found


def page(repository: Repository) -> str:
    """What docs/requirements.md must hold."""
    return register.render(register.load(repository.root), tests_by_requirement(repository))


def report(repository: Repository) -> Iterator[str]:
    """Lines of `make requirements`: each id, its tests, and the last recorded result of each."""
    results = _last_results(repository.root)
    tests = tests_by_requirement(repository)
    counts = {"passed": 0, "failed": 0, "not run": 0, "not yet": 0}
    for group in register.load(repository.root):
        yield f"\n{group.title}"
        for requirement in group.requirements:
            nodes = tests.get(requirement.identifier, [])
            outcomes = [outcome(results, node) for node in nodes]
            state = _worst(outcomes)
            counts[state] += 1
            yield f"  {requirement.identifier:<4} {state:<8} {requirement.text[:90]}"
            yield from (f"         {one:<8} {node}" for node, one in zip(nodes, outcomes, strict=True))
    yield "\n" + ", ".join(f"{count} {state}" for state, count in counts.items())


def failing(repository: Repository) -> list[str]:
    """Ids whose recorded tests do not all pass; `make requirements` ends with an error when there are any."""
    results = _last_results(repository.root)
    tests = tests_by_requirement(repository)
    return [one for one, nodes in tests.items() if "failed" in [outcome(results, node) for node in nodes]]


def outcome(results: dict[str, str], node: str) -> str:
    """The recorded outcome of a function, or the worst of all tests below a class or module."""
    below = [result for test, result in results.items() if test == node or test.startswith(f"{node}::")]
    return _worst(below, "not run")


def _worst(outcomes: list[str], nothing: str = "not yet") -> str:
    for state in ("failed", "not run", "passed"):
        if state in outcomes:
            return state
    return nothing


def _last_results(root: Path) -> dict[str, str]:
    file = root / RESULTS
    if not file.is_file():
        return {}
    tests = json.loads(file.read_text(encoding="utf-8"))["tests"]
    return {node: entry["outcome"] if entry["outcome"] != "skipped" else "not run" for node, entry in tests.items()}


if __name__ == "__main__":
    project = Repository(Path(__file__).resolve().parents[2])
    print(*report(project), sep="\n")
    sys.exit(1 if failing(project) else 0)
