"""Reads an uploaded spreadsheet, XLSX or CSV, as rows of text; the file is opened in a capped child only (V69)."""

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from shared.errors import Invalid, TooLarge, Unavailable
from shared.uploads.capped_child import ChildFailure, Limits
from shared.uploads.child_pool import ChildPool, PoolBusy

_MEGABYTE: Final = 1024 * 1024


class SheetUnreadable(Invalid):
    """Neither an XLSX nor a CSV file, or a damaged one."""

    code = "sheet_unreadable"
    message_zh = "无法读取该表格，请用 Excel 另存为 .xlsx 或 CSV（UTF-8）后重新上传。"
    message_en = "The spreadsheet can not be read; save it again as .xlsx or as CSV (UTF-8) and upload it."


class SheetTooLarge(TooLarge):
    """More rows, columns or unpacked bytes than are accepted; facts: `rows`."""

    code = "sheet_too_large"
    message_zh = "表格过大，每次最多 {rows} 行，请拆分后分别上传。"
    message_en = "The spreadsheet is too large; upload at most {rows} rows at a time."


class SheetReaderBusy(Unavailable):
    """No reader became free in time."""

    code = "sheet_reader_busy"


@dataclass(frozen=True, slots=True)
class Effort:
    """What reading one file may cost: megabytes of the child and of the file unpacked, seconds of a processor."""

    memory: int = 200
    unpacked: int = 30
    seconds: int = 10


@dataclass(frozen=True, slots=True)
class SheetRows:
    """The rows of one sheet, kept as the child sent them and opened one at a time, so that a long one stays small."""

    count: int
    lines: bytes

    def __iter__(self) -> Iterator[list[str]]:
        for line in io.BytesIO(self.lines):
            row: list[str] = json.loads(line)
            yield row


class SheetReader:
    """One child that starts with the first file and ends when idle."""

    def __init__(self, effort: Effort | None = None) -> None:
        effort = effort or Effort()
        self._unpacked = effort.unpacked * _MEGABYTE
        seconds = effort.seconds
        limits = Limits(effort.memory * _MEGABYTE, cpu_seconds=seconds, wall_seconds=seconds * 1.5, idle_seconds=30.0)
        self._pool = ChildPool("shared.spreadsheets.child", limits)

    async def read(self, data: bytes, *, rows: int, columns: int) -> SheetRows:
        """At most `rows` rows of at most `columns` texts each, blanks stripped, empty rows at the end left out. Raises
        SheetUnreadable, SheetTooLarge, SheetReaderBusy."""
        most = {"rows": rows, "columns": columns, "unpacked": self._unpacked}
        try:
            header, body = await self._pool.run(most, data)
        except PoolBusy:
            raise SheetReaderBusy(retry_after=5) from None
        except ChildFailure:
            raise SheetUnreadable from None
        if header.get("refused") == "too_large" or header.get("out_of_memory"):
            raise SheetTooLarge(rows=rows)
        if "refused" in header:
            raise SheetUnreadable
        return SheetRows(int(str(header["rows"])), body)

    async def stop(self) -> None:
        """End the child."""
        await self._pool.stop()
