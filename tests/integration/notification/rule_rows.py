"""The keys of the rule table as the migrations write them, known before any database is there."""

import re
from pathlib import Path
from typing import Final

_MIGRATIONS: Final = Path("services/notification/migrations")
_INSERT: Final = re.compile(r"INSERT INTO notification_rule[^;]*;", re.DOTALL)
_ROW: Final = re.compile(r"\(\s*'((?:identity|institution|declaration)\.[a-z_]+\.v\d+(?::[a-z_]+)?)',\s*'([a-z_]+)'")


def rule_rows() -> list[tuple[str, str]]:
    """(event with its case, audience) of every row, in order."""
    texts = (file.read_text(encoding="utf-8") for file in sorted(_MIGRATIONS.glob("*.sql")))
    return sorted(row for text in texts for found in _INSERT.findall(text) for row in _ROW.findall(found))
