"""Handlers about claims: extend, give back, hand over (P6)."""

from datetime import timedelta

from services.declaration.api.review_views import decision_view
from services.declaration.api.schemas.claims import ReassignmentBody
from services.declaration.api.schemas.reviews import DecisionView
from services.declaration.dependencies import Dependencies
from services.declaration.use_cases.reviewing.extend_claim import extend_claim
from services.declaration.use_cases.reviewing.reassign_claim import reassign_claim
from services.declaration.use_cases.reviewing.release_claim import release_claim
from shared.web.call import Call


async def post_review_claim_extension(call: Call[Dependencies]) -> DecisionView:
    """P6"""
    extended = await extend_claim(
        call.tx,
        call.path_id("declaration_id"),
        expected_version=call.expected_version,
        hold=timedelta(minutes=call.deps.settings.claim_minutes),
        actor=call.actor,
        now=call.now,
    )
    return decision_view(extended)


async def delete_review_claim(call: Call[Dependencies]) -> DecisionView:
    """P6"""
    released = await release_claim(
        call.tx,
        call.path_id("declaration_id"),
        expected_version=call.expected_version,
        actor=call.actor,
        now=call.now,
    )
    return decision_view(released)


async def post_review_reassignment(call: Call[Dependencies], body: ReassignmentBody) -> DecisionView:
    """P6"""
    handed = await reassign_claim(
        call.tx,
        call.path_id("declaration_id"),
        body.staff_id,
        expected_version=call.expected_version,
        hold=timedelta(minutes=call.deps.settings.claim_minutes),
        actor=call.actor,
        now=call.now,
    )
    return decision_view(handed)
