"""Figures of two years side by side, and which of the targets they miss."""

from collections.abc import Sequence
from typing import Any

from tests.bench.declare.load import percentile

Json = dict[str, Any]
READ_MS, SUBMIT_MS, FACTOR = 57, 150, 1.5


def pair(kind: str, taken: Sequence[list[float]]) -> Json:
    """Milliseconds of (small, large), and their ratios."""
    p95 = [percentile(own, 0.95) * 1000 for own in taken]
    p50 = [percentile(own, 0.5) * 1000 for own in taken]
    return {
        f"{kind}: p50 ms": tuple(round(one, 1) for one in p50),
        f"{kind}: p95 ms": tuple(round(one, 1) for one in p95),
        f"{kind}: p50, p95 factor": (round(p50[1] / p50[0], 2), round(p95[1] / p95[0], 2)),
    }


def missed_targets(figures: Json) -> list[str]:
    """The targets that were not met."""
    missed = [f"{name} {value}" for name in ("refused", "storm_errors") if (value := figures[name])]
    for name, value in figures.items():
        kind, _, what = name.partition(": ")
        if what == "p95 ms" and value[1] > (SUBMIT_MS if kind == "submit" else READ_MS):
            missed.append(f"{name} {value[1]}")
        if what.endswith("factor") and value[1] > FACTOR:
            missed.append(f"{name} {value[1]}")
    return missed
