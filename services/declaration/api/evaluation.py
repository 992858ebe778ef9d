"""Handlers: evaluate a probation, issue its certificate (4.6)."""

from services.declaration.api.evaluation_schemas import EvaluationBody, EvaluationView
from services.declaration.dependencies import Dependencies
from services.declaration.use_cases.evaluating.issue_certificate import issue_certificate
from services.declaration.use_cases.evaluating.record_evaluation import Verdict, record_evaluation
from shared.web.call import Call


async def post_evaluation(call: Call[Dependencies], body: EvaluationBody) -> EvaluationView:
    """Say whether the person passed."""
    recorded = await record_evaluation(
        call.tx,
        call.deps.keyring,
        call.path_id("declaration_id"),
        Verdict(body.result, body.opinion, body.reason_code),
        actor=call.actor,
        now=call.now,
    )
    return EvaluationView.model_validate(recorded, from_attributes=True)


async def post_certificate(call: Call[Dependencies]) -> EvaluationView:
    """Issue the certificate of a qualified evaluation."""
    certified = await issue_certificate(
        call.tx,
        call.path_id("evaluation_id"),
        expected_version=call.expected_version,
        actor=call.actor,
        now=call.now,
    )
    return EvaluationView.model_validate(certified, from_attributes=True)
