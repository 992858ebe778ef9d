"""What is read out of the names of majors (R12, R21, R22)."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.unit.declaration.judging import CURRENT, Person, failed
from tests.unit.declaration.test_eligibility import FOREIGN

ORDINARY = Person()
DAY = timedelta(days=1)
TAIWANESE = FOREIGN.but(
    document_type="tw_travel_permit",
    documents=("diploma", "internship_form", "taiwan_licence", "degree_authentication"),
    degree={"awarded_in": "taiwan"},
    periods=(CURRENT | {"from": "2026-06-01"},),
)
_CLINICAL = "临床医学"
_HERE, _THERE = str(UUID(int=1)), str(UUID(int=2))


def _enrolled(on: date, years: int = 3, **degree: Any) -> dict[str, Any]:
    return degree | {"enrolled_on": on.isoformat(), "graduated_on": date(on.year + years, 6, 30).isoformat()}


@pytest.mark.requirement("R12", "R25", "R26")
@pytest.mark.parametrize(
    ("code", "major", "rules"),
    [
        ("120", "牙醫學系", set()),
        ("120", "牙医学", set()),
        ("120", "齒科醫學", set()),
        ("120", "口腔醫學", set()),
        ("140", "中醫學系", set()),
        ("140", "針灸推拿學", set()),
        ("140", "學士後中醫學系", set()),
        ("140", "中西醫結合", {"R12T"}),
        ("150", "中西醫結合", set()),
        ("110", "醫學系", set()),
        ("110", "臨床醫學", set()),
        ("110", "牙醫學系", {"R12C"}),
        ("110", "牙医学", {"R12C"}),
        ("110", "齿科学", {"R12C"}),
        ("110", "中醫學系", {"R12C"}),
        ("110", "針灸學系", {"R12C"}),
        ("110", "中西醫結合", {"R12C"}),
        ("110", "預防醫學", {"R12C"}),
        ("110", "公共衛生學系", {"R12C"}),
        ("130", "預防醫學", set()),
        ("130", "公共衛生學系", set()),
        ("120", "護理學系", {"R12D", "R14"}),
        ("110", "藥學系", {"R14"}),
        ("110", "臨床藥學", {"R14"}),
        ("110", "醫學檢驗暨生物技術學系", {"R14"}),
        ("110", "法醫學", {"R14"}),
    ],
)
def test_majors_are_read_in_either_script(code: str, major: str, rules: set[str]) -> None:
    """A degree of Taiwan or of abroad names its major in traditional characters, and dentistry by another word."""
    degree = {"major": major, "awarded_in": "taiwan"}
    assert failed(TAIWANESE.but(code=code, degree=degree)) == rules
    citizen = ORDINARY.but(code=code, degree=degree, documents=("diploma", "degree_authentication"))
    assert failed(citizen) == rules


@pytest.mark.requirement("R21")
@pytest.mark.parametrize(
    ("major", "rules"),
    [
        ("临床医学（5+3一体化）", set()),
        ("临床医学(“5＋3”一体化)", set()),
        ("临床医学（本硕连读）", set()),
        ("临床医学（免费医学定向）", set()),
        ("临床医学(专升本)", set()),
        ("临床医学（五年制）", set()),
        ("临床医学（美容方向）", {"R21"}),
        ("临床医学（美容）", {"R21"}),
        ("临床医学（五年制，美容方向）", {"R21"}),
    ],
)
def test_what_a_bracket_says_is_not_always_a_direction(major: str, rules: set[str]) -> None:
    """The length or kind of a course, or whom it was for, is no direction of the major."""
    assert failed(ORDINARY.but(degree={"major": major})) == rules


@pytest.mark.requirement("R21", "R22")
def test_what_the_state_approved_and_what_is_related() -> None:
    """An approved direction and a related associate major stand against nothing."""
    assert failed(ORDINARY.but(degree={"major": "临床医学（美容方向）", "direction_approved": True})) == set()
    upgraded = _enrolled(date(2016, 9, 1), entered_from="associate")
    assert failed(ORDINARY.but(degree=upgraded | {"associate_major": _CLINICAL})) == set()
    assert failed(ORDINARY.but(degree=upgraded)) == {"R22"}
