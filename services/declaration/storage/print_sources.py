"""What the print role reads of a frozen list, and what anybody may check of it by its number (B10)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from services.declaration.domain.qualified_list import ListKind, ListState
from shared.postgres.transaction import Reader

_SELECT: Final = """
SELECT l.institution_name, l.exam_year, l.kind, l.edition, l.number, l.content_hash, l.print_header, l.generated_at
FROM qualified_list l WHERE l.id = $1 AND l.state NOT IN ('draft', 'void')
"""
_SELECT_BY_NUMBER: Final = """
SELECT l.institution_name, l.exam_year, l.kind, l.edition, l.number, l.content_hash, l.state, l.line_count,
    l.generated_at, l.page_count
FROM qualified_list l WHERE l.number = $1
"""


@dataclass(frozen=True, slots=True)
class PrintSource:
    """The list itself; its lines lie in list_line."""

    institution_name: str
    exam_year: int
    kind: ListKind
    edition: int
    number: str
    content_hash: str
    print_header: bytes
    generated_at: datetime


@dataclass(frozen=True, slots=True)
class NumberedList:
    """What is public about a list that somebody holds in his hands."""

    institution_name: str
    exam_year: int
    kind: ListKind
    edition: int
    number: str
    content_hash: str
    state: ListState
    line_count: int
    generated_at: datetime
    page_count: int | None


async def select_source(reader: Reader, list_id: UUID) -> PrintSource | None:
    """A list that may be printed, or None."""
    row = await reader.fetchrow(_SELECT, list_id)
    return None if row is None else PrintSource(**dict(row))


async def select_by_number(reader: Reader, number: str) -> NumberedList | None:
    """The list with that number, whatever became of it."""
    if (row := await reader.fetchrow(_SELECT_BY_NUMBER, number)) is None:
        return None
    values = dict(row)
    values["state"] = ListState(values["state"])
    return NumberedList(**values)
