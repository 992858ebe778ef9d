"""What a sheet must look like: the first row names its columns, by titles that people use, and the rest are records."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass


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
