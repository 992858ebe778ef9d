"""How the stack says that a part failed: which one, why, its last lines, and what to do next."""

from collections.abc import Sequence
from pathlib import Path
from typing import Self


class StackError(Exception):
    """A part could not be started, reached or stopped. The message is complete enough to be printed as it is."""

    def __init__(self, part: str, reason: str, *, log: Path | None = None, advice: str = "") -> None:
        lines = [f"{part}: {reason}"]
        if log is not None:
            lines += [f"    {line}" for line in last_lines(log)]
            lines.append(f"  whole log: {log}")
        lines.append(
            f"  next: {advice or 'see the lines above; `make down` and `make up` start again on the same data'}"
        )
        super().__init__("\n".join(lines))
        self.part = part

    @classmethod
    def of(cls, faults: "Sequence[StackError]") -> Self:
        """Several faults of one step as one."""
        joined = cls(", ".join(fault.part for fault in faults), "")
        joined.args = ("\n".join(str(fault) for fault in faults),)
        return joined


def last_lines(path: Path, count: int = 15) -> list[str]:
    """The last `count` lines of a log, or nothing when there is none."""
    if not path.exists():
        return []
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 16_384))
        return file.read().decode("utf-8", "replace").splitlines()[-count:]
