"""The shipped rules, row by row: for each one somebody whom it stops or lets through, and somebody whom it does not."""

import pytest

from services.declaration.domain.conditions import FACTS, ConditionMalformed, compile_condition
from services.declaration.domain.eligibility import RuleRow, compile_rules, evaluate
from services.declaration.domain.eligibility_terms import STANDARD_TERMS, Ground
from services.declaration.domain.facts import Choice, applicant_of, counted, gather
from tests.unit.declaration.judging import CURRENT, CYCLE, FILES, TODAY, Person, failed, upgrade, verdict

ORDINARY = Person()
OLD_SECONDARY = {"level": "41", "enrolled_on": "2008-09-01", "graduated_on": "2011-06-30"}
EARLIER = CURRENT | {"is_current": False, "from": "2025-01-01", "to": "2025-06-01"}
ASSISTANT_LEVEL = Person(level="assistant_physician", code="210")
ASSOCIATE = {"level": "31", "enrolled_on": "2017-09-01", "graduated_on": "2020-06-30"}
OF_UPGRADES = ("diploma", "qualification_certificate", "practising_certificate", "practice_period_certificate")
UPGRADE = Person(
    degree=ASSOCIATE,
    periods=(CURRENT | {"from": "2023-01-01"},),
    documents=OF_UPGRADES,
    more=upgrade(),
)
BY_APPRENTICESHIP = Person(
    code="340",
    route="apprenticeship_or_expertise",
    documents=("expertise_certificate",),
    more={"expertise": {"kind": "apprenticeship", "began_on": "2020-03-01", "ended_on": "2023-02-28"}},
)
FRESH = Person(
    degree={"enrolled_on": "2021-09-01", "graduated_on": "2026-06-30"},
    periods=(CURRENT | {"from": "2026-08-31"},),
    documents=("diploma", "undertaking_letter"),
    more={"fresh_graduate": True},
)
FOREIGN = ORDINARY.but(document_type="passport", documents=("diploma", "foreign_internship_form"))
INTERRUPTED = (CURRENT | {"from": "2026-03-01"}, EARLIER | {"from": "2025-01-01", "to": "2025-08-31"})
SHORT = ORDINARY.but(periods=(CURRENT | {"from": "2026-03-01"},))


@pytest.mark.requirement("R01", "R02", "R04", "R08", "R13")
@pytest.mark.parametrize(
    ("person", "way"),
    [
        (ORDINARY, "R01"),
        (ORDINARY.but(degree={"level": "14", "degree_type": "professional"}), "R01"),
        (UPGRADE, "R02"),
        (
            UPGRADE.but(
                degree=OLD_SECONDARY,
                periods=(CURRENT | {"from": "2020-12-01"},),
                more=upgrade(first_registration_date="2020-12-01"),
            ),
            "R03",
        ),
        (ASSISTANT_LEVEL, "R04"),
        (ASSISTANT_LEVEL.but(degree=ASSOCIATE), "R04"),
        (ASSISTANT_LEVEL.but(degree={"level": "41", "enrolled_on": "2009-09-01"}), "R05"),
        (BY_APPRENTICESHIP, "R06"),
        (FRESH, "R01"),
    ],
)
def test_ways_that_are_open(person: Person, way: str) -> None:
    """Each way of the law lets its own people through, with nothing against them."""
    result = verdict(person)
    assert result.failed == ()
    assert result.allowed_by == (way,)
    assert result.eligible


