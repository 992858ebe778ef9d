"""What a sheet must look like: the first row names its columns, by titles that people use, and the rest are records."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from shared.errors import Invalid
from shared.spreadsheets.reader import SheetRows


class SheetColumnsWrong(Invalid):
    """The first row does not name the columns; facts: `columns`, those that may be named."""

    code = "sheet_columns_wrong"
    message_zh = "第一行应为表头，只能包含：{columns}。请按此修改表头后重新上传。"
    message_en = "The first row must name the columns, from these only: {columns}. Correct and upload it again."


class SheetEmpty(Invalid):
    """There is no row below the header."""

    code = "sheet_empty"
    message_zh = "表格中没有数据，请在表头下方填写后重新上传。"
    message_en = "The sheet holds no rows; fill in rows below the header and upload it again."


@dataclass(frozen=True, slots=True)
class Columns:
    """`titles`: what may stand in the first row, in lower case, to the field it means, the usual title first. `needed`:
    fields that must be there."""

    titles: Mapping[str, str]
    needed: frozenset[str]

    def fields(self, header: Sequence[str]) -> list[str] | None:
        """The field of every column; None where a title is unknown, a field is named twice or a needed one missing."""
        found = [self.titles.get(cell.strip().casefold()) for cell in header]
        named = [field for field in found if field]
        if None in found or len(named) != len(set(named)) or not self.needed.issubset(named):
            return None
        return named

    def title(self, field: str) -> str:
        """The usual title of a field."""
        return next((title for title, named in self.titles.items() if named == field), field)


def records(fields: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows below the header that hold something: line as the spreadsheet program counts, and text by field, empty
    where a row is short."""
    for line, row in enumerate(rows, start=2):
        cells = dict.fromkeys(fields, "") | dict(zip(fields, row, strict=False))
        if any(cells.values()):
            yield line, cells


def records_below(columns: Columns, rows: SheetRows) -> Iterator[tuple[int, dict[str, str]]]:
    """The records of a sheet that was read. Raises SheetColumnsWrong, SheetEmpty."""
    below = iter(rows)
    if (fields := columns.fields(next(below, []))) is None:
        usual = dict.fromkeys(columns.title(field) for field in columns.titles.values())
        raise SheetColumnsWrong(columns="、".join(usual))
    if rows.count < 2:
        raise SheetEmpty
    return records(fields, below)
