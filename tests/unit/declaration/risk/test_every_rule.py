"""What holds for all signals: honest facts raise none, no facts break one, and every threshold is checked."""

import re
from datetime import date, datetime
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.declaration.domain.risk.facts import DeclarationFacts, InstitutionFacts, ReviewerFacts, SupervisorFacts
from services.declaration.domain.risk.hit import HitCleared, HitDecided, require_decidable
from services.declaration.domain.risk.judge import JUDGES, judge
from services.declaration.domain.risk.rules import RULES, Subject, rules_of
from services.declaration.domain.risk.thresholds import RuleUnknown, Setting, ThresholdsInvalid, checked, in_force
from shared.clock import SHANGHAI
from tests.unit.declaration.risk.samples import declared, first_settings, id_of, institution, limits, supervisor

# The days that a form takes (domain.content), and aware moments.
st.register_type_strategy(date, st.dates(date(1900, 1, 1), date(2100, 12, 31)))
st.register_type_strategy(datetime, st.datetimes(timezones=st.just(SHANGHAI)))
FACTS = {
    "declaration": DeclarationFacts,
    "institution": InstitutionFacts,
    "supervisor": SupervisorFacts,
    "reviewer": ReviewerFacts,
}


@pytest.mark.requirement("B1")
def test_honest_facts_raise_nothing() -> None:
    """Somebody whose year is in order stands on no list."""
    every = {rule: limits(rule) for rule in RULES}
    reviewer = ReviewerFacts(id_of(3), id_of(1), ((datetime(2026, 12, 20, 10, tzinfo=SHANGHAI), id_of(9)),))
    assert judge("declaration", declared(), every) == {}
    assert judge("institution", institution(physicians={"clinical": 1}, trainees={"clinical": 1}), every) == {}
    assert judge("supervisor", supervisor(), every) == {}
    assert judge("reviewer", reviewer, every) == {}


@pytest.mark.requirement("B1")
@pytest.mark.parametrize("kind", get_args(Subject))
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_no_facts_break_a_rule(kind: Subject, data: st.DataObject) -> None:
    """Whatever people wrote, every rule answers, with a score between 1 and 100 and a sentence in both languages."""
    facts = data.draw(st.from_type(FACTS[kind]))
    every = {
        rule.id: {name: data.draw(st.integers(*bounds)) for name, bounds in rule.bounds.items()}
        for rule in rules_of(kind)
    }
    for finding in judge(kind, facts, every).values():
        assert 1 <= finding.score <= 100
        assert re.search(r"[\u4e00-\u9fff]", finding.zh)
        assert finding.en


@pytest.mark.requirement("B1")
def test_every_rule_has_its_judge_and_its_first_thresholds() -> None:
    """The catalogue, the judges and the first version of the thresholds name the same rules, within their bounds."""
    first = first_settings()
    assert {*RULES} == {*JUDGES} == {*first}
    for rule, setting in first.items():
        assert checked(rule, setting["limits"]) == setting["limits"]


def test_thresholds_are_checked() -> None:
    """A missing, an unknown and a boundless threshold are all told at once; so is a rule that does not exist."""
    with pytest.raises(ThresholdsInvalid) as refused:
        checked("F1", {"points": 101, "days": 3})
    assert [(one.pointer, one.code) for one in refused.value.problems] == [
        ("/limits/trainees", "missing"),
        ("/limits/points", "out_of_bounds"),
        ("/limits/days", "unknown"),
    ]
    with pytest.raises(RuleUnknown):
        checked("F99", {})


def test_a_rule_that_is_off_finds_nothing() -> None:
    """Thresholds of a rule that is switched off do not count."""
    on, off = Setting("F1", True, limits("F1")), Setting("F1", False, limits("F1"))
    assert judge("supervisor", supervisor(20), in_force({"F1": on})).keys() == {"F1"}
    assert judge("supervisor", supervisor(20), in_force({"F1": off})) == {}


@pytest.mark.parametrize(
    ("state", "decision", "refusal"),
    [
        ("open", "dismissed", None),
        ("open", "sanctioned", None),
        ("followed_up", "sanctioned", None),
        ("followed_up", "followed_up", HitDecided),
        ("dismissed", "sanctioned", HitDecided),
        ("sanctioned", "dismissed", HitDecided),
        ("cleared", "dismissed", HitCleared),
    ],
)
def test_what_can_be_decided(state: str, decision: str, refusal: type[Exception] | None) -> None:
    """An open hit, and one that is being followed up; dismissed and sanctioned are final."""
    if refusal is None:
        require_decidable(state, decision)  # type: ignore[arg-type]
    else:
        with pytest.raises(refusal):
            require_decidable(state, decision)  # type: ignore[arg-type]
