"""Routes of the zone about what is told and how: templates and the rule table."""

from typing import Final

from services.notification.api import rules, templates
from services.notification.api.template_schemas import (
    ChannelsBody,
    DraftBody,
    PreviewView,
    ReasonBody,
    RuleDetailView,
    RuleQuery,
    RuleView,
    TemplateBody,
    TemplateDifferencesView,
    TemplateDraftView,
    TemplateLineView,
    TemplateQuery,
    TemplateView,
    VersionQuery,
)
from shared.web.cursors import Page
from shared.web.routing import Route, Staff

_READS: Final = Staff("zone_admin", "auditor")
_WRITES: Final = Staff("zone_admin")
_TEMPLATE: Final = "/v1/templates/{template_key}"
_DRAFT: Final = "/v1/template-drafts/{draft_id}"
_RULES: Final = "/v1/notification-rules"

TEMPLATE_ROUTES: Final = (
    Route(
        "GET",
        "/v1/templates",
        templates.get_templates,
        _READS,
        "消息模板",
        "Message templates",
        query=TemplateQuery,
        response=Page[TemplateLineView],
    ),
    Route(
        "GET",
        _TEMPLATE,
        templates.get_template,
        _READS,
        "消息模板及其版本",
        "A template with its versions",
        response=TemplateView,
    ),
    Route(
        "GET",
        f"{_TEMPLATE}/versions/{{template_version}}/differences",
        templates.get_template_differences,
        _READS,
        "模板版本差异",
        "What differs between two versions",
        query=VersionQuery,
        response=TemplateDifferencesView,
    ),
    Route(
        "POST",
        f"{_TEMPLATE}/drafts",
        templates.post_template_draft,
        _WRITES,
        "新建模板草稿",
        "Begin the next version",
        request=DraftBody,
        response=TemplateDraftView,
        status=201,
    ),
    Route("GET", _DRAFT, templates.get_template_draft, _READS, "模板草稿", "A draft", response=TemplateDraftView),
    Route(
        "PUT",
        _DRAFT,
        templates.put_template_draft,
        _WRITES,
        "保存模板草稿",
        "Save a draft, checked against what feeds it",
        request=TemplateBody,
        response=TemplateDraftView,
        versioned=True,
    ),
    Route(
        "GET",
        f"{_DRAFT}/preview",
        templates.get_template_draft_preview,
        _READS,
        "预览模板",
        "A draft filled with invented values",
        response=PreviewView,
    ),
    Route(
        "POST",
        f"{_DRAFT}/discard",
        templates.post_template_draft_discard,
        _WRITES,
        "作废模板草稿",
        "Discard a draft",
        response=TemplateDraftView,
        versioned=True,
    ),
    Route(
        "POST",
        f"{_DRAFT}/activation",
        templates.post_template_draft_activation,
        _WRITES,
        "启用模板草稿",
        "Put a draft in force, with a reason",
        request=ReasonBody,
        response=TemplateDraftView,
        status=201,
        versioned=True,
    ),
    Route(
        "GET",
        _RULES,
        rules.get_notification_rules,
        _READS,
        "通知规则",
        "Who is told of what, by which channels",
        query=RuleQuery,
        response=Page[RuleView],
    ),
    Route(
        "GET",
        f"{_RULES}/{{rule_id}}",
        rules.get_notification_rule,
        _READS,
        "通知规则及其变更",
        "A rule with its changes",
        response=RuleDetailView,
    ),
    Route(
        "PUT",
        f"{_RULES}/{{rule_id}}",
        rules.put_notification_rule,
        _WRITES,
        "开关通知渠道",
        "Switch the channels of a rule, with a reason",
        request=ChannelsBody,
        response=RuleView,
        versioned=True,
    ),
)
