"""Routes of the signals of nominal affiliation; nothing of them is shown to candidates or institutions."""

from typing import Final

from services.declaration.api import risk
from services.declaration.api.schemas import risk as schemas
from shared.web.routing import Route, Staff

_BODY = Staff("zone_admin", "site_admin", "point_admin")
_BODY_READS = Staff("zone_admin", "site_admin", "point_admin", "auditor")
_ZONE = Staff("zone_admin")
_HIT = "/v1/risk-hits/{hit_id}"
_RULE = "/v1/risk-rules/{rule}"

RISK_ROUTES: Final[tuple[Route, ...]] = (
    Route(
        "GET",
        "/v1/risk-hits",
        risk.get_risk_hits,
        _BODY_READS,
        "挂靠风险提示列表",
        "Signals of nominal affiliation",
        query=schemas.RiskHitsQuery,
        response=schemas.RiskHitPage,
    ),
    Route(
        "POST",
        "/v1/risk-hit-searches",
        risk.post_risk_hit_search,
        _BODY_READS,
        "按姓名或证件号码查找风险提示",
        "The signals of a person, by whole name or document number",
        request=schemas.RiskHitSearch,
        response=schemas.RiskHitPage,
        is_query=True,
    ),
    Route(
        "GET",
        _HIT,
        risk.get_risk_hit,
        _BODY_READS,
        "风险提示详情与依据",
        "A signal with what it rests on",
        response=schemas.RiskHitDetail,
        transaction=True,
    ),
    Route(
        "POST",
        _HIT + "/decision",
        risk.post_risk_decision,
        _BODY,
        "处理风险提示",
        "Decide about a signal",
        request=schemas.RiskDecision,
        response=schemas.RiskDecidedView,
        versioned=True,
    ),
    Route(
        "GET",
        "/v1/risk-rules",
        risk.get_risk_rules,
        _BODY_READS,
        "风险规则与阈值",
        "Rules with their thresholds",
        response=schemas.RiskRulesView,
    ),
    Route(
        "PUT",
        _RULE,
        risk.put_risk_rule,
        _ZONE,
        "调整风险规则阈值",
        "Set the thresholds of a rule",
        request=schemas.RiskRuleSetting,
        response=schemas.RiskRulesView,
        versioned=True,
    ),
    Route(
        "POST",
        _RULE + "/trials",
        risk.post_risk_trial,
        _ZONE,
        "试算阈值",
        "Try thresholds: how many hits before and after",
        request=schemas.RiskTrialRequest,
        response=schemas.RiskTrialView,
        status=202,
    ),
    Route(
        "GET",
        "/v1/risk-trials/{risk_trial_id}",
        risk.get_risk_trial,
        _ZONE,
        "试算结果",
        "How far a trial came",
        response=schemas.RiskTrialView,
    ),
)
