"""The XLSX file of an export, written part by part: no connection is held meanwhile, and the loop is free (V69)."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

from shared.exporting.writing import Written
from shared.spreadsheets.workbook import Workbook


async def write_sheet(
    title: str,
    header: Sequence[str],
    parts: AsyncIterator[Sequence[Sequence[str]]],
    sign_of_life: Callable[[int], Awaitable[None]],
) -> Written:
    """`sign_of_life` is told of the rows so far, after each part; what it and the parts raise goes on."""
    with tempfile.TemporaryFile() as file:
        with await asyncio.to_thread(Workbook, file, title, header) as book:
            async for part in parts:
                await asyncio.to_thread(book.add, part)
                await sign_of_life(book.rows)
        file.seek(0)
        return await asyncio.to_thread(file.read), book.rows, "xlsx"
