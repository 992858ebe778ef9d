"""A walk along a lane names what was done to it, at its place (V62)."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import orjson
import pytest

from shared.audit.anchors import NOTHING_BEFORE, Anchor, Head, seed
from shared.audit.findings import Finding, tampering_of
from shared.audit.lane_walk import CLOCKS_DIFFER, LaneWalk, Times, Walked, _digest
from shared.clock import SHANGHAI

AT = datetime(2027, 1, 5, 9, 0, tzinfo=SHANGHAI)
MINUTE = timedelta(minutes=1)
Rows = list[dict[str, Any]]


def rows_at(*moments: datetime) -> Rows:
    """A lane with an entry of each moment."""
    digest, rows = seed(0), []
    for sequence, at in enumerate(moments, 1):
        said = {"action": "thing.change", "subject_id": "s", "at": at.isoformat(), "facts": sequence}
        entry = orjson.dumps(said).decode()
        digest = _digest(digest, sequence, entry)
        rows.append(
            {"sequence": sequence, "subject_id": "s", "action": "thing.change", "entry": entry, "digest": digest}
        )
    return rows


def lane(entries: int = 12) -> Rows:
    """A lane with an entry a minute."""
    return rows_at(*(AT + n * MINUTE for n in range(entries)))


def numbered(rows: Rows) -> Rows:
    """Numbered anew, so that there is no gap."""
    return [row | {"sequence": sequence} for sequence, row in enumerate(rows, 1)]


def found(rows: Rows, times: Times | None = None) -> list[tuple[str, int | None]]:
    """What a walk names."""
    walked = Walked()
    LaneWalk(Head(0, 0, seed(0)), walked, times.of_lane(0) if times else None).go(rows)
    return [(one.kind, one.sequence) for one in walked.findings]


def anchored(rows: Rows, *ends: tuple[int, datetime]) -> list[Anchor]:
    """Anchors at these entries, of these moments."""
    return [
        Anchor("thing", number, at, NOTHING_BEFORE, (Head(0, end, rows[end - 1]["digest"]),))
        for number, (end, at) in enumerate(ends, 1)
    ]


def altered(rows: Rows, place: int) -> Rows:
    """One entry says something else."""
    entry = rows[place]["entry"].replace('"facts":', '"facts":9')
    return [*rows[:place], rows[place] | {"entry": entry}, *rows[place + 1 :]]


def forged(rows: Rows, place: int) -> Rows:
    """An entry put in, its digest right in itself, everything behind it one place further on."""
    entry = rows[0]["entry"]
    before = rows[place - 1]["digest"] if place else seed(0)
    new = rows[0] | {"entry": entry, "digest": _digest(before, place + 1, entry)}
    return numbered([*rows[:place], new, *rows[place:]])


def exchanged(rows: Rows, one: int, other: int) -> Rows:
    """Two entries in each other's place."""
    moved = [*rows]
    moved[one], moved[other] = moved[other], moved[one]
    return numbered(moved)


_DONE: dict[str, tuple[Callable[[Rows], Rows], list[tuple[str, int]]]] = {
    "edit": (lambda rows: altered(rows, 4), [("entry_altered", 5)]),
    "edit the last": (lambda rows: altered(rows, 11), [("entry_altered", 12)]),
    "delete": (lambda rows: rows[:4] + rows[5:], [("entry_missing", 5)]),
    "delete without a gap": (lambda rows: numbered(rows[:4] + rows[5:]), [("entry_missing", 5)]),
    "delete three without a gap": (lambda rows: numbered(rows[:4] + rows[7:]), [("entry_missing", 5)]),
    "insert": (lambda rows: forged(rows, 4), [("entry_inserted", 5)]),
    "insert at the start": (lambda rows: forged(rows, 0), [("entry_inserted", 1)]),
    "insert a copy": (lambda rows: numbered([*rows[:4], rows[2], *rows[4:]]), [("entry_inserted", 5)]),
    "exchange neighbours": (lambda rows: exchanged(rows, 3, 4), [("entry_moved", 4), ("entry_moved", 5)]),
    "exchange two far apart": (lambda rows: exchanged(rows, 2, 8), [("entry_moved", 3), ("entry_moved", 9)]),
    "exchange the last": (lambda rows: exchanged(rows, 10, 11), [("entry_moved", 11), ("entry_moved", 12)]),
}


@pytest.mark.requirement("V62")
@pytest.mark.parametrize("kind", _DONE)
def test_what_was_done_is_named_at_its_place_and_nothing_else(kind: str) -> None:
    """Untouched nothing is found (the control); then exactly this."""
    change, expected = _DONE[kind]
    assert found(lane()) == []
    assert found(change(lane())) == expected


@pytest.mark.requirement("V62")
def test_whatever_is_done_to_a_lane_something_is_found_no_later_than_there() -> None:
    """A thousand random edits, deletions, insertions and exchanges: the first finding is at the first change, or right
    behind it."""
    dice = random.Random(62)
    for _ in range(1_000):
        rows, place = lane(), dice.randrange(0, 10)
        kind = dice.randrange(4)
        if kind == 0:
            touched = altered(rows, place)
        elif kind == 1:
            touched = numbered(rows[:place] + rows[place + dice.randrange(1, 3) :])
        elif kind == 2:
            touched = forged(rows, place)
        else:
            touched = exchanged(rows, place, dice.randrange(place + 1, 12))
        (_, first), *_ = found(touched)
        assert first in (place + 1, place + 2), (kind, place, found(touched))


