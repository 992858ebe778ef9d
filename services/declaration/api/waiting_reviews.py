"""Handlers about reviews that wait: what the zone sets, and what an exam body was told of (P6)."""

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from services.declaration.api.schemas.waiting_reviews import EscalatedReviewView, ReviewPolicyBody, ReviewPolicyView
from services.declaration.dependencies import Dependencies
from services.declaration.domain.declaration import STATE_ZH, State
from services.declaration.storage import cycles, escalated_reviews, review_policies
from services.declaration.storage.escalated_reviews import EscalatedFilter, EscalatedReview
from services.declaration.use_cases.reviewing.set_review_policy import set_review_policy
from shared.web.call import Call
from shared.web.cursors import Page, decode_cursor, encode_cursor

EscalatedPage = Page[EscalatedReviewView]


async def get_review_policy(call: Call[Dependencies]) -> ReviewPolicyView:
    """P6, Q5"""
    cycle = await cycles.select(call.reader, call.path_id("cycle_id"))
    policy = await review_policies.select(call.reader, cycle.id)
    return ReviewPolicyView.of(policy, call.deps.settings.review_pace)


async def put_review_policy(call: Call[Dependencies], body: ReviewPolicyBody) -> ReviewPolicyView:
    """P6, Q5"""
    policy, default = body.policy(), call.deps.settings.review_pace
    await set_review_policy(call.tx, call.path_id("cycle_id"), policy, default, actor=call.actor, now=call.now)
    return ReviewPolicyView.of(policy, default)


async def get_escalated_reviews(call: Call[Dependencies]) -> EscalatedPage:
    """P6: the one that waits longest first."""
    query = call.query
    wanted = EscalatedFilter(query.cycle_id, query.institution_id, query.state, query.q)
    at, last = decode_cursor(query.cursor, (datetime, UUID))
    rows = await escalated_reviews.select_page_in_scope(
        call.reader, call.actor.scope_id, wanted, (at, last), query.limit + 1
    )
    shown = rows[: query.limit]
    following = encode_cursor(shown[-1].submitted_at, shown[-1].id) if len(rows) > query.limit else None
    return EscalatedPage(items=[_view(one, call.now) for one in shown], next_cursor=following)


def _view(one: EscalatedReview, now: datetime) -> EscalatedReviewView:
    return EscalatedReviewView(
        **asdict(one), state_zh=STATE_ZH[State(one.state)], waiting_days=(now - one.submitted_at).days
    )
