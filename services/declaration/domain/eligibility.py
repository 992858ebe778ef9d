"""Eligibility as data (section 6): evaluate every rule of a catalogue version, a block wins, show every failed rule."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Any, Final, Literal

from services.declaration.domain.conditions import FACTS, Condition, ConditionMalformed, Facts, compile_condition
from shared.errors import FieldProblem

Effect = Literal["allow", "block", "warn", "require"]
Outcome = Literal["not_concerned", "open", "closed", "passed", "failed", "warned"]
"""How one rule stands for one declaration: a way is open or closed, everything else passed, failed or warned."""


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule as stored: `applies` says whom it concerns, `condition` what it asks; both structured data. A rule that is
    not `enabled` stays in its version, so that it can be taken up again, and is not evaluated."""

    id: str
    effect: Effect
    applies: Mapping[str, Any]
    condition: Mapping[str, Any]
    pointer: str
    message_zh: str
    message_en: str
    cure_zh: str
    cure_en: str
    source: str
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Rule:
    """A compiled rule."""

    row: RuleRow
    applies: Condition
    condition: Condition


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that failed or warns, in words, with its cure."""

    rule: str
    effect: Effect
    pointer: str
    message_zh: str
    message_en: str
    cure_zh: str
    cure_en: str

    def as_problem(self) -> FieldProblem:
        """The same as a field problem: what is wrong, then what to do."""
        return FieldProblem(
            self.pointer, self.rule, f"{self.message_zh}{self.cure_zh}", f"{self.message_en} {self.cure_en}"
        )


@dataclass(frozen=True, slots=True)
class Verdict:
    """`allowed_by`: the ways that are open; `failed`: every rule that stands against it; `warnings` block nothing."""

    allowed_by: tuple[str, ...]
    failed: tuple[Finding, ...]
    warnings: tuple[Finding, ...]

    @property
    def eligible(self) -> bool:
        """At least one way is open and nothing stands against it."""
        return bool(self.allowed_by) and not self.failed


_NO_WAY: Final = Finding(
    rule="R00",
    effect="allow",
    pointer="/education",
    message_zh="所选级别、类别与学历之间没有可用的报考条件。",
    message_en="No rule opens a way for this level, category and degree.",
    cure_zh="请改选申报级别或类别，或改用其他学历申报。",
    cure_en="Choose another level or category, or declare with another degree.",
)


_TEXTS: Final = ("message_zh", "message_en", "cure_zh", "cure_en")


def compile_rule(row: RuleRow) -> Rule:
    """One rule, ready to evaluate. Raises ConditionMalformed with the place in the row."""
    for name in _TEXTS:
        _check_text(getattr(row, name), f"/{name}")
    return Rule(row, compile_condition(row.applies, "/applies"), compile_condition(row.condition, "/condition"))


def compile_rules(rows: Iterable[RuleRow]) -> tuple[Rule, ...]:
    """Those that are enabled, ready to evaluate, in order of id. Raises ConditionMalformed."""
    return tuple(compile_rule(row) for row in sorted(rows, key=lambda one: one.id) if row.enabled)


def outcome_of(rule: Rule, facts: Facts) -> Outcome:
    """block: fails when its condition holds. require: fails when it does not. warn: warns when it holds. allow: opens a
    way when it holds."""
    if not rule.applies(facts):
        return "not_concerned"
    effect, holds = rule.row.effect, rule.condition(facts)
    if effect == "allow":
        return "open" if holds else "closed"
    if effect == "warn":
        return "warned" if holds else "passed"
    return "failed" if holds == (effect == "block") else "passed"


def evaluate(rules: Iterable[Rule], facts: Facts) -> Verdict:
    """All rules at once. When no way is open, every allowing rule that concerns the person is shown as failed."""
    allowed: list[str] = []
    closed: list[Finding] = []
    failed: list[Finding] = []
    warnings: list[Finding] = []
    for rule in rules:
        outcome = outcome_of(rule, facts)
        if outcome == "open":
            allowed.append(rule.row.id)
        elif outcome == "closed":
            closed.append(finding_of(rule.row, facts))
        elif outcome == "warned":
            warnings.append(finding_of(rule.row, facts))
        elif outcome == "failed":
            failed.append(finding_of(rule.row, facts))
    if not allowed:
        failed = (closed or [_NO_WAY]) + failed
    return Verdict(tuple(allowed), tuple(failed), tuple(warnings))


def finding_of(row: RuleRow, facts: Facts) -> Finding:
    """Sentences may quote facts, e.g. "{probation_months}"."""
    return Finding(
        rule=row.id,
        effect=row.effect,
        pointer=row.pointer,
        message_zh=row.message_zh.format_map(facts),
        message_en=row.message_en.format_map(facts),
        cure_zh=row.cure_zh.format_map(facts),
        cure_en=row.cure_en.format_map(facts),
    )


def _check_text(text: str, pointer: str) -> None:
    """A sentence that quotes what is no fact would fail when somebody submits."""
    try:
        quoted = [(name, form, conversion) for _, name, form, conversion in Formatter().parse(text) if name is not None]
    except ValueError:
        raise ConditionMalformed("a brace that stands alone", pointer) from None
    for name, form, conversion in quoted:
        if name not in FACTS or form or conversion:
            raise ConditionMalformed(f"quotes what is no fact: {name}", pointer)
