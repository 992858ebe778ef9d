"""Handlers of the zone about the rules of a year."""

from services.declaration.api.schemas.rules import (
    PublicationBody,
    PublicationView,
    RuleBody,
    RuleDifferencesView,
    RuleDifferenceView,
    RuleDraftDetailView,
    RuleDraftView,
    RuleTrialView,
    RuleVersionsView,
    RuleView,
)
from services.declaration.dependencies import Dependencies
from services.declaration.domain.rule_differences import rule_differences
from services.declaration.storage import catalogues, cycles, rule_drafts, rule_publications, rule_trials
from services.declaration.use_cases.rules.change_rule import change_rule
from services.declaration.use_cases.rules.compare_rule_versions import compare_rule_versions
from services.declaration.use_cases.rules.discard_rule_draft import discard_rule_draft
from services.declaration.use_cases.rules.open_rule_draft import open_rule_draft
from services.declaration.use_cases.rules.publish_rules import Wish, publish_rules
from services.declaration.use_cases.rules.request_rule_trial import request_rule_trial
from shared.errors import NotFound
from shared.web.call import Call


async def post_rule_draft(call: Call[Dependencies]) -> RuleDraftView:
    """Section 6"""
    return RuleDraftView.of(await open_rule_draft(call.tx, call.path_id("cycle_id"), actor=call.actor, now=call.now))


async def get_rule_draft(call: Call[Dependencies]) -> RuleDraftDetailView:
    """Section 6"""
    draft = await rule_drafts.select(call.reader, call.path_id("draft_id"))
    rows = await rule_drafts.select_rows(call.reader, draft.id)
    differences = rule_differences(await catalogues.select_rules(call.reader, draft.base_version), rows)
    return RuleDraftDetailView(
        draft=RuleDraftView.of(draft),
        rules=[RuleView.of(row) for row in rows],
        differences=[RuleDifferenceView.of(one) for one in differences],
        version=draft.version,
    )


async def put_draft_rule(call: Call[Dependencies], body: RuleBody) -> RuleDraftView:
    """Section 6"""
    draft_id, row, version = call.path_id("draft_id"), body.row(call.path["rule_id"]), call.expected_version
    changed = await change_rule(call.tx, draft_id, row, expected_version=version, actor=call.actor, now=call.now)
    return RuleDraftView.of(changed)


async def post_rule_draft_discard(call: Call[Dependencies]) -> RuleDraftView:
    """Section 6"""
    draft_id, version = call.path_id("draft_id"), call.expected_version
    return RuleDraftView.of(
        await discard_rule_draft(call.tx, draft_id, expected_version=version, actor=call.actor, now=call.now)
    )


async def post_rule_trial(call: Call[Dependencies]) -> RuleTrialView:
    """Section 6"""
    most = call.deps.settings.dry_run_most
    return RuleTrialView.of(
        await request_rule_trial(call.tx, call.path_id("draft_id"), most=most, actor=call.actor, now=call.now)
    )


async def get_rule_trial(call: Call[Dependencies]) -> RuleTrialView:
    """Section 6"""
    return RuleTrialView.of(await rule_trials.select(call.reader, call.path_id("draft_id"), call.path_id("trial_id")))


async def post_rule_publication(call: Call[Dependencies], body: PublicationBody) -> PublicationView:
    """Section 6"""
    draft_id, wish, version = call.path_id("draft_id"), Wish(body.reason, body.effective_at), call.expected_version
    return PublicationView.of(
        await publish_rules(call.tx, draft_id, wish, expected_version=version, actor=call.actor, now=call.now)
    )


async def get_rule_versions(call: Call[Dependencies]) -> RuleVersionsView:
    """Section 6"""
    cycle = await cycles.select(call.reader, call.path_id("cycle_id"))
    return RuleVersionsView.over(cycle.catalogue_version, await rule_publications.select_all(call.reader, cycle.id))


async def get_rule_differences(call: Call[Dependencies]) -> RuleDifferencesView:
    """Section 6"""
    cycle_id, text = call.path_id("cycle_id"), call.path["catalogue_version"]
    if not text.isdecimal() or len(text) > 9:
        raise NotFound
    base, found = await compare_rule_versions(call.reader, cycle_id, int(text), call.query.with_version)
    return RuleDifferencesView(
        catalogue_version=int(text), with_version=base, items=[RuleDifferenceView.of(one) for one in found]
    )
