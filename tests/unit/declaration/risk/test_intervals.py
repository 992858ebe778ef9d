"""Signals in days: below, at and above the threshold; F5, F8, F11, F12."""

from datetime import date, timedelta

import pytest

from services.declaration.domain.risk.intervals import before_graduation, bound_too_late, licence_gap, overlaps
from tests.unit.declaration.risk.samples import DAY, HERE, ON, declared, limits, practice, study


@pytest.mark.requirement("F5")
@pytest.mark.parametrize(("shared", "found"), [(0, False), (9, False), (10, False), (11, True), (40, True)])
def test_two_places_at_once(shared: int, found: bool) -> None:
    """Days at two places count once each, and only more of them than are tolerated make a signal."""
    begins = date(2025, 7, 1)
    before = practice(date(2024, 8, 1), begins + timedelta(days=shared - 1), number=2, place_key="there", place=None)
    finding = overlaps(declared(practices=(practice(begins), before)), limits("F5", days=10))
    assert (finding is not None) == found
    if finding is not None:
        assert finding.value == shared
        assert finding.inputs["overlap_of_rows"] == [f"1/2: 2025-07-01..{before.last.isoformat()}"]


@pytest.mark.requirement("F5")
def test_the_same_place_twice_is_no_overlap() -> None:
    """Two departments of one hospital at the same time are one place."""
    rows = (practice(), practice(number=2, department="外科", is_current=False))
    assert overlaps(declared(practices=rows), limits("F5")) is None


@pytest.mark.requirement("F5")
@pytest.mark.parametrize(
    ("last", "full_time", "found"),
    [(date(2025, 6, 30), True, False), (date(2025, 7, 1), True, True), (None, True, True), (None, False, False)],
)
def test_probation_during_full_time_study(last: date | None, full_time: bool, found: bool) -> None:
    """An enrolled postgraduate is not on probation elsewhere; who studies in the evening may be."""
    master = study(last, level="14", first=date(2024, 9, 1), full_time=full_time, is_basis=False)
    assert (overlaps(declared(studies=(study(), master)), limits("F5")) is not None) == found


@pytest.mark.requirement("F8")
@pytest.mark.parametrize(
    ("days", "first", "registered", "found"),
    [
        (29, date(2025, 12, 16), None, True),
        (30, date(2025, 12, 16), None, False),
        (31, date(2025, 12, 16), None, False),
        (0, date(2025, 12, 17), None, False),
        (0, date(2025, 12, 16), ON - timedelta(days=30), False),
        (0, date(2025, 12, 16), ON - timedelta(days=29), True),
    ],
)
def test_bound_shortly_before(days: int, first: date, registered: date | None, found: bool) -> None:
    """Bound fewer than 30 days before declaring 12 months, unless the start was registered 30 days before (B17)."""
    facts = declared(practices=(practice(first),), bound_on=ON - timedelta(days=days), registered_on=registered)
    assert (bound_too_late(facts, limits("F8")) is not None) == found


@pytest.mark.requirement("F11")
@pytest.mark.parametrize(("beyond", "found"), [(-1, False), (0, False), (1, True), (90, True)])
def test_days_without_a_licence(beyond: int, found: bool) -> None:
    """Each day before the licence begins or after it ends counts."""
    assert HERE.licence_to is not None
    row = practice(last=HERE.licence_to + beyond * DAY)
    finding = licence_gap(declared(practices=(row,)), limits("F11"))
    assert (finding is not None) == found
    assert finding is None or finding.value == beyond


@pytest.mark.requirement("F11")
@pytest.mark.parametrize(
    ("department", "licensed", "found"),
    [
        ("心内科", ("内科",), False),
        ("口腔科", ("内科", "外科"), True),
        (None, ("内科",), False),
        ("口腔科", None, False),
    ],
)
def test_a_department_without_a_licence(department: str | None, licensed: tuple[str, ...] | None, found: bool) -> None:
    """A ward belongs to its speciality; what is not known of the institution is not held against anybody."""
    place = type(HERE)(HERE.id, HERE.licence_from, HERE.licence_to, licensed)
    facts = declared(practices=(practice(department=department, place=place),))
    assert (licence_gap(facts, limits("F11")) is not None) == found


@pytest.mark.requirement("F12")
@pytest.mark.parametrize(
    ("first", "level", "found"),
    [
        (date(2024, 6, 30), "21", False),
        (date(2024, 6, 29), "21", True),
        (date(2023, 6, 29), "14", False),
        (date(2023, 6, 29), "31", True),
    ],
)
def test_before_graduation(first: date, level: str, found: bool) -> None:
    """A start before the day of graduation, postgraduates excepted."""
    facts = declared(practices=(practice(first),), studies=(study(level=level),))
    assert (before_graduation(facts, limits("F12")) is not None) == found
