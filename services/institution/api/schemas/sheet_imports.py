"""Imports from spreadsheets: how far one is, and what became of its rows."""

from typing import Self
from uuid import UUID

from services.institution.api.schemas.profiles import MissingFieldView
from services.institution.api.schemas.values import LocalTime
from services.institution.domain.sheet_import import ImportKind, ImportRow, ImportState, RowResult, SheetImport
from shared.errors import FieldProblem
from shared.web.schemas import PageQuery, View


class SheetProblemView(MissingFieldView):
    """What is wrong, or deserves a second look, and what to do; `pointer` names the column, empty for the whole."""

    code: str

    @classmethod
    def told(cls, problem: FieldProblem, language: str) -> Self:
        """In the caller's language."""
        same = MissingFieldView.of(problem, language)
        return cls(pointer=same.pointer, detail=same.detail, code=problem.code)


class SheetImportView(View):
    """One sheet; the counts are of rows by result, and `read_lines` the last line that was checked."""

    id: UUID
    version: int
    kind: ImportKind
    state: ImportState
    problem: SheetProblemView | None
    read_lines: int
    wrong: int
    waiting: int
    done: int
    refused: int
    created_at: LocalTime
    moved_at: LocalTime

    @classmethod
    def of(cls, sheet: SheetImport, language: str) -> Self:
        """From the entity."""
        told = None if sheet.refusal is None else SheetProblemView.told(sheet.refusal, language)
        same = {name: getattr(sheet, name) for name in cls.model_fields if name != "problem"}
        return cls(**same, problem=told)


class SheetImportQuery(PageQuery):
    """Narrows one's own sheets."""

    kind: ImportKind | None = None


class SheetRowsQuery(PageQuery):
    """Narrows the rows."""

    result: RowResult | None = None


class SheetRowView(View):
    """One row: `line` as the spreadsheet program counts, and the id of what it made."""

    line: int
    result: RowResult
    problems: list[SheetProblemView]
    subject_id: UUID | None

    @classmethod
    def of(cls, row: ImportRow, language: str) -> Self:
        """From the entity."""
        problems = [SheetProblemView.told(problem, language) for problem in row.problems]
        return cls(line=row.line, result=row.result, problems=problems, subject_id=row.subject_id)
