"""Asking the rules before anything was declared: each rule's verdict, and which documents will be needed (anchors of a
self-check; P13). Nothing here knows a name or a number of a person."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from services.declaration.domain.conditions import Facts, kinds_asked_for
from services.declaration.domain.content import Content
from services.declaration.domain.eligibility import Finding, Outcome, Rule, finding_of, outcome_of
from services.declaration.domain.eligibility_terms import Applicant, Ground
from services.declaration.domain.facts import PRIOR_CERTIFICATE, Choice, FileRef, counted, gather
from shared.ids import new_id

_STANDS: Final = frozenset({"failed", "closed", "warned"})


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody tells: content without names or numbers, what would be chosen, where from.

    `qualification_year` stands in the certificate's number, which is not asked for here.
    """

    content: Content
    choice: Choice
    applicant: Applicant
    qualification_year: int | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """How one rule stands when every document lies with it; `finding` where it says something."""

    rule: Rule
    outcome: Outcome
    finding: Finding | None


def told_by_rules(rules: Sequence[Rule], question: Question, kinds: Iterable[str], ground: Ground) -> list[Told]:
    """Every rule, in order, as if every kind of document had been handed in."""
    facts = _facts(question, kinds, ground)
    told = []
    for rule in rules:
        outcome = outcome_of(rule, facts)
        speaks = outcome in ("failed", "closed", "warned")
        told.append(Told(rule, outcome, finding_of(rule.row, facts) if speaks else None))
    return told


def is_eligible(told: Iterable[Told]) -> bool:
    """A way is open and nothing stands against it: a block wins."""
    outcomes = {one.outcome for one in told}
    return "open" in outcomes and "failed" not in outcomes


def needed_documents(
    rules: Sequence[Rule], question: Question, kinds: Iterable[str], ground: Ground
) -> Mapping[str, list[str]]:
    """Kinds of documents that some rule would miss or warn about, each with those rules, in the order of the rules."""
    offered = list(kinds)
    without, everything = _facts(question, (), ground), _facts(question, offered, ground)
    needed: dict[str, list[str]] = {}
    for rule in rules:
        if outcome_of(rule, without) in _STANDS and outcome_of(rule, everything) not in _STANDS:
            asked = kinds_asked_for(rule.row.condition) or {PRIOR_CERTIFICATE}
            for kind in sorted(asked & set(offered)):
                needed.setdefault(kind, []).append(rule.row.id)
    return needed


def _facts(question: Question, kinds: Iterable[str], ground: Ground) -> Facts:
    content = question.content
    offered = set(kinds)
    files = [FileRef(new_id(), kind, None) for kind in offered - {PRIOR_CERTIFICATE}]
    if PRIOR_CERTIFICATE in offered:
        files += [FileRef(new_id(), PRIOR_CERTIFICATE, period.id) for period in content.prior_periods]
    time = counted(content, ground.cycle)
    facts: Mapping[str, Any] = gather(content, question.choice, question.applicant, files, time, ground)
    return {**facts, "qualification_year": question.qualification_year}
