"""Thresholds as the zone may set them: all of a rule's, each within its bounds."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.declaration.domain.risk.finding import Limits
from services.declaration.domain.risk.rules import RULES, Rule
from shared.errors import FieldProblem, Invalid, NotFound


class RuleUnknown(NotFound):
    """There is no signal with this id."""

    code = "risk_rule_unknown"
    message_zh = "没有这条风险规则，请从规则列表中选择。"
    message_en = "There is no such rule; choose one from the list of rules."


class ThresholdsInvalid(Invalid):
    """Not the rule's thresholds, or outside their bounds."""

    code = "risk_thresholds_invalid"
    message_zh = "阈值不符合要求，请按提示修改。"
    message_en = "These thresholds can not be set; correct them as indicated."


@dataclass(frozen=True, slots=True)
class Setting:
    """One rule as it is set; `limits` count only while it is `enabled`."""

    rule: str
    enabled: bool
    limits: Limits


def rule_named(rule: str) -> Rule:
    """Raises RuleUnknown."""
    if (known := RULES.get(rule)) is None:
        raise RuleUnknown
    return known


def checked(rule: str, limits: Mapping[str, int]) -> Limits:
    """Raises RuleUnknown, ThresholdsInvalid with every problem at once."""
    bounds = rule_named(rule).bounds
    problems = [_problem(name, "missing", "缺少该阈值。", "Missing.") for name in bounds if name not in limits]
    for name, value in limits.items():
        if name not in bounds:
            problems.append(_problem(name, "unknown", "该规则没有这个阈值。", "This rule has no such threshold."))
        elif not bounds[name][0] <= value <= bounds[name][1]:
            low, high = bounds[name]
            zh, en = f"应在 {low} 至 {high} 之间。", f"Must lie between {low} and {high}."
            problems.append(_problem(name, "out_of_bounds", zh, en))
    if problems:
        raise ThresholdsInvalid(problems=problems)
    return dict(limits)


def in_force(settings: Mapping[str, Setting]) -> dict[str, Limits]:
    """The thresholds of the rules that are switched on."""
    return {one.rule: one.limits for one in settings.values() if one.enabled and one.rule in RULES}


def _problem(name: str, code: str, zh: str, en: str) -> FieldProblem:
    return FieldProblem(f"/limits/{name}", code, zh, en)
