"""What changed between two submissions (4.4): the fields that differ, by JSON pointer."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Change:
    """One field; None stands for absent."""

    pointer: str
    before: Any
    after: Any


def difference(before: Any, after: Any, pointer: str = "") -> Iterator[Change]:
    """The leaves that differ between two JSON values; rows of lists are compared by place."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in [*before, *(key for key in after if key not in before)]:
            yield from difference(before.get(key), after.get(key), f"{pointer}/{key}")
    elif isinstance(before, list) and isinstance(after, list):
        for index in range(max(len(before), len(after))):
            old = before[index] if index < len(before) else None
            new = after[index] if index < len(after) else None
            yield from difference(old, new, f"{pointer}/{index}")
    elif before != after:
        yield Change(pointer, before, after)
