"""One stack per home: a file lock that the system releases when its holder dies, however it dies."""

import asyncio
import fcntl
import os
import time

from deploy.local.faults import StackError
from deploy.local.home import Home


class HomeLock:
    """Held by whoever starts and stops the parts of a home."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._descriptor: int | None = None

    async def acquire(self, patience: float = 20.0) -> None:
        """Raises StackError when another process keeps the home for longer than `patience` seconds."""
        deadline = time.monotonic() + patience
        while not self.try_acquire():
            if time.monotonic() > deadline:
                raise StackError(
                    "stack",
                    f"another stack is using {self._home.root}",
                    advice="`make status` shows it, `make down` stops it; or give another --home",
                )
            await asyncio.sleep(0.1)

    def try_acquire(self) -> bool:
        """Whether the lock is ours now."""
        descriptor = os.open(self._home.run / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return True

    def release(self) -> None:
        """Lets the next one in."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
