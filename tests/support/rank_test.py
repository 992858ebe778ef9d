"""The Mann-Whitney test: whether two samples of times could come from one and the same door."""

import math
from collections.abc import Sequence


def mann_whitney_p(first: Sequence[float], second: Sequence[float]) -> float:
    """Two-sided p by the normal approximation with correction for ties; good from about twenty values each."""
    pooled = sorted((value, group) for group, values in enumerate((first, second)) for value in values)
    ranks, ties, at = 0.0, 0.0, 0
    while at < len(pooled):
        end = at
        while end < len(pooled) and pooled[end][0] == pooled[at][0]:
            end += 1
        rank, size = (at + 1 + end) / 2, end - at
        ranks += rank * sum(group == 0 for _, group in pooled[at:end])
        ties += size**3 - size
        at = end
    a, b = len(first), len(second)
    total = a + b
    statistic = ranks - a * (a + 1) / 2
    spread = math.sqrt(a * b / 12 * (total + 1 - ties / (total * (total - 1))))
    if not spread:
        return 1.0
    distance = abs(statistic - a * b / 2) / spread
    return math.erfc(distance / math.sqrt(2))
