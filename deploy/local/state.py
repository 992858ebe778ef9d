"""Which processes belong to a stack, and whether they are still the ones that were started.

A process is recorded by its id and its start time, because ids are used again. Everything started also carries the
home's mark in its environment, which finds processes whose record was lost in a kill -9.
"""

import json
import os
import signal
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from deploy.local.home import Home

MARK_VARIABLE = "TIRO_STACK_MARK"


@dataclass(frozen=True)
class Started:
    """One started process: the leader of its own session."""

    pid: int
    began: int  # clock ticks since boot, from /proc
    since: float  # seconds since the epoch, for people
    port: int | None = None


class Record:
    """run/state.json: part name -> Started. Written after every start and stop."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._file = home.run / "state.json"

    def read(self) -> dict[str, Started]:
        """What was recorded before this boot of the machine counts as gone."""
        try:
            saved = json.loads(self._file.read_text())
        except (FileNotFoundError, ValueError):
            return {}
        if saved["boot"] != boot_id():
            return {}
        return {name: Started(**entry) for name, entry in saved["parts"].items()}

    def alive(self) -> dict[str, Started]:
        """The recorded parts whose process still runs."""
        return {name: part for name, part in self.read().items() if start_time(part.pid) == part.began}

    def add(self, name: str, pid: int, port: int | None = None) -> None:
        """Remembers a process just started."""
        parts = self.read()
        parts[name] = Started(pid=pid, began=start_time(pid) or 0, since=time.time(), port=port)
        self._write(parts)

    def remove(self, name: str) -> None:
        """Forgets a process that ended."""
        parts = self.read()
        if parts.pop(name, None) is not None:
            self._write(parts)

    def _write(self, parts: dict[str, Started]) -> None:
        draft = self._file.with_suffix(".new")
        draft.write_text(json.dumps({"boot": boot_id(), "parts": {n: asdict(p) for n, p in parts.items()}}, indent=1))
        draft.rename(self._file)

    def leftovers(self) -> set[int]:
        """Process ids that belong to this stack: recorded leaders, members of their sessions, carriers of the mark."""
        return members({part.pid: part.began for part in self.read().values()}, self._home.mark)


def members(leaders: dict[int, int], mark: str | None = None) -> set[int]:
    """Living processes that are one of the leaders (pid -> start time), share their session, or carry the mark."""
    carried = f"{MARK_VARIABLE}={mark}".encode()
    found = set()
    for pid in (int(name) for name in os.listdir("/proc") if name.isdigit()):
        began = start_time(pid)
        if began is None or pid == os.getpid():
            continue
        session = _session(pid)
        # A session outlives its leader; the number is not given to a new leader while members remain.
        is_member = began >= leaders.get(session, began + 1) and start_time(session) in (None, leaders[session])
        if leaders.get(pid) == began or is_member or (mark is not None and _carries(pid, carried)):
            found.add(pid)
    return found


def end(pids: set[int], grace: float) -> None:
    """SIGTERM, up to `grace` seconds, then SIGKILL. Blocks."""
    for step, patience in ((signal.SIGTERM, grace), (signal.SIGKILL, 5.0)):
        for pid in pids:
            try:
                os.kill(pid, step)
            except ProcessLookupError:
                continue
        deadline = time.monotonic() + patience
        while pids and time.monotonic() < deadline:
            pids = {pid for pid in pids if start_time(pid) is not None}
            time.sleep(0.05)


def boot_id() -> str:
    """Identifies the machine's present boot."""
    return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()


def start_time(pid: int) -> int | None:
    """Start of a living process in clock ticks since boot; None when there is none (or it is a zombie)."""
    fields = _stat(pid)
    return None if fields is None or fields[0] in ("Z", "X") else int(fields[19])


def _session(pid: int) -> int:
    fields = _stat(pid)
    return int(fields[3]) if fields else 0


def _stat(pid: int) -> list[str] | None:
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    # The second field is the program's name in brackets and may itself hold brackets and blanks.
    return text.rpartition(")")[2].split()


def _carries(pid: int, mark: bytes) -> bool:
    try:
        return mark in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return False