@pytest.mark.requirement("V62", "V63")
def test_a_time_outside_its_anchors_is_found_and_one_inside_is_not() -> None:
    """Before the anchor that it comes after, or after the one it comes before, by more than clocks differ."""
    hour = 60 * MINUTE
    for moved, expected in (
        (timedelta(), []),
        (-MINUTE, []),
        (-hour, [("clock_differs", 7)]),
        (hour, [("clock_differs", 7)]),
    ):
        rows = rows_at(*(AT + n * MINUTE + (moved if n == 6 else timedelta()) for n in range(12)))
        anchors = anchored(rows, (5, AT + 5 * MINUTE), (9, AT + 9 * MINUTE))
        assert found(rows, Times(anchors, AT + 20 * MINUTE)) == expected
    # Control: nothing but anchors tells.
    assert found(rows) == []


@pytest.mark.requirement("V62", "V63")
def test_an_entry_of_the_future_is_found_without_any_anchor() -> None:
    """Nothing was written later than now."""
    rows = rows_at(AT, AT + CLOCKS_DIFFER * 2)
    assert found(rows, Times([], AT)) == [("clock_differs", 2)]


@pytest.mark.requirement("V62", "V63")
def test_a_clock_that_runs_ahead_is_one_finding_between_two_anchors() -> None:
    """600 entries by a host sixteen minutes ahead, anchored every ten minutes: the first of each interval is named, so
    that a person can accept what one wrong clock did."""
    rows = rows_at(*(AT + (n + 16) * MINUTE for n in range(600)))
    ends = [(end, AT + end * MINUTE) for end in range(10, 601, 10)]
    named = found(rows, Times(anchored(rows, *ends), AT + 600 * MINUTE))
    assert named == [("clock_differs", first) for first in range(6, 600, 10)]


@pytest.mark.requirement("V62", "V63")
def test_an_accepted_anchor_without_the_head_of_a_lane_blames_no_entry() -> None:
    """A lane whose head was missing while a person accepted it, and that grew on: that anchor says nothing of it, and
    what the anchors around it say still holds."""
    rows = lane()
    anchors = anchored(rows, (4, AT + 4 * MINUTE), (8, AT + 60 * MINUTE), (12, AT + 90 * MINUTE))
    headless = Anchor("thing", 2, AT + 60 * MINUTE, NOTHING_BEFORE, (), reason="known")
    times = Times([anchors[0], headless, anchors[2]], AT + 100 * MINUTE)
    assert found(rows, times) == []
    late = rows_at(*(AT + (n if n < 4 else n + 70) * MINUTE for n in range(12)))
    assert found(late, times) == []
    # Control: what is beyond the first anchor is not older than it.
    early = rows_at(*(AT + (n if n < 4 else n - 60) * MINUTE for n in range(12)))
    assert found(early, times) == [("clock_differs", 5)]


@pytest.mark.requirement("V63")
def test_an_anchor_whose_clock_was_wrong_is_named_and_blames_no_entry() -> None:
    """The second anchor is of next month, the third of today: the third goes back; the entries around are well."""
    rows = lane()
    ends = ((4, AT + 4 * MINUTE), (8, AT + timedelta(days=30)), (12, AT + 12 * MINUTE))
    times = Times(anchored(rows, *ends), AT + 20 * MINUTE)
    assert times.backward() == [Finding("clock_differs", anchor=3)]
    assert found(rows, times) == []


@pytest.mark.requirement("V63")
def test_a_lane_that_grew_again_after_an_accepted_restore_is_well() -> None:
    """Anchored at its eighth entry, restored to the fourth and accepted, grown an hour later: no time is false."""
    rows = rows_at(*(AT + (n if n < 4 else n + 60) * MINUTE for n in range(12)))
    ends = ((4, AT + 4 * MINUTE), (8, AT + 8 * MINUTE), (4, AT + 60 * MINUTE), (12, AT + 72 * MINUTE))
    assert found(rows, Times(anchored(rows, *ends), AT + 80 * MINUTE)) == []
    # Control: without the acceptance they are too late for the second anchor.
    assert found(rows, Times(anchored(rows, *ends[:2]), AT + 80 * MINUTE))[0] == ("clock_differs", 5)


@pytest.mark.requirement("V63")
def test_a_lane_that_goes_back_is_a_cut_tail_and_several_are_a_rollback() -> None:
    """So is one lane where the database does not know its anchor; a missing anchor says nothing of a lane."""
    one, other, unknown = Finding("rolled_back", 1, 9, 4), Finding("rolled_back", 2, 7, 4), Finding("anchor_unknown")
    assert tampering_of(one, [one]) == "tail_cut"
    assert tampering_of(one, [one, other]) == "rollback"
    assert tampering_of(one, [one, unknown]) == "rollback"
    assert tampering_of(Finding("anchor_missing", anchor=2), []) is None
