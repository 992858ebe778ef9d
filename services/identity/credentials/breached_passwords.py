"""Passwords that are on lists of leaked ones, looked up in a file of this machine: nothing is asked outside (V13).

The file: 8 bytes `TIROPWN1`, the number of entries as 8 bytes big-endian, then the first 8 bytes of the SHA-1 of every
password, in ascending order. Of a thousand million entries one in 18 thousand million strange passwords is refused
without cause. `build-breached-list` makes it. Put a new file in the place of the old one by renaming: it is taken up
by the next look, without a restart."""

import asyncio
import hashlib
import mmap
import os
import threading
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import structlog

log = structlog.get_logger()

MAGIC: Final = b"TIROPWN1"
ENTRY: Final = 8
_HEADER: Final = 16


class BreachedListBroken(ValueError):
    """The file is not such a list, or was cut off."""


@dataclass(frozen=True, slots=True)
class _Opened:
    """A list in memory as far as it was looked at; `mark` tells whether the file is still the same."""

    mark: tuple[int, int, int]
    data: mmap.mmap
    count: int

    def has(self, entry: bytes) -> bool:
        """Binary search: about thirty reads for a thousand million entries."""
        low, high = 0, self.count
        while low < high:
            middle = (low + high) // 2
            at = _HEADER + middle * ENTRY
            if self.data[at : at + ENTRY] < entry:
                low = middle + 1
            else:
                high = middle
        at = _HEADER + low * ENTRY
        return low < self.count and self.data[at : at + ENTRY] == entry


class BreachedPasswords:
    """The list in use, or none; one per process."""

    def __init__(self, file: Path | None) -> None:
        """Raises OSError and BreachedListBroken: a list that was set must be there."""
        self._file = file
        self._lock = threading.Lock()
        self._opened = None if file is None else _open(file)

    async def has(self, password: str) -> bool:
        """Whether the password was leaked, as typed or as it is compared; False where no list is set."""
        if self._file is None:
            return False
        return await asyncio.to_thread(self._look, self._file, password)

    def _look(self, file: Path, password: str) -> bool:
        opened = self._current(file)
        return any(opened.has(entry) for entry in entries_of(password))

    def _current(self, file: Path) -> _Opened:
        """The newest list; while a new one can not be read, the one before, loudly."""
        with self._lock:
            assert self._opened is not None
            try:
                if _mark(file.stat()) != self._opened.mark:
                    self._opened = _open(file)
                    log.info("breached_list_reloaded", entries=self._opened.count)
            except (OSError, BreachedListBroken) as error:
                log.error("breached_list_unreadable", error=type(error).__name__)
            return self._opened


def entries_of(password: str) -> set[bytes]:
    """The entries under which a password may stand: as it was typed, and in the form in which it is compared."""
    forms = {password, unicodedata.normalize("NFKC", password)}
    return {hashlib.sha1(form.encode(), usedforsecurity=False).digest()[:ENTRY] for form in forms}


def write_list(entries: Iterable[bytes], out: Path) -> int:
    """Write entries, which must ascend, beside `out` and rename: whoever reads sees the old or the new list. How many.
    Raises BreachedListBroken when they do not ascend."""
    fresh = out.with_name(out.name + ".new")
    count, last = 0, b""
    with fresh.open("wb") as file:
        file.write(MAGIC + bytes(8))
        for entry in entries:
            if entry < last:
                raise BreachedListBroken(f"entry {count + 1} is smaller than the one before: sort the export by hash")
            if entry != last:
                file.write(entry)
                count += 1
            last = entry
        file.seek(len(MAGIC))
        file.write(count.to_bytes(8, "big"))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(out)
    return count


def _open(file: Path) -> _Opened:
    with file.open("rb") as opened:
        status = os.fstat(opened.fileno())
        head = opened.read(_HEADER)
        count = int.from_bytes(head[len(MAGIC) :], "big")
        if not head.startswith(MAGIC) or len(head) != _HEADER or status.st_size != _HEADER + count * ENTRY:
            raise BreachedListBroken(f"{file} is not a list of breached passwords, or was cut off")
        return _Opened(_mark(status), mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ), count)


def _mark(status: os.stat_result) -> tuple[int, int, int]:
    return status.st_ino, status.st_size, status.st_mtime_ns
