"""The road as it is shown while it is walked: one line per step, with the seconds it took."""

import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass
class Timeline:
    """Prints steps as they happen and remembers their seconds."""

    seconds: dict[str, float] = field(default_factory=dict)
    quiet: bool = False
    _began: float = field(default_factory=time.monotonic)

    @asynccontextmanager
    async def step(self, key: str, zh: str, en: str) -> AsyncIterator[list[str]]:
        """Run one step; what is appended to the list is shown beside it."""
        began, notes = time.monotonic(), list[str]()
        self._show(f"        … {zh}", end="\r")
        yield notes
        took = time.monotonic() - began
        self.seconds[key] = round(took, 3)
        note = f"  ({'，'.join(notes)})" if notes else ""
        self._show(f"{time.monotonic() - self._began:6.1f}s  ✓ {zh} / {en}  {took:.2f}s{note}")

    def say(self, text: str) -> None:
        """A line without a step."""
        self._show(text)

    def _show(self, text: str, end: str = "\n") -> None:
        if self.quiet or (end == "\r" and not sys.stdout.isatty()):
            return
        sys.stdout.write(text + end)
        sys.stdout.flush()
