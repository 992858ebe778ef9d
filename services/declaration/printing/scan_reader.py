"""Reads the codes on an uploaded scan of sheets; the file is opened in a capped child only (V35, V37)."""

from typing import Final

from services.declaration.printing.errors import ScanHasTooManyPages, ScanNotReadable, ScanReaderBusy
from shared.uploads.capped_child import ChildCannotStart, ChildFailure, Limits
from shared.uploads.child_pool import ChildPool, PoolBusy
from shared.uploads.kinds import FileKind

MOST_PAGES: Final = 60
_MEGABYTE: Final = 1024 * 1024


class ScanReader:
    """One child that starts with the first file and ends when idle. A page takes some tenths of a second."""

    def __init__(self, *, wall_seconds: float = 35.0) -> None:
        limits = Limits(
            memory_bytes=500 * _MEGABYTE,
            # Libraries of the detector are mapped whole and touched in part.
            address_slack=512 * _MEGABYTE,
            cpu_seconds=round(wall_seconds),
            wall_seconds=wall_seconds,
            idle_seconds=30.0,
        )
        self._pool = ChildPool("services.declaration.printing.scan_worker", limits, queue_seconds=10.0)

    @property
    def longest_seconds(self) -> float:
        """How long a caller may wait for the codes of a scan."""
        return self._pool.longest_seconds

    async def read(self, data: bytes, kind: FileKind) -> list[list[str]]:
        """For every page the texts of the codes on it, none for a page without a readable one.

        Raises ScanHasTooManyPages, ScanNotReadable, ScanReaderBusy."""
        try:
            header, _ = await self._pool.run({"kind": kind.value, "most_pages": MOST_PAGES}, data)
        except (PoolBusy, ChildCannotStart):
            raise ScanReaderBusy(retry_after=10) from None
        except ChildFailure:
            raise ScanNotReadable from None
        if header.get("refused") == "too_many":
            raise ScanHasTooManyPages(limit=MOST_PAGES)
        pages = header.get("pages")
        if not isinstance(pages, list):
            raise ScanNotReadable
        return [[str(text) for text in texts] for texts in pages]

    async def stop(self) -> None:
        """End the child."""
        await self._pool.stop()
