"""Command line: python -m tests.checks [names] runs checks; requirements, generated, golden and digest have options."""

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.checks import (
    adr,
    async_hazards,
    budgets,
    clocks_and_secrets,
    committed_secrets,
    docstrings,
    documents,
    generated,
    honest_tests,
    http_clients,
    image_secrets,
    imports,
    layer_verbs,
    locks,
    migrations,
    names,
    readme,
    requirements,
    sql_strings,
    tracked_text,
)
from tests.checks.problem import Problem
from tests.checks.register import PAGE
from tests.checks.repository import Repository

ROOT = Path(__file__).resolve().parents[2]
CHECKS: dict[str, Callable[[Repository], Iterator[Problem]]] = {
    module.__name__.rsplit(".", 1)[-1]: module.check
    for module in (
        budgets,
        names,
        docstrings,
        imports,
        layer_verbs,
        sql_strings,
        async_hazards,
        clocks_and_secrets,
        http_clients,
        honest_tests,
        migrations,
        adr,
        readme,
        documents,
        tracked_text,
        committed_secrets,
        image_secrets,
        locks,
        requirements,
        generated,
    )
}


def main(arguments: list[str]) -> int:
    """Run what was asked for; 0 when all is well, 1 when anything is to be mended."""
    options = _parser().parse_args(arguments)
    repository = Repository(ROOT)
    if options.names[:1] == ["digest"]:
        print(*(tracked_text.digest(word) for word in options.names[1:]), sep="\n")
        return 0
    if options.print:
        sys.stdout.write(requirements.page(repository))
        return 0
    if options.report:
        print(*requirements.report(repository), sep="\n")
        return 1 if requirements.failing(repository) else 0
    if options.write:
        return _write(repository, options.names)
    return _check(repository, options.names or list(CHECKS))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.checks", description=__doc__)
    parser.add_argument("names", nargs="*", help=f"checks to run (all): {', '.join(CHECKS)}; or golden, digest WORD")
    parser.add_argument("--write", action="store_true", help="with requirements, generated or golden: write the files")
    parser.add_argument("--print", action="store_true", help="with requirements: print the page")
    parser.add_argument("--report", action="store_true", help="with requirements: ids, tests and last results")
    return parser


def _write(repository: Repository, names: list[str]) -> int:
    changed: list[str] = []
    if not names or "golden" in names:
        # Imported here: it needs the event classes, and every other check must work without importing the product.
        from tests.contract.golden_events import write_missing

        changed += write_missing(repository.root)
    if not names or "requirements" in names:
        page = requirements.page(repository)
        target = repository.root / PAGE
        if not target.is_file() or target.read_text(encoding="utf-8") != page:
            target.write_text(page, encoding="utf-8")
            changed.append(PAGE)
    failed: list[str] = []
    if not names or "generated" in names:
        written, failed = generated.write(repository.root)
        changed += written
    print(*([f"wrote {path}" for path in changed] + failed or ["nothing to write"]), sep="\n")
    return 1 if failed else 0


def _check(repository: Repository, names: list[str]) -> int:
    started = time.perf_counter()
    problems = [*_unparsable(repository), *(problem for name in names for problem in CHECKS[name](repository))]
    for problem in sorted(set(problems)):
        print(problem)
    spent = time.perf_counter() - started
    print(f"{len(names)} checks, {len(repository.sources)} files, {len(set(problems))} problems, {spent:.1f} s")
    return 1 if problems else 0


def _unparsable(repository: Repository) -> Iterator[Problem]:
    for source in repository.broken():
        if error := source.syntax_error:
            yield Problem(source.path, error.lineno or 0, "syntax", str(error.msg), "mend the syntax first")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
