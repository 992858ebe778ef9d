"""Every date of section 6 from both sides: the last day on one side of a border and the first on the other."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.declaration.domain.eligibility_terms import LIFETIME, EligibilityTerms
from tests.unit.declaration.judging import CURRENT, Person, failed, upgrade, verdict, warned
from tests.unit.declaration.test_eligibility import ASSISTANT_LEVEL, BY_APPRENTICESHIP, FOREIGN, OF_UPGRADES, UPGRADE

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


@pytest.mark.requirement("R15", "R16", "R17", "R18", "R19", "R21", "R22", "R23")
@pytest.mark.parametrize(
    ("rule", "first_bad", "person", "degree"),
    [
        ("R15B", "1999-01-01", ASSISTANT_LEVEL, {"level": "41", "school": "江城职工中专"}),
        ("R16", "2011-01-01", ASSISTANT_LEVEL, {"level": "41"}),
        ("R16V", "2010-09-01", ASSISTANT_LEVEL.but(code="240"), {"level": "41", "major": "农村医学"}),
        ("R16H", "2000-09-25", ASSISTANT_LEVEL.but(code="240"), {"level": "41", "major": "卫生保健"}),
        ("R17A", "2001-09-01", ASSISTANT_LEVEL.but(code="220"), {"level": "41", "major": "口腔医学"}),
        ("R17A", "2001-09-01", ASSISTANT_LEVEL, {"level": "41", "major": "社区医学"}),
        ("R17A", "2001-09-01", ASSISTANT_LEVEL, {"level": "41", "major": "妇幼保健医学"}),
        ("R17A", "2001-09-01", ASSISTANT_LEVEL, {"level": "41", "major": "医学影像"}),
        ("R17B", "2007-01-01", ASSISTANT_LEVEL.but(code="250"), {"level": "41", "major": "中西医结合"}),
        ("R18", "2002-11-01", ORDINARY, {"form": "adult"}),
        ("R18", "2002-11-01", ORDINARY, {"form": "part_time"}),
        ("R18S", "2001-09-01", ASSISTANT_LEVEL, {"level": "41", "form": "adult"}),
        ("R19", "2015-01-01", ORDINARY, {"level": "14", "degree_type": "academic"}),
        ("R21", "2010-01-01", ORDINARY, {"major": "临床医学（美容方向）", "years": 5}),
        ("R22", "2015-09-01", ORDINARY, {"entered_from": "associate", "associate_major": "护理"}),
        ("R22", "2015-09-01", ORDINARY, {"years": 3}),
        ("R23", "2009-01-01", ASSISTANT_LEVEL.but(code="250"), {"level": "31", "major": "中西医结合"}),
        ("R23J", "2014-01-01", ASSISTANT_LEVEL, {"level": "31", "entered_from": "junior_high", "years": 5}),
        ("R23J", "2014-01-01", ASSISTANT_LEVEL, {"level": "31", "years": 5}),
    ],
)
def test_from_this_day_of_enrolment_on(rule: str, first_bad: str, person: Person, degree: dict[str, Any]) -> None:
    """Who enrolled on that day is stopped by that rule, who enrolled the day before is not."""
    border, years = date.fromisoformat(first_bad), degree.get("years", 4)
    typed = {name: value for name, value in degree.items() if name != "years"}
    assert rule in failed(person.but(degree=_enrolled(border, years, **typed)))
    assert rule not in failed(person.but(degree=_enrolled(border - DAY, years, **typed)))


@pytest.mark.requirement("R16")
def test_health_care_ends_where_everything_ends() -> None:
    """Until the end of 2010 a diploma in health care opens clinical assistant; afterwards only rural medicine does."""
    last = ASSISTANT_LEVEL.but(degree=_enrolled(date(2010, 12, 31), level="41", major="卫生保健"))
    assert failed(last) == set()
    assert failed(last.but(degree=_enrolled(date(2011, 1, 1), level="41", major="卫生保健"))) == {"R16"}
    assert failed(last.but(degree=_enrolled(date(2011, 1, 1), level="41", major="农村医学"))) == set()


@pytest.mark.requirement("R18")
def test_an_assistant_before_enrolment_may_study_beside_work() -> None:
    """Adult education of later years counts for the physician level of who was an assistant before enrolling:
    registered by the day before, or qualified in an earlier year and registered later."""
    degree = _enrolled(date(2020, 9, 1), 4, form="adult", entered_from="senior_high")
    assistant = UPGRADE.but(degree=degree, more=upgrade(first_registration_date="2020-08-31"))
    assistant = assistant.but(periods=(CURRENT | {"from": "2020-08-31"},))
    assert failed(assistant) == set()
    assert failed(assistant.but(more=upgrade(first_registration_date="2020-09-01"))) == {"R18"}
    between = assistant.but(degree=degree | {"enrolled_on": "2020-03-01"})
    numbers = {year: f"{year}42210420106199203070039" for year in (2019, 2020)}
    later = {
        year: upgrade(first_registration_date="2020-06-01", qualification_certificate_no=numbers[year])
        for year in numbers
    }
    assert failed(between.but(more=later[2019])) == set()
    assert failed(between.but(more=later[2020])) == {"R18"}


@pytest.mark.requirement("R07", "R08")
@pytest.mark.parametrize(("fresh", "last_good", "rule"), [(False, "2026-01-12", "R07"), (True, "2026-08-31", "R08A")])
def test_the_last_day_to_begin(fresh: bool, last_good: str, rule: str) -> None:
    """An ordinary candidate is full at registration, a fresh graduate by 31 August; a day later neither is."""
    day = date.fromisoformat(last_good)
    person = ORDINARY.but(
        degree={"enrolled_on": "2021-09-01", "graduated_on": "2026-06-30"} if fresh else {},
        documents=("diploma", "undertaking_letter"),
        more={"fresh_graduate": fresh},
    )
    assert failed(person.but(periods=(CURRENT | {"from": day.isoformat()},))) == set()
    assert rule in failed(person.but(periods=(CURRENT | {"from": (day + DAY).isoformat()},)))


@pytest.mark.requirement("R02", "R03", "R27", "P9")
@pytest.mark.parametrize(
    ("level", "cutoff", "last_good"),
    [
        ("31", None, "2025-09-01"),
        ("31", date(2026, 12, 31), "2025-01-01"),
        ("31", date(2027, 8, 15), "2025-08-16"),
        ("41", None, "2022-09-01"),
        ("41", date(2026, 12, 31), "2022-01-01"),
    ],
)
def test_practice_is_counted_from_the_first_registration_to_the_cut_off(
    level: str, cutoff: date | None, last_good: str
) -> None:
    """Two and five years, to the day that the exam year sets; the year of the qualification plays no part."""
    day, rule = date.fromisoformat(last_good), {"31": "R02", "41": "R03"}[level]
    person = UPGRADE.but(
        degree=_enrolled(date(2009, 9, 1), level=level),
        documents=(*OF_UPGRADES, "first_registration_proof"),
        terms=EligibilityTerms(practice_cutoff=cutoff),
    )
    good = person.but(more=upgrade(first_registration_date=day.isoformat()))
    late = person.but(more=upgrade(first_registration_date=(day + DAY).isoformat()))
    assert verdict(good).allowed_by == (rule,)
    assert failed(late) == {rule}
    (finding,) = verdict(late).failed
    assert (cutoff or date(2027, 8, 31)).isoformat() in finding.message_zh


@pytest.mark.requirement("P9")
def test_years_elsewhere_are_proved() -> None:
    """Two years at this unit need no proof; a day less do, and so does a change of unit; a date before the year of the
    qualification is refused."""
    proved = UPGRADE.but(documents=(*OF_UPGRADES, "first_registration_proof"))
    here = UPGRADE.but(periods=(CURRENT | {"from": "2025-09-01"},))
    moved = UPGRADE.but(periods=(CURRENT | {"from": "2025-09-02"},))
    assert failed(here) == set()
    assert failed(moved) == {"P09"}
    assert failed(moved.but(documents=proved.documents)) == set()
    assert failed(proved.but(more=upgrade(first_registration_date="2019-12-31"))) == {"P09Y"}
    assert failed(proved.but(more=upgrade(first_registration_date="2020-01-01"))) == set()


@pytest.mark.requirement("R03", "R05")
def test_the_transitional_switch_of_the_year() -> None:
    """With the switch off no secondary diploma opens a way, and the reason is said; other diplomas do not notice."""
    off = EligibilityTerms(transitional_secondary=False)
    old = _enrolled(date(2008, 9, 1), level="41")
    assert verdict(ASSISTANT_LEVEL.but(degree=old)).allowed_by == ("R05",)
    assert failed(ASSISTANT_LEVEL.but(degree=old, terms=off)) == {"R00", "R03S"}
    practised = {"first_registration_date": "2020-12-01"}
    physician = UPGRADE.but(degree=old, more=upgrade(**practised), periods=(CURRENT | {"from": "2020-12-01"},))
    assert verdict(physician).allowed_by == ("R03",)
    assert failed(physician.but(terms=off)) == {"R00", "R03S"}
    assert failed(ORDINARY.but(terms=off)) == set()


@pytest.mark.requirement("R06")
def test_three_years_of_apprenticeship_or_expertise() -> None:
    """Three years to the day, or expertise, with the certificate, and only for categories of that route."""
    short = {"expertise": {"kind": "apprenticeship", "began_on": "2020-03-01", "ended_on": "2023-02-27"}}
    assert verdict(BY_APPRENTICESHIP).allowed_by == ("R06",)
    assert failed(BY_APPRENTICESHIP.but(more=short)) == {"R06"}
    assert failed(BY_APPRENTICESHIP.but(more={"expertise": {"kind": "expertise"}})) == set()
    assert failed(BY_APPRENTICESHIP.but(more={})) == {"R06"}
    assert failed(BY_APPRENTICESHIP.but(documents=())) == {"R06"}
    assert failed(BY_APPRENTICESHIP.but(level="assistant_physician", code="440")) == set()
    assert failed(BY_APPRENTICESHIP.but(code="140")) == {"R06", "R06C"}
    assert "R06C" in failed(ORDINARY.but(code="340"))


@pytest.mark.requirement("R06")
@pytest.mark.parametrize(
    "degree",
    [
        _enrolled(date(2012, 9, 1), level="41", major="中医"),
        _enrolled(date(2012, 9, 1), level="41", form="adult", major="会计"),
        _enrolled(date(2012, 9, 1), level="41", school="江城职工中专", major="农村医学"),
        _enrolled(date(2012, 9, 1), level="41", major="中西医结合"),
        _enrolled(date(2009, 9, 1), level="41", major="卫生保健"),
        _enrolled(date(2012, 9, 1), level="44", major="会计"),
        _enrolled(date(2012, 9, 1), level="31", major="中西医结合"),
        _enrolled(date(2016, 9, 1), level="14", major="历史学", degree_type="academic"),
        _enrolled(date(2012, 9, 1), awarded_in="foreign"),
    ],
)
def test_no_diploma_stands_against_an_apprentice(degree: dict[str, Any]) -> None:
    """Whoever learned from a master is judged by that; what he or she learned at school before plays no part."""
    assert failed(BY_APPRENTICESHIP.but(degree=degree)) == set()


@pytest.mark.requirement("R10")
def test_a_military_institution_is_for_the_military() -> None:
    """Neither a soldier here nor a civilian's probation at a military institution."""
    place = CURRENT | {"institution_name": "解放军某某医院"}
    assert failed(ORDINARY.but(periods=(place,))) == {"R10C"}
    assert failed(ORDINARY.but(periods=(place,), more={"is_active_military": True})) == {"R10"}


