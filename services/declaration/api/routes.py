"""Every URL of this service with its policy."""

from typing import Final

from services.declaration.api.bulk_decision_routes import BULK_DECISION_ROUTES
from services.declaration.api.claim_routes import CLAIM_ROUTES
from services.declaration.api.cycle_routes import CYCLE_ROUTES
from services.declaration.api.drafting_routes import DRAFTING_ROUTES
from services.declaration.api.evaluation_routes import EVALUATION_ROUTES
from services.declaration.api.filing_routes import FILING_ROUTES
from services.declaration.api.prior_row_routes import PRIOR_ROW_ROUTES
from services.declaration.api.review_routes import REVIEW_ROUTES
from services.declaration.api.staff_note_routes import STAFF_NOTE_ROUTES
from services.declaration.api.status_routes import STATUS_ROUTES
from services.declaration.api.submission_routes import SUBMISSION_ROUTES
from services.declaration.api.waiting_review_routes import WAITING_REVIEW_ROUTES
from shared.web.routing import Route

ROUTES: Final[tuple[Route, ...]] = (
    *DRAFTING_ROUTES,
    *SUBMISSION_ROUTES,
    *REVIEW_ROUTES,
    *CLAIM_ROUTES,
    *PRIOR_ROW_ROUTES,
    *STAFF_NOTE_ROUTES,
    *BULK_DECISION_ROUTES,
    *WAITING_REVIEW_ROUTES,
    *CYCLE_ROUTES,
    *EVALUATION_ROUTES,
    *FILING_ROUTES,
    *STATUS_ROUTES,
)
