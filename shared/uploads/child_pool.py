"""A few capped children behind one queue: the last used child is used first, so the others fall idle and end."""

import asyncio
from collections.abc import Mapping

from shared.uploads.capped_child import CappedChild, Limits


class PoolBusy(Exception):
    """No child became free within the time a caller may wait, or the pool is stopped."""


class ChildPool:
    """Runs jobs in at most `size` children of `module`; a caller waits at most `queue_seconds` for one."""

    def __init__(
        self,
        module: str,
        limits: Limits,
        *,
        size: int = 1,
        queue_seconds: float = 30.0,
        config: Mapping[str, object] | None = None,
    ) -> None:
        self._children = [CappedChild(module, limits, config) for _ in range(size)]
        self._free: asyncio.LifoQueue[CappedChild] = asyncio.LifoQueue()
        for child in self._children:
            self._free.put_nowait(child)
        self._queue_seconds = queue_seconds
        self._wall_seconds = limits.wall_seconds
        self._stopped = False

    @property
    def longest_seconds(self) -> float:
        """How long a caller may wait for an answer of a child that runs: first for the child, then for its work."""
        return self._queue_seconds + self._wall_seconds

    @property
    def stopped(self) -> bool:
        """True once `stop` was called."""
        return self._stopped

    @property
    def pids(self) -> list[int]:
        """Process ids of the children that live now."""
        return [child.pid for child in self._children if child.pid is not None]

    async def run(self, header: Mapping[str, object], body: bytes = b"") -> tuple[dict[str, object], bytes]:
        """Does one job. Raises PoolBusy and the failures of CappedChild.run."""
        if self._stopped:
            raise PoolBusy("stopped")
        try:
            async with asyncio.timeout(self._queue_seconds):
                child = await self._free.get()
        except TimeoutError:
            raise PoolBusy("queue") from None
        try:
            return await child.run(header, body)
        finally:
            self._free.put_nowait(child)

    async def stop(self) -> None:
        """Ends every child, in the middle of a job too; later jobs are refused."""
        self._stopped = True
        for child in self._children:
            await child.end()
