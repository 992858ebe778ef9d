"""What the figures of an exam year are held against: milliseconds, and how much slower a hundred times more may be."""

from collections.abc import Sequence
from typing import Any, Final

from tests.bench.declare.load import percentile

Json = dict[str, Any]
READ_MS: Final = 57
SUBMIT_MS: Final = 150
FACTOR: Final = 1.5


def pair(kind: str, taken: Sequence[list[float]]) -> Json:
    """Percentiles of the same questions to both years, small first, and their factors."""
    p95 = [percentile(own, 0.95) * 1000 for own in taken]
    p50 = [percentile(own, 0.5) * 1000 for own in taken]
    return {
        f"{kind}: p50 ms": tuple(round(one, 1) for one in p50),
        f"{kind}: p95 ms": tuple(round(one, 1) for one in p95),
        f"{kind}: p50, p95 factor": (round(p50[1] / p50[0], 2), round(p95[1] / p95[0], 2)),
    }


def missed(figures: Json) -> list[str]:
    """The targets that were not met."""
    found = [f"{name} {value}" for name in ("refused", "storm_errors") if (value := figures[name])]
    for name, value in figures.items():
        kind, _, what = name.partition(": ")
        if what == "p95 ms" and value[1] > (SUBMIT_MS if kind == "submit" else READ_MS):
            found.append(f"{name} {value[1]}")
        if what.endswith("factor") and value[1] > FACTOR:
            found.append(f"{name} {value[1]}")
    return found
