"""Child processes that outlive the service of one test: starting one costs a quarter to two thirds of a second of
processor time, and each of some hundred tests would start its own for one file."""

from collections.abc import Mapping
from typing import Any, Final

from shared.uploads.child_pool import ChildPool, PoolBusy

_KEPT: Final[dict[tuple[object, ...], ChildPool]] = {}
_PARTS: Final = ("inspector", "printer", "sheets", "scans")


class _LentPool:
    """A pool as one service sees it: stopped with the service, while its children go on for the next test."""

    def __init__(self, pool: ChildPool) -> None:
        self._pool = pool
        self.stopped = False

    @property
    def longest_seconds(self) -> float:
        """As ChildPool."""
        return self._pool.longest_seconds

    @property
    def pids(self) -> list[int]:
        """As ChildPool."""
        return self._pool.pids

    async def run(self, header: Mapping[str, object], body: bytes = b"") -> tuple[dict[str, object], bytes]:
        """As ChildPool."""
        if self.stopped:
            raise PoolBusy("stopped")
        return await self._pool.run(header, body)

    async def stop(self) -> None:
        """Give it back."""
        self.stopped = True


def keep_children(deps: Any) -> None:
    """Let the readers and printers of a service that was just built work in children that are there already."""
    for name in _PARTS:
        part = getattr(deps, name, None)
        if part is not None:
            part._pool = _LentPool(_KEPT.setdefault(_likeness(part._pool), part._pool))


async def end_kept_children() -> None:
    """At the end of the run."""
    while _KEPT:
        await _KEPT.popitem()[1].stop()


def _likeness(pool: ChildPool) -> tuple[object, ...]:
    """Equal for pools that do the same within the same limits."""
    one = pool._children[0]
    return one._module, one._limits, repr(sorted(one._config.items())), len(pool._children), pool._queue_seconds
