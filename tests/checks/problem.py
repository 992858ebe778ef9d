"""What a check reports: where, which rule, what is wrong and how to mend it."""

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """One broken promise. `path` is relative to the project, `line` starts at 1 (0: the whole file)."""

    path: str
    line: int
    rule: str
    wrong: str
    mend: str

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else self.path
        return f"{place}: [{self.rule}] {self.wrong}\n    -> {self.mend}"
