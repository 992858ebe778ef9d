"""Table sheet_import_row: the rows of a sheet, their cells sealed, with what became of each."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from services.institution.domain.sheet_import import ImportRow
from services.institution.storage.sheet_imports import problem_as_json
from shared.errors import FieldProblem
from shared.postgres.transaction import Reader, Transaction
from shared.security.keyring import Keyring
from shared.security.sealing import seal_text, unseal_text

_CLASS: Final = "person"
_SELECT_PAGE: Final = """
SELECT line, cells_sealed, result, problems, subject_id FROM sheet_import_row
WHERE import_id = $1 AND line > $2 AND ($3::text IS NULL OR result = $3) ORDER BY line LIMIT $4
"""
_INSERT: Final = """
INSERT INTO sheet_import_row (import_id, line, cells_sealed, result, problems, subject_id)
SELECT $1, r.line, r.cells, r.result, r.problems::jsonb, r.subject_id
FROM unnest($2::int[], $3::bytea[], $4::text[], $5::text[], $6::uuid[]) AS r (line, cells, result, problems, subject_id)
"""
_UPDATE: Final = """
UPDATE sheet_import_row AS kept SET result = r.result, problems = r.problems::jsonb, subject_id = r.subject_id
FROM unnest($2::int[], $3::text[], $4::text[], $5::uuid[]) AS r (line, result, problems, subject_id)
WHERE kept.import_id = $1 AND kept.line = r.line AND kept.result = 'waiting'
"""


async def select_page(reader: Reader, import_id: UUID, after: int, result: str | None, limit: int) -> list[ImportRow]:
    """Rows in the order of the file; whose sheet it is was asked before."""
    return [_row(row) for row in await reader.fetch(_SELECT_PAGE, import_id, after, result, limit)]


async def insert_many(tx: Transaction, import_id: UUID, rows: Sequence[ImportRow]) -> None:
    """Keep rows that were checked."""
    cells = [row.cells_sealed for row in rows]
    lines, results, problems, subjects = _columns(rows)
    await tx.execute(_INSERT, import_id, lines, cells, results, problems, subjects)


async def update_waiting(tx: Transaction, import_id: UUID, rows: Sequence[ImportRow]) -> int:
    """What became of rows that waited; how many did."""
    return await tx.execute(_UPDATE, import_id, *_columns(rows))


def sealed_cells(keyring: Keyring, import_id: UUID, line: int, cells: Mapping[str, str]) -> bytes:
    """Cells as they are kept: names, phones and numbers of people are among them."""
    return seal_text(keyring, _CLASS, _place(import_id, line), json.dumps(cells, ensure_ascii=False))


def opened_cells(keyring: Keyring, import_id: UUID, row: ImportRow) -> dict[str, str]:
    """Text by field, in the order of the file."""
    cells: dict[str, str] = json.loads(unseal_text(keyring, _CLASS, _place(import_id, row.line), row.cells_sealed))
    return cells


def _place(import_id: UUID, line: int) -> str:
    return f"sheet_import_row.cells:{import_id}/{line}"


def _columns(rows: Sequence[ImportRow]) -> tuple[list[int], list[str], list[str], list[UUID | None]]:
    return (
        [row.line for row in rows],
        [row.result for row in rows],
        [json.dumps([problem_as_json(problem) for problem in row.problems]) for row in rows],
        [row.subject_id for row in rows],
    )


def _row(row: Any) -> ImportRow:
    problems = tuple(FieldProblem(*told) for told in json.loads(row["problems"]))
    return ImportRow(row["line"], row["cells_sealed"], row["result"], problems, row["subject_id"])
