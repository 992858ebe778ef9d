"""Reads an uploaded spreadsheet, XLSX or CSV, as rows of text; the file is opened in a capped child only (V69)."""

import json

from shared.errors import Invalid, TooLarge, Unavailable
from shared.uploads.capped_child import ChildFailure, Limits
from shared.uploads.child_pool import ChildPool, PoolBusy

_MEGABYTE = 1024 * 1024


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


class SheetReader:
    """One child that starts with the first file and ends when idle."""

    def __init__(self) -> None:
        limits = Limits(memory_bytes=200 * _MEGABYTE, cpu_seconds=10, wall_seconds=15.0, idle_seconds=30.0)
        self._pool = ChildPool("shared.spreadsheets.child", limits)

    async def read(self, data: bytes, *, rows: int, columns: int) -> list[list[str]]:
        """At most `rows` rows of at most `columns` texts each, blanks stripped, empty rows at the end left out. Raises
        SheetUnreadable, SheetTooLarge, SheetReaderBusy."""
        try:
            header, body = await self._pool.run({"rows": rows, "columns": columns}, data)
        except PoolBusy:
            raise SheetReaderBusy(retry_after=5) from None
        except ChildFailure:
            raise SheetUnreadable from None
        if header.get("refused") == "too_large" or header.get("out_of_memory"):
            raise SheetTooLarge(rows=rows)
        if "refused" in header:
            raise SheetUnreadable
        found: list[list[str]] = json.loads(body)
        return found

    async def stop(self) -> None:
        """End the child."""
        await self._pool.stop()