@pytest.mark.requirement(
    "R01",
    "R02",
    "R03",
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
    "R23",
    "R24",
    "B14",
)
@pytest.mark.parametrize(
    ("person", "rules"),
    [
        (SHORT, {"R01", "R07"}),
        (ASSISTANT_LEVEL.but(periods=SHORT.periods), {"R04", "R07"}),
        (ORDINARY.but(degree=ASSOCIATE), {"R02"}),
        (UPGRADE.but(more=upgrade(first_registration_date="2025-09-02")), {"R02", "P09"}),
        (ORDINARY.but(degree={"level": "41", "enrolled_on": "2008-09-01"}), {"R03"}),
        (Person(code="340", route="apprenticeship_or_expertise"), {"R06"}),
        (FRESH.but(periods=(CURRENT | {"from": "2026-09-01"},)), {"R08A"}),
        (FRESH.but(documents=("diploma",)), {"R08B"}),
        (FRESH.but(degree={"graduated_on": "2025-06-30"}), {"R08C"}),
        (ORDINARY.but(more={"is_active_military": True}), {"R10"}),
        (UPGRADE.but(more=upgrade(practising_category_code="220")), {"R11"}),
        (UPGRADE.but(level="assistant_physician", code="210"), {"R11L"}),
        (ORDINARY.but(degree={"major": "护理学"}), {"R14"}),
        (ORDINARY.but(degree={"major": "药学"}), {"R14"}),
        (ASSISTANT_LEVEL.but(degree={"level": "44"}), {"R00", "R15A"}),
        (
            ASSISTANT_LEVEL.but(degree={"level": "41", "school": "江城职工中专", "enrolled_on": "1999-01-01"}),
            {"R15B"},
        ),
        (ASSISTANT_LEVEL.but(degree={"level": "41", "enrolled_on": "2011-01-01"}), {"R16"}),
        (ORDINARY.but(degree={"form": "self_study"}), {"R18"}),
        (ORDINARY.but(degree={"level": "14", "degree_type": "academic", "enrolled_on": "2015-01-01"}), {"R19"}),
        (ORDINARY.but(documents=()), {"D01"}),
        (UPGRADE.but(documents=("diploma",)), {"D03", "D05"}),
        (FOREIGN.but(documents=("diploma",)), {"D04F"}),
        (FOREIGN.but(documents=("diploma", "internship_form")), {"D04F"}),
        (FOREIGN.but(document_type="foreign_pr_card", documents=("diploma",)), {"D04F"}),
        (FOREIGN.but(document_type="hk_id"), {"D04"}),
        (FOREIGN.but(document_type="tw_travel_permit", documents=("diploma", "internship_form")), set()),
        (FOREIGN.but(code="130"), {"R12P", "R24A"}),
        (FOREIGN.but(degree={"form": "part_time"}), {"R18", "R24A"}),
        (FOREIGN.but(periods=INTERRUPTED, documents=("diploma", "foreign_internship_form")), {"R24B"}),
        (ORDINARY.but(degree={"major": "口腔医学"}), {"R12C"}),
        (ORDINARY.but(code="120"), {"R12D"}),
        (ORDINARY.but(code="130", degree={"major": "口腔医学"}), {"R12P"}),
        (ORDINARY.but(code="140"), {"R12T"}),
        (ORDINARY.but(code="140", degree={"major": "中西医临床医学"}), {"R12T"}),
        (ORDINARY.but(code="150", degree={"major": "中医学"}), {"R12I"}),
        (
            ASSISTANT_LEVEL.but(code="220", degree={"level": "41", "major": "口腔医学", "enrolled_on": "2001-09-01"}),
            {"R17A"},
        ),
        (
            ASSISTANT_LEVEL.but(code="250", degree={"level": "41", "major": "中西医结合", "enrolled_on": "2007-01-01"}),
            {"R17B"},
        ),
        (
            ASSISTANT_LEVEL.but(code="250", degree={"level": "31", "major": "中西医结合", "enrolled_on": "2009-01-01"}),
            {"R23"},
        ),
        (SHORT.but(degree={"major": "护理学"}, documents=()), {"R01", "R07", "R14", "D01"}),
    ],
)
def test_rules_that_stand_against_it(person: Person, rules: set[str]) -> None:
    """Exactly these rules fail, all at once."""
    assert failed(person) == rules


@pytest.mark.parametrize(
    "person",
    [
        ASSISTANT_LEVEL.but(degree={"level": "41", "school": "江城职工中专", "enrolled_on": "1998-12-31"}),
        ASSISTANT_LEVEL.but(degree={"level": "41", "enrolled_on": "2010-12-31"}),
        ASSISTANT_LEVEL.but(degree={"level": "41", "major": "农村医学", "enrolled_on": "2015-09-01"}),
        ORDINARY.but(degree={"form": "self_study", "enrolled_on": "2002-10-31"}),
        ORDINARY.but(
            degree={"level": "14", "degree_type": "academic", "enrolled_on": "2014-12-31"},
            documents=("diploma", "internship_proof"),
        ),
        UPGRADE.but(
            documents=(*OF_UPGRADES, "first_registration_proof"), more=upgrade(first_registration_date="2025-09-01")
        ),
        FOREIGN,
        FOREIGN.but(code="140", degree={"major": "针灸推拿学"}),
        ORDINARY.but(code="120", degree={"major": "口腔医学"}),
        ORDINARY.but(code="130", periods=(CURRENT | {"department": "预防保健科"},)),
        ORDINARY.but(code="130", degree={"major": "预防医学"}),
        ORDINARY.but(code="150", degree={"major": "中西医临床医学"}),
        ASSISTANT_LEVEL.but(code="220", degree={"level": "41", "major": "口腔医学", "enrolled_on": "2001-08-31"}),
        ASSISTANT_LEVEL.but(code="250", degree={"level": "31", "major": "中西医结合", "enrolled_on": "2008-12-31"}),
        ORDINARY.but(periods=INTERRUPTED, documents=("diploma", "prior_certificate")),
        ORDINARY.but(periods=(CURRENT | {"from": "2026-01-12"},)),
    ],
)
def test_the_edge_that_is_still_good(person: Person) -> None:
    """One day, or one document, on the other side of each border nothing stands against it."""
    assert failed(person) == set()