@pytest.mark.requirement("R12")
def test_public_health_needs_its_post() -> None:
    """A clinical bachelor on a public health post may take the category, the same one on a ward may not."""
    for department, rules in (("预防保健科", set()), ("内科", {"R12P"})):
        assert failed(ORDINARY.but(code="130", periods=(CURRENT | {"department": department},))) == rules


@pytest.mark.requirement("R19")
def test_earlier_academic_postgraduates_show_their_internship() -> None:
    """Enrolled before 2015 in clinical medicine: with the proof of the internship, not without; a nurse never."""
    degree = _enrolled(date(2014, 12, 31), level="14", degree_type="academic")
    assert failed(ORDINARY.but(degree=degree)) == {"R19I"}
    assert failed(ORDINARY.but(degree=degree, documents=("diploma", "internship_proof"))) == set()
    nurse = ORDINARY.but(degree=degree | {"major": "护理学"}, documents=("diploma", "internship_proof"))
    assert failed(nurse) == {"R14"}


@pytest.mark.requirement("R20")
def test_postgraduates_of_the_year() -> None:
    """To 31 August they are told what follows and need no diploma yet, graduated or not; from the next day on both
    papers are asked for; anybody else who has not graduated can not declare with that degree."""
    degree = {"level": "14", "degree_type": "professional", "graduated_on": "2027-06-30"}
    coming, both = ORDINARY.but(degree=degree, documents=()), ("diploma", "degree_certificate")
    january = coming.but(degree=degree | {"graduated_on": "2027-01-05"}, today=date(2027, 1, 8))
    on, last = coming.but(today=date(2027, 6, 30)), coming.but(today=date(2027, 8, 31))
    for person in (coming, january, january.but(documents=("diploma",)), on, last):
        assert (failed(person), warned(person)) == (set(), {"R20W"})
    late = last.but(today=date(2027, 9, 1))
    for documents in ((), ("diploma",), ("degree_certificate",)):
        assert (failed(late.but(documents=documents)), warned(late.but(documents=documents))) == ({"R20"}, set())
    for person in (january, late):
        assert (failed(person.but(documents=both)), warned(person.but(documents=both))) == (set(), set())
    assert failed(ORDINARY.but(degree={"graduated_on": "2027-06-30"})) == {"R20N"}
    assert failed(ORDINARY.but(degree={"graduated_on": "2026-12-20"})) == set()
    assert failed(ORDINARY.but(degree={"graduated_on": "2026-12-20"}, documents=())) == {"D01"}


