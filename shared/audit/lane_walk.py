"""A walk along one lane of a chain: every digest computed again, and what does not follow named by its kind and place:
edited, deleted, inserted, moved, or written with a false time (V62)."""

import hashlib
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Any, Final

import orjson

from shared.audit.anchors import Anchor, Head
from shared.audit.findings import Finding, Kind
from shared.postgres.transaction import Row

CLOCKS_DIFFER: Final = timedelta(minutes=10)
"""How far the clocks of processes, and the time of a command and that of its commit, may lie apart."""
_MOST_DELETED: Final = 1_000
_MOST_EXPLAINED: Final = 100


@dataclass(slots=True)
class Walked:
    """What a walk met."""

    entries: int = 0
    findings: list[Finding] = field(default_factory=list)


class Times:
    """Between which moments the entries of a chain were written, as its anchors tell. An anchor whose own clock was
    wrong makes the bounds wider, never false."""

    def __init__(self, anchors: Iterable[Anchor], now: datetime) -> None:
        self._ordered = sorted(anchors, key=lambda anchor: anchor.number)
        moments = [anchor.at for anchor in self._ordered]
        self._latest = [*accumulate(moments, max), max([*moments, now])]
        self._earliest = [*accumulate(reversed(moments), min)][::-1]
        self._heads: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        for place, anchor in enumerate(self._ordered):
            for head in anchor.heads:
                self._heads[head.lane].append((place, head.sequence))

    def backward(self) -> list[Finding]:
        """Anchors that were made before the one before them: somebody set a clock back, or it had been ahead."""
        pairs = zip(self._ordered, self._ordered[1:], strict=False)
        return [Finding("clock_differs", anchor=b.number) for a, b in pairs if b.at < a.at - CLOCKS_DIFFER]

    def of_lane(self, lane: int) -> "LaneTimes":
        """The bounds of one lane."""
        heads = self._heads[lane]
        # Where a person accepted that a lane went back, what stands beyond that end came after it.
        ends = [*accumulate((end for _, end in reversed(heads)), min)][::-1]
        earliest = [self._earliest[place] for place, _ in heads]
        return LaneTimes(ends, earliest, [*(self._latest[place] for place, _ in heads), self._latest[-1]])


@dataclass(slots=True)
class LaneTimes:
    """`ends` are the anchored positions; an entry up to `ends[n]` was there at `latest[n]`, one beyond it was not yet
    there at `earliest[n]`. An anchor without the head of the lane says nothing of it."""

    ends: Sequence[int]
    earliest: Sequence[datetime]
    latest: Sequence[datetime]

    def forged_in(self, sequence: int, at: datetime) -> int | None:
        """Between which anchors an entry at this place stands that can not be of this time; None where it can."""
        place = bisect_left(self.ends, sequence)
        early = place > 0 and at < self.earliest[place - 1] - CLOCKS_DIFFER
        return place if early or at > self.latest[place] + CLOCKS_DIFFER else None


class LaneWalk:
    """Where the walk stands: `sequence` is the place, `digest` what the next entry must follow from."""

    def __init__(self, start: Head, walked: Walked, times: LaneTimes | None = None) -> None:
        self.lane, self.sequence, self.digest = start.lane, start.sequence, start.digest
        self._walked, self._times, self._before = walked, times, b""
        # How far places were moved by entries that were inserted, or deleted without a gap.
        self._shift = self._explained = 0
        self._clock_named: int | None = None

    def go(self, rows: Sequence[Row]) -> None:
        """Walk one page of entries, in their order."""
        for place, row in enumerate(rows):
            self.sequence += 1
            sequence, entry = row["sequence"], row["entry"]
            if sequence != self.sequence:
                self._find("entry_missing", self.sequence)
                # After a gap nothing can be said about the first entry; the ones behind it are judged again.
                self.sequence, self._before, self.digest = sequence, b"", row["digest"]
            elif _digest(self.digest, sequence + self._shift, entry) == row["digest"]:
                self._before, self.digest = self.digest, row["digest"]
            else:
                self._explain(rows, place)
                continue
            self._check_what_it_says(row, entry)
        self._walked.entries += len(rows)

    def _check_what_it_says(self, row: Row, entry: str) -> None:
        try:
            said: Mapping[str, Any] = orjson.loads(entry)
            if said["action"] != row["action"] or said["subject_id"] != str(row["subject_id"]):
                self._find("columns_differ", self.sequence)
            else:
                self._check_time(datetime.fromisoformat(said["at"]))
        except (ValueError, KeyError, TypeError):
            self._find("columns_differ", self.sequence)

    def _check_time(self, at: datetime) -> None:
        """The first false time between two anchors is named: behind it stands what the same clock did."""
        forged = self._times.forged_in(self.sequence, at) if self._times else None
        if forged is not None and forged != self._clock_named:
            self._clock_named = forged
            self._find("clock_differs", self.sequence)

    def _explain(self, rows: Sequence[Row], place: int) -> None:
        """What was done to an entry that does not follow from the one before it."""
        row, number = rows[place], self.sequence + self._shift
        following = rows[place + 1] if place + 1 < len(rows) else None
        self._explained += 1
        if self._explained > _MOST_EXPLAINED or (following and _follows(following, row["digest"], number + 1)):
            self._find("entry_altered", self.sequence)
        elif _follows(row, self._before, number - 1):
            self._find("entry_inserted", self.sequence - 1)
            self._shift -= 1
        elif (home := next((one for one in rows if _follows(one, self.digest, number)), None)) is None:
            gone = _deleted(row, following, number) if following else 0
            self._find("entry_missing" if gone else "entry_altered", self.sequence)
            self._shift += gone
        elif home is following and not _moved(rows, place, number):
            self._find("entry_inserted", self.sequence)
            self._shift -= 1
            return
        else:
            self._find("entry_moved", self.sequence)
            # The one that stood here comes yet, and must not be taken for one that something was put in before.
            self._before, self.digest = b"", home["digest"]
            return
        self._before, self.digest = self.digest, row["digest"]

    def _find(self, kind: Kind, sequence: int) -> None:
        self._walked.findings.append(Finding(kind, self.lane, sequence))


def _deleted(row: Row, following: Row, number: int) -> int:
    """How many entries are gone before `row` without a gap, as the one that follows it tells."""
    return next((n for n in range(1, _MOST_DELETED) if _follows(following, row["digest"], number + n + 1)), 0)


def _moved(rows: Sequence[Row], place: int, number: int) -> bool:
    """Whether the entry at `place` belongs further on; one that was inserted belongs nowhere."""
    return any(_follows(rows[place], one["digest"], number + n) for n, one in enumerate(rows[place + 1 :], 1))


def _follows(row: Row, digest: bytes, number: int) -> bool:
    return bool(_digest(digest, number, row["entry"]) == row["digest"])


def _digest(before: bytes, number: int, entry: str) -> bytes:
    return hashlib.sha256(before + number.to_bytes(8, "big") + entry.encode()).digest()
