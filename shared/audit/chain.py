"""The lanes of a chain as they stand in the database: their heads, a walk over their entries, and a comparison with
what was anchored (V62, V63)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from shared.audit.anchors import LANES, Anchor, Head, seed
from shared.audit.findings import Finding, Kind
from shared.audit.lane_walk import LaneWalk, Times, Walked
from shared.postgres.database import Database

_PAGE: Final = 2_000
_POINTS: Final = 5_000

# One statement, so that a head and what stands beyond it are of the same moment.
_HEADS = """
SELECT c.lane, c.sequence, c.digest, (
    SELECT min(e.sequence) FROM audit_entry e WHERE e.lane = c.lane AND e.sequence > c.sequence) AS beyond
FROM audit_chain c ORDER BY c.lane
"""
_ENTRIES = """
SELECT sequence, subject_id, action, entry, digest FROM audit_entry
WHERE lane = $1 AND sequence > $2 AND sequence <= $3 ORDER BY sequence LIMIT $4
"""
_AT_POINTS = """
SELECT e.digest FROM unnest($1::smallint[], $2::bigint[]) WITH ORDINALITY AS p (lane, sequence, place)
LEFT JOIN audit_entry e USING (lane, sequence) ORDER BY p.place
"""


@dataclass(frozen=True, slots=True)
class Heads:
    """The heads of all lanes at one moment, and what was wrong with them already."""

    by_lane: Mapping[int, Head]
    findings: tuple[Finding, ...]

    @property
    def in_order(self) -> tuple[Head, ...]:
        """By lane."""
        return tuple(self.by_lane[lane] for lane in sorted(self.by_lane))


async def read_heads(database: Database) -> Heads:
    """Where every lane ends now. A lane without a head, and entries beyond a head, are findings."""
    async with database.read() as reader:
        rows = await reader.fetch(_HEADS)
    heads = {row["lane"]: Head(row["lane"], row["sequence"], row["digest"]) for row in rows}
    wrong = [Finding("entry_beyond_head", r["lane"], r["beyond"]) for r in rows if r["beyond"] is not None]
    wrong += [Finding("head_missing", lane) for lane in range(LANES) if lane not in heads]
    return Heads(heads, tuple(wrong))


async def walk(database: Database, heads: Heads, since: Anchor | None = None, times: Times | None = None) -> Walked:
    """Compute every digest again, of all entries or of those that came after an anchor, up to `heads`; each entry that
    does not follow from the one before it, is missing, is filed under another subject or action, or has a time that
    `times` does not allow is a finding (V62). Whether the positions of the anchor itself are right is for `compare`."""
    anchored = since.heads if since else ()
    stored = await _digests_at(database, anchored)
    begin = {one.lane: replace(one, digest=digest or one.digest) for one, digest in zip(anchored, stored, strict=True)}
    walked = Walked()
    for lane, head in heads.by_lane.items():
        start = begin.get(lane) or Head(lane, 0, seed(lane))
        await _walk_lane(database, LaneWalk(start, walked, times.of_lane(lane) if times else None), head, walked)
    return walked


async def _walk_lane(database: Database, walk: LaneWalk, head: Head, walked: Walked) -> None:
    while walk.sequence < head.sequence:
        async with database.read() as reader:
            rows = await reader.fetch(_ENTRIES, head.lane, walk.sequence, head.sequence, _PAGE)
        if not rows:
            walked.findings.append(Finding("entry_missing", head.lane, walk.sequence + 1))
            return
        walk.go(rows)
    if walk.sequence == head.sequence and walk.digest != head.digest:
        walked.findings.append(Finding("head_differs", head.lane, head.sequence))


async def compare(database: Database, heads: Heads, anchors: Iterable[Anchor]) -> list[Finding]:
    """Every anchored position that the chain has not reached, or where it has another past: the first of each lane,
    and again the first after each anchor with which a person accepted what had been found (V63)."""
    ordered = sorted(anchors, key=lambda anchor: anchor.number)
    points = list(_points(ordered))
    found: list[Finding] = []
    reported: set[tuple[int, int]] = set()
    for start in range(0, len(points), _POINTS):
        page = points[start : start + _POINTS]
        stored = await _digests_at(database, [anchored for _, _, anchored in page])
        for (epoch, number, anchored), digest in zip(page, stored, strict=True):
            kind = _contradiction(heads, anchored, digest)
            if kind is not None and (epoch, anchored.lane) not in reported:
                reported.add((epoch, anchored.lane))
                found.append(
                    Finding(kind, anchored.lane, anchored.sequence, None if kind == "entry_missing" else number)
                )
    return found


def _points(ordered: Sequence[Anchor]) -> Iterable[tuple[int, int, Head]]:
    """(epoch, anchor, position), each position once: most lanes have not moved between two anchors."""
    epoch, last = 0, dict[int, Head]()
    for anchor in ordered:
        if anchor.reason is not None:
            epoch, last = epoch + 1, {}
        for head in anchor.heads:
            if last.get(head.lane) != head:
                last[head.lane] = head
                yield epoch, anchor.number, head


async def _digests_at(database: Database, places: Sequence[Head]) -> list[bytes | None]:
    """What stands there now; None where nothing does."""
    async with database.read() as reader:
        rows = await reader.fetch(_AT_POINTS, [one.lane for one in places], [one.sequence for one in places])
    found = zip(places, rows, strict=True)
    return [seed(one.lane) if one.sequence == 0 else row["digest"] for one, row in found]


def _contradiction(heads: Heads, anchored: Head, stored: bytes | None) -> Kind | None:
    if stored == anchored.digest:
        return None
    end = heads.by_lane.get(anchored.lane)
    if end is None or end.sequence < anchored.sequence:
        return "rolled_back"
    return "rewritten" if stored else "entry_missing"
