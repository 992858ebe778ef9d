"""Which function judges which signal; all of a kind of subject at once."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from services.declaration.domain.risk import deciding, guidance, intervals, sameness, volume
from services.declaration.domain.risk.facts import Facts
from services.declaration.domain.risk.finding import Finding, Limits
from services.declaration.domain.risk.rules import RULES, Subject, rules_of

# The facts of a rule's subject: the table below pairs them, mypy can not.
_Judge = Callable[[Any, Limits], Finding | None]

JUDGES: Final[Mapping[str, _Judge]] = MappingProxyType(
    {
        "F1": guidance.many_trainees,
        "F2": volume.too_few_physicians,
        "F3": volume.sudden_growth,
        "F4": guidance.number_in_doubt,
        "F5": intervals.overlaps,
        "F6": sameness.far_from_here,
        "F7": sameness.same_device,
        "F8": intervals.bound_too_late,
        "F9": sameness.same_text,
        "F10": sameness.same_file,
        "F11": intervals.licence_gap,
        "F12": intervals.before_graduation,
        "F13": volume.guessed_codes,
        "F14": deciding.hasty_decisions,
        "F15": sameness.contradicts_last_year,
        "F16": sameness.two_identities,
        "F17": deciding.approved_unchanged,
        "F18": volume.sanctioned_before,
    }
)


def judge(subject: Subject, facts: Facts, limits: Mapping[str, Limits]) -> dict[str, Finding]:
    """What the signals of this kind of subject find. `limits`: thresholds per rule; a rule without is off."""
    found = {rule.id: JUDGES[rule.id](facts, limits[rule.id]) for rule in rules_of(subject) if rule.id in limits}
    return {rule: finding for rule, finding in found.items() if finding is not None}


def is_worse(rule: str, facts: Facts, limits: Limits, value: int, people: int) -> bool:
    """Whether the facts are graver than a finding of that value that named so many people, both judged by the
    thresholds of then: that the zone moves thresholds or points makes nothing worse."""
    if (now := JUDGES[rule](facts, limits)) is None:
        return False
    graver = {"value": now.value > value, "people": len(now.declarations) > people, "nothing": False}
    return graver[RULES[rule].worse_by]
