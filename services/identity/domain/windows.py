"""Exact sliding windows over the times at which something happened."""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta

Windows = Sequence[tuple[int, timedelta]]


def seconds_to_wait(times: Sequence[datetime], windows: Windows, now: datetime) -> int:
    """0 when one more is allowed now by every (count, length) window, else the seconds until it is.

    An event exactly `length` ago is outside. Times after `now` (a clock that stepped back) count as now (V2, V4).
    """
    waits = [0]
    for count, length in windows:
        inside = sorted(min(time, now) for time in times if now - min(time, now) < length)
        if len(inside) >= count:
            waits.append(math.ceil((inside[-count] + length - now).total_seconds()))
    return max(waits)


def remembered(times: Sequence[datetime], windows: Windows, now: datetime) -> list[datetime]:
    """The times that some window can still count."""
    longest = max(length for _, length in windows)
    return [time for time in times if now - time < longest]
