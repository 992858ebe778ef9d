"""Handlers: signals of nominal affiliation, for exam bodies and auditors (8.2, B1)."""

from uuid import UUID

from services.declaration.api.risk_views import hit_detail, hit_view, rules_view, trial_view
from services.declaration.api.schemas.risk import (
    RiskDecidedView,
    RiskDecision,
    RiskHitDetail,
    RiskHitPage,
    RiskHitSearch,
    RiskRuleSetting,
    RiskRulesView,
    RiskTrialRequest,
    RiskTrialView,
)
from services.declaration.dependencies import Dependencies
from services.declaration.storage import cycles, risk_list, risk_thresholds, risk_trials
from services.declaration.storage.risk_list import HitFilter
from services.declaration.use_cases.risk.begin_trial import begin_trial
from services.declaration.use_cases.risk.decide_hit import decide_hit
from services.declaration.use_cases.risk.people_called import people_called
from services.declaration.use_cases.risk.set_thresholds import set_thresholds
from services.declaration.use_cases.risk.view_hit import view_hit
from shared.errors import NotFound
from shared.web.call import Call
from shared.web.cursors import decode_cursor, encode_cursor


async def get_risk_hits(call: Call[Dependencies]) -> RiskHitPage:
    """One page of the list."""
    query = call.query
    cycle_id = query.cycle_id or (await cycles.select_current(call.reader)).id
    wanted = HitFilter(cycle_id, query.state, query.rule, query.institution_id)
    return await _page(call, wanted, query.cursor, query.limit)


async def post_risk_hit_search(call: Call[Dependencies], body: RiskHitSearch) -> RiskHitPage:
    """The hits of a person."""
    cycle_id = body.cycle_id or (await cycles.select_current(call.reader)).id
    people = await people_called(call.reader, call.deps.keyring, body.q)
    return await _page(call, HitFilter(cycle_id, body.state, person_ids=people), body.cursor, body.limit)


async def _page(call: Call[Dependencies], wanted: HitFilter, cursor: str | None, limit: int) -> RiskHitPage:
    score, hit_id = decode_cursor(cursor, (int, UUID))
    rows = await risk_list.select_page(call.reader, call.actor.scope_id, wanted, (score, hit_id), limit + 1)
    shown = rows[:limit]
    following = encode_cursor(shown[-1].score, shown[-1].id) if len(rows) > limit else None
    return RiskHitPage(items=[hit_view(row) for row in shown], next_cursor=following)


async def get_risk_hit(call: Call[Dependencies]) -> RiskHitDetail:
    """One hit with everything it rests on."""
    hit_id = call.path_id("hit_id")
    return hit_detail(await view_hit(call.tx, call.deps.keyring, hit_id, actor=call.actor, now=call.now))


async def post_risk_decision(call: Call[Dependencies], body: RiskDecision) -> RiskDecidedView:
    """Decide about a hit."""
    hit = await decide_hit(
        call.tx,
        call.deps.keyring,
        call.path_id("hit_id"),
        body.decision,
        body.reason,
        expected_version=call.expected_version,
        actor=call.actor,
        now=call.now,
    )
    return RiskDecidedView(id=hit.id, state=hit.state, version=hit.version)


async def get_risk_rules(call: Call[Dependencies]) -> RiskRulesView:
    """Every rule with its thresholds."""
    return rules_view(await risk_thresholds.select_current(call.reader))


async def put_risk_rule(call: Call[Dependencies], body: RiskRuleSetting) -> RiskRulesView:
    """Set the thresholds of a rule."""
    thresholds = await set_thresholds(
        call.tx,
        call.path["rule"],
        body.limits,
        enabled=body.enabled,
        reason=body.reason,
        expected_version=call.expected_version,
        actor=call.actor,
        now=call.now,
    )
    return rules_view(thresholds)


async def post_risk_trial(call: Call[Dependencies], body: RiskTrialRequest) -> RiskTrialView:
    """Try thresholds without setting them."""
    rule, enabled = call.path["rule"], body.enabled
    return trial_view(await begin_trial(call.tx, rule, body.limits, enabled=enabled, actor=call.actor, now=call.now))


async def get_risk_trial(call: Call[Dependencies]) -> RiskTrialView:
    """How far a trial came."""
    if (trial := await risk_trials.select(call.reader, call.path_id("risk_trial_id"))) is None:
        raise NotFound
    return trial_view(trial)
