"""Routes of the evaluation."""

from typing import Final

from services.declaration.api.evaluation import post_certificate, post_evaluation
from services.declaration.api.evaluation_schemas import EvaluationBody, EvaluationView
from shared.web.routing import Route, Staff

_UNIT = Staff("institution_business_admin")

EVALUATION_ROUTES: Final[tuple[Route, ...]] = (
    Route(
        "POST",
        "/v1/reviews/{declaration_id}/evaluation",
        post_evaluation,
        _UNIT,
        "考核",
        "Evaluate a probation",
        request=EvaluationBody,
        response=EvaluationView,
        status=201,
    ),
    Route(
        "POST",
        "/v1/evaluations/{evaluation_id}/certificate",
        post_certificate,
        _UNIT,
        "核发考核证明",
        "Issue the certificate",
        response=EvaluationView,
        versioned=True,
    ),
)