@pytest.mark.requirement("R25")
def test_the_ways_of_taiwan() -> None:
    """Licensed there with an authenticated degree, or a year in a tertiary hospital here or in a hospital there; a year
    with a gap is none, and the ways are for people and degrees of Taiwan."""
    assert verdict(TAIWANESE).allowed_by == ("R25",)
    assert failed(TAIWANESE) == set()
    unlicensed = TAIWANESE.but(documents=("diploma", "internship_form", "degree_authentication"))
    assert failed(unlicensed) == {"R25"}
    assert failed(unlicensed.but(documents=("diploma", "internship_form"))) == {"R25"}
    tertiary = CURRENT | {"institution_grade": "三级甲等", "from": "2026-01-12"}
    assert verdict(unlicensed.but(periods=(tertiary,))).allowed_by == ("R25",)
    assert failed(unlicensed.but(periods=(tertiary | {"from": "2026-01-13"},))) == {"R25"}
    assert failed(unlicensed.but(periods=(tertiary | {"institution_grade": "二级甲等"},))) == {"R25"}
    there = CURRENT | {"is_current": False, "division_code": "710000", "from": "2024-01-01", "to": "2024-12-31"}
    papers = ("diploma", "internship_form", "prior_certificate")
    assert failed(unlicensed.but(periods=(CURRENT | {"from": "2026-06-01"}, there), documents=papers)) == set()
    assert failed(TAIWANESE.but(document_type="hk_id")) >= {"R00"}


