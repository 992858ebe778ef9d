"""Ends what a private stack started when its owner (a test run) dies without saying goodbye.

Started beside the stack with a pipe on standard input: one byte means a proper end, end of file means sudden death.
"""

import shutil
import subprocess
import sys
import time
from pathlib import Path

from deploy.local.home import PROJECT, Home
from deploy.local.lock import HomeLock
from deploy.local.state import Record, end

_PATIENCE = 10.0


class Reaper:
    """The owner's end of the pipe."""

    def __init__(self, home: Home, *, erase: bool) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-S", "-m", "deploy.local.reaper", str(home.root), "erase" if erase else "keep"],
            cwd=PROJECT,
            stdin=subprocess.PIPE,
            start_new_session=True,
        )

    @property
    def pid(self) -> int:
        """Process id of the watcher."""
        return self._process.pid

    def dismiss(self) -> None:
        """The stack was stopped properly."""
        self._process.communicate(b".")


def main() -> None:
    """Waits for the owner's end."""
    home, erase = Home(Path(sys.argv[1])), sys.argv[2] == "erase"
    if sys.stdin.buffer.read(1) or not home.run.is_dir():
        return
    if not _let_go_of(HomeLock(home)):
        # Another stack has taken the home meanwhile and has cleared it, too.
        return
    end(Record(home).leftovers(), 3.0)
    if erase:
        shutil.rmtree(home.database, ignore_errors=True)
        shutil.rmtree(home.root, ignore_errors=True)


def _let_go_of(lock: HomeLock) -> bool:
    """Whether the lock is ours now. A dying process closes what it has open in no certain order: the end of the pipe
    may be seen before the lock is free."""
    deadline = time.monotonic() + _PATIENCE
    while not lock.try_acquire():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


if __name__ == "__main__":
    main()
