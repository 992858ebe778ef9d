"""Signals in the days of a declaration: F5 overlaps, F8 bound too late, F11 licence, F12 before graduation."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Final

from services.declaration.domain.counting import Interval, merge, whole_months
from services.declaration.domain.risk.facts import DeclarationFacts, Practice
from services.declaration.domain.risk.finding import Finding, Input, Limits, scored

_DAY: Final = timedelta(days=1)
_POSTGRADUATE: Final = ("11", "14")


def days_in(intervals: Iterable[Interval]) -> int:
    """Days in the union; intervals that end before they begin are empty."""
    return sum((last - first).days + 1 for first, last in merge(one for one in intervals if one[0] <= one[1]))


def common(one: Interval, other: Interval) -> Interval:
    """What both hold; empty (end before begin) where nothing."""
    return max(one[0], other[0]), min(one[1], other[1])


def overlaps(facts: DeclarationFacts, limits: Limits) -> Finding | None:
    """F5: rows at different places at the same time, or probation during full-time study."""
    places = [(a, b, common(_days(a), _days(b))) for a, b in _pairs(facts.practices) if a.place_key != b.place_key]
    studies = [
        (row, common(_days(row), (study.first, study.last or facts.submitted_on)))
        for row in facts.practices
        for study in facts.studies
        # A start before the graduation of F12 is that signal's.
        if study.full_time and (not study.is_basis or study.level in _POSTGRADUATE)
    ]
    shared = [when for *_, when in places] + [when for _, when in studies]
    if (days := days_in(shared)) <= limits["days"]:
        return None
    rows = [f"{a.number}/{b.number}: {_shown(when)}" for a, b, when in places if when[0] <= when[1]]
    study = [f"{row.number}: {_shown(when)}" for row, when in studies if when[0] <= when[1]]
    zh = f"试用期有 {days} 天与其他机构的经历或全日制学习重叠（允许 {limits['days']} 天）。"
    en = f"{days} days of probation overlap another place or full-time study ({limits['days']} are tolerated)."
    inputs = {"overlap_of_rows": rows, "overlap_with_study": study}
    return Finding(days, scored(limits["points"], days, max(limits["days"], 30)), zh, en, inputs)


def bound_too_late(facts: DeclarationFacts, limits: Limits) -> Finding | None:
    """F8: bound fewer than so many days before declaring so many months there, and not registered when it began."""
    row = next((one for one in facts.practices if one.is_current), None)
    if row is None or facts.bound_on is None or row.first > row.last:
        return None
    months, bound = whole_months(row.first, row.last), (facts.submitted_on - facts.bound_on).days
    registered = facts.registered_on is not None and (facts.submitted_on - facts.registered_on).days >= limits["days"]
    if registered or months < limits["months"] or bound >= limits["days"]:
        return None
    zh = f"申报前 {bound} 天才绑定，却申报在该单位试用 {months} 个月，且试用开始时未登记。"
    en = f"Bound only {bound} days before declaring {months} months there; not registered when it began."
    inputs: dict[str, Input] = {
        "bound_on": facts.bound_on.isoformat(),
        "declared_on": facts.submitted_on.isoformat(),
        "months": months,
    }
    return Finding(bound, limits["points"], zh, en, inputs)


def licence_gap(facts: DeclarationFacts, limits: Limits) -> Finding | None:
    """F11: days outside the licence of the place, or a department that the place is not licensed for."""
    gaps = [(row.number, when) for row in facts.practices for when in _outside(row) if when[0] <= when[1]]
    unlicensed = [row for row in facts.practices if _unlicensed(row)]
    days = days_in(when for _, when in gaps)
    if days <= limits["days"] and not unlicensed:
        return None
    departments = [f"{row.number}: {row.department}" for row in unlicensed]
    zh = f"有 {days} 天不在机构执业许可有效期内；科室不在诊疗科目内的经历 {len(unlicensed)} 段。"
    en = f"{days} days lie outside the institution's licence; {len(unlicensed)} rows name a department not licensed."
    inputs = {"outside_licence": [f"{number}: {_shown(when)}" for number, when in gaps], "departments": departments}
    value = max(days, len(unlicensed))
    return Finding(value, scored(limits["points"], value, max(limits["days"], 30)), zh, en, inputs)


def before_graduation(facts: DeclarationFacts, limits: Limits) -> Finding | None:
    """F12: a row begins before the degree declared with was finished; postgraduates are excepted."""
    basis = facts.basis
    if basis is None or basis.last is None or basis.level in _POSTGRADUATE or not facts.practices:
        return None
    first = min(row.first for row in facts.practices)
    if (days := (basis.last - first).days) <= limits["days"]:
        return None
    zh = f"试用开始日期早于毕业日期 {days} 天。"
    en = f"Probation began {days} days before graduation."
    inputs = {"began_on": first.isoformat(), "graduated_on": basis.last.isoformat()}
    return Finding(days, scored(limits["points"], days, max(limits["days"], 30)), zh, en, inputs)


def _days(row: Practice) -> Interval:
    return row.first, row.last


def _pairs(rows: tuple[Practice, ...]) -> Iterator[tuple[Practice, Practice]]:
    return ((one, other) for number, one in enumerate(rows) for other in rows[number + 1 :])


def _outside(row: Practice) -> Iterator[Interval]:
    """The part of a row before and after the licence."""
    if row.place is None:
        return
    if (begins := row.place.licence_from) is not None and row.first < begins:
        yield row.first, min(row.last, begins - _DAY)
    if (ends := row.place.licence_to) is not None and row.last > ends:
        yield max(row.first, ends + _DAY), row.last


def _unlicensed(row: Practice) -> bool:
    """Units name wards, licences name specialities: one within the other is the same."""
    wanted, licensed = row.department, row.place.departments if row.place else None
    return bool(wanted and licensed) and not any(wanted in one or one in wanted for one in licensed or () if wanted)


def _shown(when: tuple[date, date]) -> str:
    return f"{when[0].isoformat()}..{when[1].isoformat()}"