@pytest.mark.requirement("R26")
@pytest.mark.parametrize("awarded_in", ["hong_kong", "macau", "taiwan", "foreign"])
def test_degrees_from_outside_are_authenticated(awarded_in: str) -> None:
    """A mainland citizen's degree from outside counts with its authentication."""
    person = ORDINARY.but(degree={"awarded_in": awarded_in})
    assert failed(person) == {"R26"}
    assert failed(person.but(documents=("diploma", "degree_authentication"))) == set()


@pytest.mark.requirement("R29")
@pytest.mark.parametrize(
    ("until", "rules"),
    [(None, set()), (date(2026, 12, 19), set()), (date(2026, 12, 20), {"R29"}), (LIFETIME, {"R29L"})],
)
def test_a_ban_blocks_to_its_last_day(until: date | None, rules: set[str]) -> None:
    """On the last day of a ban it blocks, the day after it does not; one for life always."""
    assert failed(ORDINARY.but(banned_until=until)) == rules
    if rules == {"R29"}:
        assert "2026-12-20" in verdict(ORDINARY.but(banned_until=until)).failed[0].message_zh


@pytest.mark.requirement("R24")
@pytest.mark.parametrize("place", ["institution_id", "institution_name"])
def test_the_uninterrupted_year_is_spent_at_one_place(place: str) -> None:
    """Half a year each at two hospitals is no year for whom periods do not add up; in two departments of one it is."""
    here, there = {"institution_id": (_HERE, _THERE), "institution_name": ("江城试验医院", "江城另一医院")}[place]
    now = CURRENT | {place: here, "from": "2026-06-01"}
    before = now | {"is_current": False, "from": "2025-11-01", "to": "2026-05-31", "department": "外科"}
    assert failed(FOREIGN.but(periods=(now, before))) == set()
    elsewhere = (now, before | {place: there})
    assert failed(FOREIGN.but(periods=elsewhere)) == {"R24B"}
    assert failed(ORDINARY.but(periods=elsewhere)) == set()
    assert failed(FOREIGN.but(periods=(CURRENT | {place: here}, before | {place: there}))) == set()


@pytest.mark.requirement("R24")
def test_the_hospital_of_the_university_is_asked_after() -> None:
    """A unit whose name says nothing of a university is warned about; nobody from the mainland is."""
    named = CURRENT | {"institution_name": "江城医科大学附属第一医院"}
    assert "R24C" in warned(FOREIGN.but(periods=(CURRENT | {"institution_name": "江城试验医院"},)))
    assert "R24C" not in warned(FOREIGN.but(periods=(named,)))
    assert "R24C" not in warned(ORDINARY)
