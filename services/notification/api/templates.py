"""Handlers about message templates: list, versions and what differs, drafts, previews, activation."""

from collections.abc import Mapping
from typing import Any

from services.notification.api.template_schemas import (
    DraftBody,
    PreviewView,
    ReasonBody,
    RuleView,
    ShownView,
    TemplateBody,
    TemplateContentView,
    TemplateDifferencesView,
    TemplateDraftView,
    TemplateLineView,
    TemplateVersionView,
    TemplateView,
)
from services.notification.dependencies import Dependencies
from services.notification.domain.template import Wording, differing, shown_fields
from services.notification.storage import rules, template_drafts, templates
from services.notification.storage.templates import TemplateFilter
from services.notification.use_cases.templates.activate_template_draft import activate_template_draft
from services.notification.use_cases.templates.change_template_draft import change_template_draft
from services.notification.use_cases.templates.discard_template_draft import discard_template_draft
from services.notification.use_cases.templates.feed_of_template import feed_of_template
from services.notification.use_cases.templates.open_template_draft import open_template_draft
from services.notification.use_cases.templates.require_sound_template import require_sound_template
from shared.errors import NotFound
from shared.web.call import Call
from shared.web.cursors import Page, decode_cursor, encode_cursor


async def get_templates(call: Call[Dependencies]) -> Page[TemplateLineView]:
    """In order of key."""
    query = call.query
    (after,) = decode_cursor(query.cursor, (str,))
    wanted = TemplateFilter(query.event, query.channel, query.state, query.q)
    found = await templates.select_page(call.reader, wanted, after, query.limit + 1)
    shown = found[: query.limit]
    cursor = encode_cursor(shown[-1].key) if len(found) > query.limit else None
    return Page(items=[TemplateLineView.of(line) for line in shown], next_cursor=cursor)


async def get_template(call: Call[Dependencies]) -> TemplateView:
    """The version in force and its history."""
    key = call.path["template_key"]
    version, content = await templates.select_content(call.reader, key)
    feed = await feed_of_template(call.reader, key)
    return TemplateView(
        key=key,
        version=version,
        content=TemplateContentView.of(content),
        placeholders={name: str(value) for name, value in feed.parameters.items()},
        rules=[RuleView.of(rule) for rule in await rules.select_of_template(call.reader, key)],
        versions=[TemplateVersionView.of(one) for one in await templates.select_versions(call.reader, key)],
    )


async def get_template_differences(call: Call[Dependencies]) -> TemplateDifferencesView:
    """What a version changed."""
    key, version = call.path["template_key"], _number(call.path["template_version"])
    against = call.query.against or max(version - 1, 1)
    _, after = await templates.select_content(call.reader, key, version)
    _, before = await templates.select_content(call.reader, key, against)
    return TemplateDifferencesView(
        key=key,
        version=version,
        against=against,
        fields=list(differing(before, after)),
        before=TemplateContentView.of(before),
        after=TemplateContentView.of(after),
    )


async def post_template_draft(call: Call[Dependencies], body: DraftBody) -> TemplateDraftView:
    """Begin the next version."""
    key = call.path["template_key"]
    draft = await open_template_draft(call.tx, key, body.from_version, actor=call.actor, now=call.now)
    return TemplateDraftView.of(draft)


async def get_template_draft(call: Call[Dependencies]) -> TemplateDraftView:
    """As it was saved last."""
    return TemplateDraftView.of(await template_drafts.select(call.reader, call.path_id("draft_id")))


async def put_template_draft(call: Call[Dependencies], body: TemplateBody) -> TemplateDraftView:
    """Save it, if it is sound."""
    draft_id, content, version = call.path_id("draft_id"), body.content(), call.expected_version
    draft = await change_template_draft(
        call.tx, draft_id, content, expected_version=version, actor=call.actor, now=call.now
    )
    return TemplateDraftView.of(draft)


async def post_template_draft_discard(call: Call[Dependencies]) -> TemplateDraftView:
    """Give it up."""
    draft_id, version = call.path_id("draft_id"), call.expected_version
    return TemplateDraftView.of(
        await discard_template_draft(call.tx, draft_id, expected_version=version, actor=call.actor, now=call.now)
    )


async def post_template_draft_activation(call: Call[Dependencies], body: ReasonBody) -> TemplateDraftView:
    """Put it in force."""
    draft_id, version = call.path_id("draft_id"), call.expected_version
    draft = await activate_template_draft(
        call.tx, draft_id, body.reason, expected_version=version, actor=call.actor, now=call.now
    )
    return TemplateDraftView.of(draft)


async def get_template_draft_preview(call: Call[Dependencies]) -> PreviewView:
    """As readers would get it, of an invented event; a copy of an old version may not be sound any more."""
    draft = await template_drafts.select(call.reader, call.path_id("draft_id"))
    await require_sound_template(call.reader, draft.template_key, draft.content)
    feed = await feed_of_template(call.reader, draft.template_key)
    code = draft.content.sms_code
    return PreviewView(
        zh=_shown(draft.content.zh, feed.parameters),
        en=_shown(draft.content.en, feed.parameters),
        sms=feed.registered.get(code) if code else None,
        parameters={name: str(value) for name, value in feed.parameters.items()},
    )


def _shown(wording: Wording, parameters: Mapping[str, Any]) -> ShownView:
    subject, letter = wording.email_subject, wording.email_body or wording.body
    return ShownView(
        title=wording.title,
        body=wording.body.format_map(parameters),
        email_subject=subject.format_map(parameters) if subject else None,
        email_body=letter.format_map(parameters) if subject else None,
        wechat_fields=shown_fields(wording, parameters),
    )


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 7):
        raise NotFound
    return int(text)
