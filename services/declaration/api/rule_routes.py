"""Routes of the zone about the rules of a year."""

from typing import Final

from services.declaration.api import rules as handlers
from services.declaration.api.schemas.rules import (
    DifferencesQuery,
    PublicationBody,
    PublicationView,
    RuleBody,
    RuleDifferencesView,
    RuleDraftDetailView,
    RuleDraftView,
    RuleTrialView,
    RuleVersionsView,
)
from shared.web.routing import Route, Staff

_ZONE: Final = Staff("zone_admin")
_DRAFT: Final = "/v1/rule-drafts/{draft_id}"
_VERSIONS: Final = "/v1/cycles/{cycle_id}/rule-versions"

RULE_ROUTES: Final = (
    Route(
        method="POST",
        path="/v1/cycles/{cycle_id}/rule-drafts",
        handler=handlers.post_rule_draft,
        policy=_ZONE,
        summary_zh="新建报考规则草稿",
        summary_en="Start a draft of the rules, copied from those in force",
        response=RuleDraftView,
        status=201,
    ),
    Route(
        method="GET",
        path=_DRAFT,
        handler=handlers.get_rule_draft,
        policy=_ZONE,
        summary_zh="报考规则草稿",
        summary_en="A draft with its rules and what differs from those in force",
        response=RuleDraftDetailView,
    ),
    Route(
        method="PUT",
        path=f"{_DRAFT}/rules/{{rule_id}}",
        handler=handlers.put_draft_rule,
        policy=_ZONE,
        summary_zh="修改、新增或停用一条规则",
        summary_en="Edit, add or switch off one rule of a draft",
        request=RuleBody,
        response=RuleDraftView,
        versioned=True,
    ),
    Route(
        method="POST",
        path=f"{_DRAFT}/discard",
        handler=handlers.post_rule_draft_discard,
        policy=_ZONE,
        summary_zh="作废规则草稿",
        summary_en="Discard a draft",
        response=RuleDraftView,
        versioned=True,
    ),
    Route(
        method="POST",
        path=f"{_DRAFT}/trials",
        handler=handlers.post_rule_trial,
        policy=_ZONE,
        summary_zh="对本年度申报试算",
        summary_en="Try a draft out over what was declared this year; nothing changes",
        response=RuleTrialView,
        status=201,
    ),
    Route(
        method="GET",
        path=f"{_DRAFT}/trials/{{trial_id}}",
        handler=handlers.get_rule_trial,
        policy=_ZONE,
        summary_zh="试算进度与结果",
        summary_en="How far a dry run is and what it found",
        response=RuleTrialView,
    ),
    Route(
        method="POST",
        path=f"{_DRAFT}/publication",
        handler=handlers.post_rule_publication,
        policy=_ZONE,
        summary_zh="发布规则",
        summary_en="Publish a draft with a reason, at once or from a moment on",
        request=PublicationBody,
        response=PublicationView,
        status=201,
        versioned=True,
    ),
    Route(
        method="GET",
        path=_VERSIONS,
        handler=handlers.get_rule_versions,
        policy=_ZONE,
        summary_zh="规则版本记录",
        summary_en="Versions of the rules of a year",
        response=RuleVersionsView,
    ),
    Route(
        method="GET",
        path=f"{_VERSIONS}/{{catalogue_version}}/differences",
        handler=handlers.get_rule_differences,
        policy=_ZONE,
        summary_zh="规则版本差异",
        summary_en="What differs between two versions of the rules",
        query=DifferencesQuery,
        response=RuleDifferencesView,
    ),
)