def test_findings_quote_facts_and_name_a_cure() -> None:
    """The sentence says how much was counted, and what to do."""
    finding = next(one for one in verdict(SHORT).failed if one.rule == "R07")
    assert "10 个月" in finding.message_zh
    assert "10 months" in finding.message_en
    assert all(row.cure_zh and row.cure_en and row.source for row in FILES.rules)


def test_a_block_wins_over_an_open_way() -> None:
    """An allowed way and a block together are not eligible."""
    result = verdict(ORDINARY.but(degree={"major": "护理学"}))
    assert result.allowed_by == ("R01",)
    assert not result.eligible


def test_warnings_block_nothing() -> None:
    """A warning is told and the way stays open."""
    row = RuleRow("W9", "warn", {}, {"fact": "fresh_graduate", "is": False}, "/x", "注意", "note", "看", "look", "-")
    allow = RuleRow("A9", "allow", {}, {}, "/x", "", "", "", "", "-")
    facts = dict.fromkeys(FACTS) | {"fresh_graduate": False}
    result = evaluate(compile_rules([row, allow]), facts)
    assert [one.rule for one in result.warnings] == ["W9"]
    assert result.eligible


@pytest.mark.requirement("R20")
def test_a_postgraduate_of_the_year_is_reminded() -> None:
    """A professional postgraduate who graduates in the exam year may submit, and is told what follows by 31 August."""
    degree = {"level": "14", "degree_type": "professional", "graduated_on": "2027-06-30"}
    result = verdict(ORDINARY.but(degree=degree))
    assert result.eligible
    assert [one.rule for one in result.warnings] == ["R20W"]


@pytest.mark.parametrize(
    "condition",
    [
        [],
        "x",
        {"all": []},
        {"both": [{}]},
        {"fact": "shoe_size", "is": 43},
        {"fact": "major", "sounds_like": "x"},
        {"fact": "major", "is": "x", "in": ["y"]},
        {"fact": "enrolled_on", "before": "yesterday"},
        {"fact": "enrolled_on", "before": {"fact": "major"}},
        {"fact": "__class__", "is": 1},
        {"fact": "major", "at_least": 3},
        {"fact": "probation_months", "is": "12"},
        {"fact": "probation_months", "is": True},
        {"fact": "probation_months", "contains_any": ["1"]},
        {"fact": "documents", "contains_any": ["diploma"]},
        {"fact": "fresh_graduate", "in": [True]},
        {"fact": "major", "in": []},
        {"fact": "major", "contains_any": "医学"},
        {"fact": "major", "is": None},
        {"fact": "documents", "has": {"fact": "major"}},
    ],
)
def test_malformed_conditions_are_refused(condition: object) -> None:
    """A rule that is no rule is found when the catalogue is loaded, not when somebody submits."""
    with pytest.raises(ConditionMalformed):
        compile_condition(condition)


def test_an_unknown_fact_satisfies_nothing() -> None:
    """Who did not say where he studied neither meets nor breaks a rule by accident."""
    facts = dict.fromkeys(FACTS)
    assert not compile_condition({"fact": "education_level", "in": ["21"]})(facts)
    assert not compile_condition({"fact": "enrolled_on", "before": "2011-01-01"})(facts)
    assert compile_condition({"not": {"fact": "education_level", "is": "21"}})(facts)


def test_every_fact_is_gathered() -> None:
    """The vocabulary of rules and what is gathered are the same, so that no rule asks for nothing."""
    content = ORDINARY.content
    choice = Choice(ORDINARY.level, ORDINARY.route, ORDINARY.code, "clinical")
    somebody, ground = applicant_of("resident_id", ORDINARY.document_no, None), Ground(CYCLE, STANDARD_TERMS, TODAY)
    for given in (content, content.model_copy(update={"education": []})):
        assert gather(given, choice, somebody, [], counted(given, CYCLE), ground).keys() == FACTS.keys()
