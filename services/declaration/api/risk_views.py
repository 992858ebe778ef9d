"""Hits, rules and trials as answers."""

from typing import Final

from services.declaration.api.schemas.risk import (
    BoundsView,
    ConcernedView,
    RiskDecisionView,
    RiskHitDetail,
    RiskHitView,
    RiskRulesView,
    RiskRuleView,
    RiskTrialView,
)
from services.declaration.domain.risk.rules import RULES
from services.declaration.storage.risk_list import HitRow
from services.declaration.storage.risk_thresholds import Thresholds
from services.declaration.storage.risk_trials import Trial
from services.declaration.use_cases.risk.view_hit import ViewedHit

_TITLES: Final = frozenset({"title_zh", "title_en"})


def hit_view(row: HitRow) -> RiskHitView:
    """A hit in a page."""
    return RiskHitView.model_validate(_fields(row))


def hit_detail(viewed: ViewedHit) -> RiskHitDetail:
    """A hit with everything it rests on."""
    row, evidence, rule = viewed.row, viewed.evidence, RULES[viewed.row.rule]
    decisions = [
        RiskDecisionView(
            decision=one.decision, reason=text, decided_by=one.decided_by, role=one.role, decided_at=one.decided_at
        )
        for one, text in viewed.decisions
    ]
    return RiskHitDetail.model_validate(
        _fields(row)
        | {
            "explanation_zh": evidence.zh,
            "explanation_en": evidence.en,
            "inputs": evidence.inputs,
            "limits": evidence.limits,
            "thresholds_version": row.thresholds_version,
            "subject_id": row.subject_id,
            "subject_masked": viewed.subject,
            "people": [ConcernedView.model_validate(one, from_attributes=True) for one in viewed.people],
            "people_elsewhere": viewed.elsewhere,
            "request_zh": rule.request_zh,
            "request_en": rule.request_en,
            "decisions": decisions,
        }
    )


def rules_view(thresholds: Thresholds) -> RiskRulesView:
    """Every rule as it is set."""
    rules = [
        RiskRuleView(
            rule=rule.id,
            subject_kind=rule.subject,
            title_zh=rule.title_zh,
            title_en=rule.title_en,
            enabled=setting.enabled,
            limits=dict(setting.limits),
            bounds={name: BoundsView(least=low, most=high) for name, (low, high) in rule.bounds.items()},
        )
        for rule in RULES.values()
        if (setting := thresholds.settings.get(rule.id)) is not None
    ]
    return RiskRulesView(version=thresholds.version, reason=thresholds.reason, set_at=thresholds.set_at, rules=rules)


def trial_view(trial: Trial) -> RiskTrialView:
    """How far a trial came."""
    return RiskTrialView.model_validate(trial, from_attributes=True)


def _fields(row: HitRow) -> dict[str, object]:
    rule = RULES[row.rule]
    shown = {name: getattr(row, name) for name in RiskHitView.model_fields if name not in _TITLES}
    return shown | {"title_zh": rule.title_zh, "title_en": rule.title_en}
