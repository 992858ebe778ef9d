"""Handlers about first approvals: taken back, or opposed by the second reviewer. Confirming one is an approval."""

from services.declaration.api.review_views import decision_view
from services.declaration.api.schemas.reviews import DecisionView
from services.declaration.api.schemas.second_looks import OppositionBody
from services.declaration.dependencies import Dependencies
from services.declaration.use_cases.reviewing.oppose_first_approval import oppose_first_approval
from services.declaration.use_cases.reviewing.take_back_first_approval import take_back_first_approval
from shared.web.call import Call


async def delete_first_approval(call: Call[Dependencies]) -> DecisionView:
    """A38"""
    declaration_id, version = call.path_id("declaration_id"), call.expected_version
    return decision_view(
        await take_back_first_approval(
            call.tx, declaration_id, expected_version=version, actor=call.actor, now=call.now
        )
    )


async def post_first_approval_opposition(call: Call[Dependencies], body: OppositionBody) -> DecisionView:
    """A38"""
    opposed = await oppose_first_approval(
        call.tx,
        call.path_id("declaration_id"),
        body.reason,
        expected_version=call.expected_version,
        keyring=call.deps.keyring,
        actor=call.actor,
        now=call.now,
    )
    return decision_view(opposed)
