"""The shipped rows against section 6 told a second time: for any form the same rules stand against it."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from services.declaration.domain.eligibility import evaluate
from services.declaration.domain.eligibility_terms import LIFETIME, EligibilityTerms
from tests.unit.declaration.eligibility_oracle import stands_against
from tests.unit.declaration.judging import CURRENT, RULES, Person, facts_of, failed, upgrade

_BORDERS = [
    date.fromisoformat(one)
    for one in [
        "1999-01-01",
        "2000-09-25",
        "2001-09-01",
        "2002-11-01",
        "2007-01-01",
        "2009-01-01",
        "2010-01-01",
        "2010-09-01",
        "2011-01-01",
        "2014-01-01",
        "2015-01-01",
        "2015-09-01",
        "2021-09-01",
    ]
]
_MAJORS = [
    "临床医学",
    "口腔医学",
    "预防医学",
    "中医学",
    "针灸推拿学",
    "中西医临床医学",
    "护理学",
    "药学",
    "医学影像学",
    "口腔医学技术",
    "农村医学",
    "卫生保健",
    "社区医学",
    "临床医学（美容方向）",
    "临床医学（5+3一体化）",
    "临床医学（免费医学定向）",
    "妇幼保健医学",
    "公共事业管理",
    "醫學系",
    "牙醫學系",
    "中醫學系",
    "中西醫結合",
    "公共衛生學系",
    "護理學系",
    "藥學系",
]
_KINDS = [
    "diploma",
    "degree_certificate",
    "undertaking_letter",
    "qualification_certificate",
    "practising_certificate",
    "practice_period_certificate",
    "first_registration_proof",
    "expertise_certificate",
    "internship_form",
    "foreign_internship_form",
    "degree_authentication",
    "taiwan_licence",
    "internship_proof",
    "prior_certificate",
]


def _around(borders: list[date]) -> st.SearchStrategy[date]:
    return st.tuples(st.sampled_from(borders), st.integers(-2, 2)).map(lambda one: one[0] + timedelta(days=one[1]))


@st.composite
def _degrees(draw: st.DrawFn) -> dict[str, Any]:
    enrolled = draw(_around(_BORDERS))
    months = draw(st.sampled_from([24, 34, 41, 42, 43, 45, 55, 56, 58, 70]))
    graduated = enrolled + timedelta(days=months * 30.44)
    return {
        "level": draw(st.sampled_from(["11", "14", "21", "21", "31", "31", "41", "41", "44"])),
        "form": draw(st.sampled_from(["full_time"] * 4 + ["part_time", "adult", "self_study", "distance"])),
        "major": draw(st.sampled_from(["临床医学"] * 4 + _MAJORS)),
        "school": draw(st.sampled_from(["江城医科大学", "江城医科大学", "江城职工中专"])),
        "degree_type": draw(st.sampled_from(["academic", "professional", "none"])),
        "enrolled_on": enrolled.isoformat(),
        "graduated_on": draw(st.sampled_from([graduated.isoformat(), "2026-06-30", "2027-06-30", "2026-12-20"])),
        "awarded_in": draw(st.sampled_from(["mainland"] * 5 + ["taiwan", "foreign"])),
        "entered_from": draw(st.sampled_from([None, None, "junior_high", "senior_high", "associate"])),
        "associate_major": draw(st.sampled_from([None, "临床医学", "护理", "计算机应用"])),
        "direction_approved": draw(st.booleans()),
    }


@st.composite
def _periods(draw: st.DrawFn) -> tuple[dict[str, Any], ...]:
    begins = _around([date(2026, 1, 12), date(2026, 8, 31), date(2025, 7, 1), date(2022, 1, 1)])
    post = draw(st.sampled_from(["内科", "内科", "预防保健科"]))
    grade = draw(st.sampled_from([None, "三级甲等"]))
    name = draw(st.sampled_from(["江城试验医院"] * 6 + ["解放军某医院"]))
    more = {"department": post, "institution_grade": grade or "二级", "institution_name": name}
    rows = [CURRENT | more | {"from": draw(begins).isoformat()}]
    for _ in range(draw(st.integers(0, 2))):
        first = draw(_around([date(2025, 1, 1), date(2025, 6, 1), date(2026, 1, 1)]))
        last = first + timedelta(days=draw(st.sampled_from([30, 180, 363, 364, 365])))
        rows.append(CURRENT | {"is_current": False, "from": first.isoformat(), "to": last.isoformat()})
    return tuple(rows)


@st.composite
def _more(draw: st.DrawFn) -> dict[str, Any]:
    more: dict[str, Any] = {
        "fresh_graduate": draw(st.sampled_from([False, False, True])),
        "is_active_military": draw(st.sampled_from([False] * 7 + [True])),
    }
    if draw(st.booleans()):
        registered = draw(_around([date(2025, 9, 1), date(2022, 9, 1), date(2019, 12, 31), date(2025, 1, 1)]))
        category = draw(st.sampled_from(["210", "210", "240"]))
        more |= upgrade(first_registration_date=registered.isoformat(), practising_category_code=category)
    ended = draw(_around([date(2023, 2, 28)]))
    if draw(st.booleans()):
        kind = draw(st.sampled_from(["apprenticeship", "expertise"]))
        more["expertise"] = {"kind": kind, "began_on": "2020-03-01", "ended_on": ended.isoformat()}
    return more


@st.composite
def _people(draw: st.DrawFn) -> Person:
    code = draw(
        st.sampled_from(["110", "110", "210", "210", "120", "220", "130", "230", "140", "240", "150", "340", "440"])
    )
    own = "apprenticeship_or_expertise" if code[0] in "34" else "prescribed_education"
    other = "prescribed_education" if code[0] in "34" else "apprenticeship_or_expertise"
    return Person(
        level="licensed_physician" if code[0] in "13" else "assistant_physician",
        code=code,
        route=draw(st.sampled_from([own] * 9 + [other])),
        document_type=draw(st.sampled_from(["resident_id"] * 4 + ["hk_id", "tw_travel_permit", "passport"])),
        documents=tuple(sorted(draw(st.sets(st.sampled_from(_KINDS))) | draw(st.sampled_from([set(), set(_KINDS)])))),
        degree=draw(_degrees()),
        periods=draw(_periods()),
        more=draw(_more()),
        today=draw(st.sampled_from([date(2026, 12, 20)] * 4 + [date(2027, 8, 31), date(2027, 9, 1)])),
        banned_until=draw(st.sampled_from([None] * 6 + [date(2026, 12, 19), date(2026, 12, 20), LIFETIME])),
        terms=EligibilityTerms(draw(st.booleans()), draw(st.sampled_from([None, date(2026, 12, 31)]))),
    )


@pytest.mark.requirement(
    "R01",
    "R02",
    "R03",
    "R04",
    "R05",
    "R06",
    "R07",
    "R08",
    "R10",
    "R11",
    "R12",
    "R14",
    "R15",
    "R16",
    "R17",
    "R18",
    "R19",
    "R20",
    "R21",
    "R22",
    "R23",
    "R24",
    "R25",
    "R26",
    "R27",
    "R29",
    "P9",
)
@settings(max_examples=150, deadline=None)
@given(_people())
@example(Person())
def test_the_rows_say_what_the_law_says(person: Person) -> None:
    """Whatever somebody types, exactly the rules fail that section 6 read by another hand says, and nobody is eligible
    whom something stands against."""
    found = failed(person)
    assert {rule[:3] for rule in found} == stands_against(person)
    assert evaluate(RULES, facts_of(person)).eligible == (not found)


def test_the_comparison_can_fail() -> None:
    """Negative control: with a blocking or requiring row taken out, a form that it stops is judged otherwise."""
    missed = set()
    for row in RULES:
        if row.row.id in _PROBES:
            rest = [one for one in RULES if one is not row]
            person = _PROBES[row.row.id]
            without = {finding.rule[:3] for finding in evaluate(rest, facts_of(person)).failed}
            assert without != stands_against(person), row.row.id
            missed.add(row.row.id)
    assert missed == _PROBES.keys()


_PROBES = {
    "R07": Person(periods=(CURRENT | {"from": "2026-03-01"},)),
    "R14": Person(degree={"major": "护理学"}),
    "R21": Person(degree={"major": "临床医学（美容方向）"}),
    "R22": Person(degree={"entered_from": "associate", "associate_major": "计算机应用"}),
    "R26": Person(degree={"awarded_in": "foreign"}),
    "R29": Person(banned_until=date(2026, 12, 20)),
    "D01": Person(documents=()),
}
