"""The probation as a line, against an independent count that looks at every day on its own (P8, R09)."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.declaration.domain.content import CONTENT, Content
from services.declaration.domain.period_timeline import Kind, count_until, full_on, period_timeline, reached, segments
from services.declaration.domain.period_warnings import period_warnings
from services.declaration.domain.probation_time import interruption_problems
from shared.ids import new_id
from tests.unit.declaration.judging import CYCLE, TODAY

START = date(2025, 1, 1)
LEAVE = 30


def content(*rows: dict[str, Any]) -> Content:
    """Rows as the API reads them."""
    return CONTENT.validate_python({"periods": [{"id": str(new_id()), **row} for row in rows]})


def row(first: str, last: str | None = None, *leaves: tuple[str, str], current: bool = False) -> dict[str, Any]:
    """A row with interruptions."""
    rests = [{"from": begun, "to": ended} for begun, ended in leaves]
    return {"from": first, "to": last, "is_current": current, "interruptions": rests}


Span = tuple[int, int]
SPANS = st.tuples(st.integers(0, 500), st.integers(0, 120)).map(lambda one: (one[0], one[0] + one[1]))
ROWS = st.lists(
    st.tuples(st.integers(0, 500), st.integers(0, 300), st.lists(SPANS, max_size=3)), min_size=1, max_size=4
)


def day(number: int) -> date:
    """The so-many-th day of the world of these tests."""
    return START + timedelta(days=number)


def by_days(rows: list[tuple[int, int, list[Span]]], until: int) -> dict[int, Kind]:
    """Every day on its own: who works, who rests, or nobody. A run of resting days is long when it has more than LEAVE
    days inside the row."""
    working: dict[int, int] = {}
    resting, inside = set[int](), list[int]()
    for first, length, leaves in rows:
        last = min(first + length, until)
        if first > last:
            continue
        inside += [first, last]
        away = {number for begun, ended in leaves for number in range(begun, ended + 1) if first <= number <= last}
        for number in range(first, last + 1):
            run = number
            while run - 1 in away:
                run -= 1
            end = run
            while end in away:
                end += 1
            if number in away and end - run > LEAVE:
                resting.add(number)
            else:
                working[number] = working.get(number, 0) + 1
    kinds: dict[int, Kind] = {}
    for number in range(min(inside, default=0), max(inside, default=-1) + 1):
        if number in working:
            kinds[number] = Kind.OVERLAP if working[number] > 1 else Kind.WORK
        else:
            kinds[number] = Kind.INTERRUPTION if number in resting else Kind.GAP
    return kinds


@pytest.mark.requirement("P8", "R09")
@settings(suppress_health_check=[HealthCheck.too_slow])  # a busy machine draws rows slowly
@given(ROWS, st.integers(0, 700))
def test_every_day_is_what_an_independent_count_says(rows: list[tuple[int, int, list[Span]]], until: int) -> None:
    """Segments cover the line without a hole, each day has the kind that looking at it alone gives, and the days
    counted are the worked ones, overlaps once."""
    said = content(
        *(
            row(
                str(day(first)),
                str(day(first + length)),
                *((str(day(begun)), str(day(ended))) for begun, ended in leaves),
            )
            for first, length, leaves in rows
        )
    )
    drawn = segments(said.periods, day(until), LEAVE)
    expected = by_days(rows, until)
    found = {(one.first_day - START).days + offset: one.kind for one in drawn for offset in range(one.days)}
    assert found == expected
    assert sum(one.days for one in drawn) == len(expected), "no day twice"
    counted = count_until(said.periods, day(until), LEAVE)
    assert counted.days == sum(kind in (Kind.WORK, Kind.OVERLAP) for kind in expected.values())


@pytest.mark.requirement("P8", "B14")
@given(st.integers(0, 400), st.integers(0, 400), st.integers(0, 60), st.integers(0, 500))
def test_what_lacks_is_exactly_what_makes_the_year_full(first: int, length: int, gap: int, seen: int) -> None:
    """So many more days of work, and the year is full; one day less, and it is not. The day it is full on agrees."""
    begun = first + length + 1 + gap
    said = content(row(str(day(first)), str(day(first + length))), row(str(day(begun)), current=True))
    now = day(begun + seen)
    lacks = reached(said.periods, now, LEAVE).missing_days
    full = full_on(said.periods, LEAVE, now + timedelta(days=800))
    assert full is not None
    if lacks:
        assert full == now + timedelta(days=lacks)
        assert not count_until(said.periods, full - timedelta(days=1), LEAVE).full_year
    else:
        assert full <= now
    assert count_until(said.periods, full, LEAVE).full_year


@pytest.mark.requirement("P8")
def test_a_line_with_everything_on_it() -> None:
    """Work, a gap, an overlap and a long leave, as a client draws them; a short leave does not show."""
    said = content(
        row("2025-01-01", "2025-03-31"),
        row("2025-05-01", "2025-09-30", ("2025-06-01", "2025-06-20"), ("2025-08-01", "2025-09-10")),
        row("2025-09-16", current=True),
    )
    line = period_timeline(said.periods, CYCLE, date(2025, 12, 31))
    kinds = [(one.kind.value, str(one.first_day), str(one.last_day), len(one.period_ids)) for one in line.segments]
    assert kinds == [
        ("work", "2025-01-01", "2025-03-31", 1),
        ("gap", "2025-04-01", "2025-04-30", 0),
        ("work", "2025-05-01", "2025-07-31", 1),
        ("interruption", "2025-08-01", "2025-09-10", 1),
        ("work", "2025-09-11", "2025-09-15", 1),
        ("overlap", "2025-09-16", "2025-09-30", 2),
        ("work", "2025-10-01", "2025-12-31", 1),
    ]
    assert (line.so_far.count.days, line.so_far.missing_days) == (90 + 92 + 20 + 92, 365 - 294)
    assert line.full_on == date(2025, 12, 31) + timedelta(days=71)
    assert line.at_registration.until == CYCLE.registration_day
    assert line.at_registration.count.full_year


@pytest.mark.parametrize(("days", "counted"), [(30, 365), (31, 365 - 31)])
def test_a_leave_is_subtracted_only_beyond_what_the_year_allows(days: int, counted: int) -> None:
    """Thirty days of leave leave the year full, one more subtracts them all; two leaves in a row are one."""
    ended = date(2026, 3, 1) + timedelta(days=days - 1)
    split = (("2026-03-01", "2026-03-10"), ("2026-03-11", str(ended)))
    for leaves in ((("2026-03-01", str(ended)),), split):
        said = content(row("2025-12-01", "2026-11-30", *leaves, current=True))
        assert count_until(said.periods, TODAY, LEAVE).days == counted
        assert count_until(said.periods, TODAY, LEAVE).full_year is (counted == 365)


@pytest.mark.requirement("P8", "A31")
def test_what_is_worth_a_second_look_is_said_and_blocks_nothing() -> None:
    """Gaps, overlaps, long interruptions and institutions outside the library, each with its dates and its row."""
    outside = row("2025-01-01", "2025-03-31") | {"institution_name": "虚构湘江医院", "division_code": "430102"}
    said = content(outside, row("2025-05-01", "2025-12-31"), row("2025-12-01", current=True))
    found = [(one.rule, one.effect, one.pointer) for one in period_warnings(said, TODAY, LEAVE)]
    assert found == [
        ("period_gap", "warn", "/periods"),
        ("period_overlap", "warn", "/periods/2"),
        ("institution_outside_library", "warn", "/periods/0/institution_name"),
    ]
    gap = next(period_warnings(said, TODAY, LEAVE))
    assert "2025-04-01 至 2025-04-30（30 天）" in gap.message_zh


def test_interruptions_lie_in_their_row() -> None:
    """Before its row, after it, or the wrong way round: each is told with its place."""
    said = content(
        row("2025-01-01", "2025-06-30", ("2024-12-01", "2025-01-05"), ("2025-03-01", "2025-04-01")),
        row("2025-07-01", "2025-12-31", ("2025-12-01", "2026-01-05"), ("2025-09-02", "2025-09-01")),
    )
    assert [(one.pointer, one.code) for one in interruption_problems(said)] == [
        ("/periods/0/interruptions/0", "interruption_outside_row"),
        ("/periods/1/interruptions/0", "interruption_outside_row"),
        ("/periods/1/interruptions/1/to", "date_order"),
    ]


def test_rows_without_dates_are_not_drawn() -> None:
    """A draft may be incomplete: what has no dates, or lies ahead, is not on the line."""
    said = content(row("2025-01-01"), {"is_current": True}, row("2030-01-01", "2030-12-31"))
    line = period_timeline(said.periods, CYCLE, TODAY)
    assert (line.segments, line.so_far.count.days, line.so_far.missing_days, line.full_on) == ((), 0, 365, None)
