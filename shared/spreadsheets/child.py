"""The capped child that opens spreadsheets: one job is one file, the answer a line of JSON per row."""

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Iterator
from typing import Final

import openpyxl  # type: ignore[import-untyped]

from shared.uploads.child_loop import Job, serve

_ARCHIVE: Final = b"PK\x03\x04"
_LONGEST: Final = 500


class TooLargeInside(Exception):
    """More inside than the parent accepts."""


def read_one(header: dict[str, object], data: bytes) -> tuple[dict[str, object], bytes]:
    """`rows`, `columns` and `unpacked` (bytes) in the header are the most that is accepted; the reply is one line of
    JSON per row, its cells as text, empty rows at the end left out, or `refused`. One row is held at a time."""
    rows, columns, unpacked = (int(str(header[name])) for name in ("rows", "columns", "unpacked"))
    out, count, blank = io.BytesIO(), 0, 0
    try:
        sheet = _workbook(data, rows, columns, unpacked) if data.startswith(_ARCHIVE) else _text(data)
        for row in _bounded(sheet, rows, columns):
            if not row:
                blank += 1
                continue
            out.write(b"[]\n" * blank + json.dumps(row, ensure_ascii=False).encode() + b"\n")
            count, blank = count + blank + 1, 0
    except TooLargeInside:
        return {"refused": "too_large"}, b""
    except MemoryError:
        raise
    except Exception:  # allow broad-except: whatever a hostile file breaks in the parser is a refusal
        return {"refused": "unreadable"}, b""
    return {"rows": count}, out.getvalue()


def _workbook(data: bytes, rows: int, columns: int, unpacked: int) -> Iterator[Iterable[object]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(part.file_size for part in archive.infolist()) > unpacked:
            raise TooLargeInside
    # Values only: what a formula would be is never asked for, and links lead nowhere.
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    # The one that a person sees first: what is hidden was not meant.
    sheet = next(one for one in book.worksheets if one.sheet_state == "visible")
    yield from sheet.iter_rows(max_row=rows + 1, max_col=columns + 1, values_only=True)


def _text(data: bytes) -> Iterator[Iterable[object]]:
    if b"\0" in data:
        raise ValueError("binary")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        # What Excel writes on a Chinese Windows.
        text = data.decode("gb18030")
    yield from csv.reader(io.StringIO(text, newline=""), strict=True)


def _bounded(source: Iterator[Iterable[object]], rows: int, columns: int) -> Iterator[list[str]]:
    for number, row in enumerate(source):
        cells = [_cell(value) for value in row]
        while cells and not cells[-1]:
            cells.pop()
        if (number >= rows and cells) or len(cells) > columns:
            raise TooLargeInside
        yield cells


def _cell(value: object) -> str:
    """A phone number typed as a number comes as 13900000000.0."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = "" if value is None else str(value).strip()
    if len(text) > _LONGEST:
        raise TooLargeInside
    return text


def load(_: dict[str, object]) -> Job:
    """Everything that a job needs is imported above, before the caps are set."""
    return read_one


if __name__ == "__main__":
    serve(load)
