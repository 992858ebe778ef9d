"""References to documents: a page that is named must exist in the project, for the project stands alone."""

import re
from collections.abc import Iterator

from tests.checks.problem import Problem
from tests.checks.repository import Repository

NAMED = re.compile(r"(?<![\w<>*{])(?:[\w.-]+/)*([\w-][\w.-]*\.md)\b(?![\w*{])")
PLACEHOLDER = re.compile(r"NNNN|XXXX|<|\*")
READ = (".py", ".md", ".toml", ".yaml", ".yml", ".sh", ".sql", ".typ", ".ts", ".vue", "Makefile")


def check(repository: Repository) -> Iterator[Problem]:
    """Yield every mention of a Markdown page that no file of that name stands for."""
    existing = {path.rsplit("/", 1)[-1] for path in repository.sources}
    for source in repository.sources.values():
        if not source.path.endswith(READ) or source.path.startswith("tests/unit/checks/"):
            continue
        for match in NAMED.finditer(source.text):
            line = source.text.count("\n", 0, match.start()) + 1
            if match[1] in existing or PLACEHOLDER.search(match[0]) or source.waived("missing-document", line):
                continue
            wrong = f"names {match[0]}, which is not in the project"
            yield Problem(source.path, line, "missing-document", wrong, "state the fact here, or add the page")
