"""Every URL of this service with its policy."""

from typing import Final

from services.declaration.api.cycle_routes import CYCLE_ROUTES
from services.declaration.api.drafting_routes import DRAFTING_ROUTES
from services.declaration.api.earlier_routes import EARLIER_ROUTES
from services.declaration.api.entry_routes import ENTRY_ROUTES
from services.declaration.api.evaluation_routes import EVALUATION_ROUTES
from services.declaration.api.filing_routes import FILING_ROUTES
from services.declaration.api.page_routes import PAGE_ROUTES
from services.declaration.api.resumable_routes import RESUMABLE_ROUTES
from services.declaration.api.review_routes import REVIEW_ROUTES
from services.declaration.api.section_routes import SECTION_ROUTES
from services.declaration.api.status_routes import STATUS_ROUTES
from services.declaration.api.submission_routes import SUBMISSION_ROUTES
from shared.web.routing import Route

ROUTES: Final[tuple[Route, ...]] = (
    *DRAFTING_ROUTES,
    *SECTION_ROUTES,
    *RESUMABLE_ROUTES,
    *PAGE_ROUTES,
    *EARLIER_ROUTES,
    *ENTRY_ROUTES,
    *SUBMISSION_ROUTES,
    *REVIEW_ROUTES,
    *CYCLE_ROUTES,
    *EVALUATION_ROUTES,
    *FILING_ROUTES,
    *STATUS_ROUTES,
)
