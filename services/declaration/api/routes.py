"""Every URL of this service with its policy."""

from typing import Final

from services.declaration.api.routes_candidate import CANDIDATE_ROUTES
from services.declaration.api.routes_cycles import CYCLE_ROUTES
from services.declaration.api.routes_evaluation import EVALUATION_ROUTES
from services.declaration.api.routes_filing import FILING_ROUTES
from services.declaration.api.routes_review import REVIEW_ROUTES
from services.declaration.api.routes_status import STATUS_ROUTES
from services.declaration.api.routes_submission import SUBMISSION_ROUTES
from shared.web.routing import Route

ROUTES: Final[tuple[Route, ...]] = (
    *CANDIDATE_ROUTES,
    *SUBMISSION_ROUTES,
    *REVIEW_ROUTES,
    *CYCLE_ROUTES,
    *EVALUATION_ROUTES,
    *FILING_ROUTES,
    *STATUS_ROUTES,
)
