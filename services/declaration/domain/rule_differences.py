"""What differs between two sets of rules, and what a set of rules would change for those who declared."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final, Literal

from services.declaration.domain.eligibility import RuleRow, Verdict

_SAMPLES: Final = 20
_NAMES: Final = tuple(one.name for one in fields(RuleRow) if one.name != "id")


@dataclass(frozen=True, slots=True)
class RuleDifference:
    """One rule that was added, removed, or changed in the fields that are named."""

    rule: str
    change: Literal["added", "removed", "changed"]
    fields: tuple[str, ...]
    before: RuleRow | None
    after: RuleRow | None


def rule_differences(before: Iterable[RuleRow], after: Iterable[RuleRow]) -> list[RuleDifference]:
    """In order of id."""
    old, new = ({row.id: row for row in rows} for rows in (before, after))
    found = []
    for rule in sorted(old.keys() | new.keys()):
        left, right = old.get(rule), new.get(rule)
        if left is None or right is None:
            found.append(RuleDifference(rule, "added" if left is None else "removed", (), left, right))
        elif changed := tuple(name for name in _NAMES if getattr(left, name) != getattr(right, name)):
            found.append(RuleDifference(rule, "changed", changed, left, right))
    return found


@dataclass(slots=True)
class TrialCounts:
    """What a dry run found so far. `stricter`: declarations that would fail now, `milder`: that would pass now, each
    with some receipt numbers; by rule: how many it newly stops, and how many no longer. `skipped` could not be judged:
    nobody verified, or no category."""

    judged: int = 0
    skipped: int = 0
    stricter: int = 0
    milder: int = 0
    newly_failed: dict[str, int] = field(default_factory=dict)
    no_longer_failed: dict[str, int] = field(default_factory=dict)
    newly_warned: dict[str, int] = field(default_factory=dict)
    stricter_numbers: list[str] = field(default_factory=list)
    milder_numbers: list[str] = field(default_factory=list)

    def add(self, number: str | None, before: Verdict, after: Verdict) -> None:
        """One declaration, judged by both sets of rules on the same facts."""
        self.judged += 1
        old, new = ({one.rule for one in verdict.failed} for verdict in (before, after))
        _count(self.newly_failed, new - old)
        _count(self.no_longer_failed, old - new)
        _count(self.newly_warned, {one.rule for one in after.warnings} - {one.rule for one in before.warnings})
        if before.eligible == after.eligible:
            return
        if before.eligible:
            self.stricter += 1
            _keep(self.stricter_numbers, number)
        else:
            self.milder += 1
            _keep(self.milder_numbers, number)

    def as_data(self) -> dict[str, Any]:
        """For the column."""
        return {one.name: getattr(self, one.name) for one in fields(self)}

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "TrialCounts":
        """From the column."""
        return cls(**data)


def _count(into: dict[str, int], rules: Iterable[str]) -> None:
    for rule in rules:
        into[rule] = into.get(rule, 0) + 1


def _keep(into: list[str], number: str | None) -> None:
    if number is not None and len(into) < _SAMPLES:
        into.append(number)
