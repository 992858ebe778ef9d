"""Every URL of this service with its policy."""

from typing import Final

from services.declaration.api.announcement_routes import ANNOUNCEMENT_ROUTES
from services.declaration.api.bulk_decision_routes import BULK_DECISION_ROUTES
from services.declaration.api.catalogue_list_routes import CATALOGUE_LIST_ROUTES
from services.declaration.api.claim_routes import CLAIM_ROUTES
from services.declaration.api.cycle_routes import CYCLE_ROUTES
from services.declaration.api.difference_routes import DIFFERENCE_ROUTES
from services.declaration.api.drafting_routes import DRAFTING_ROUTES
from services.declaration.api.earlier_routes import EARLIER_ROUTES
from services.declaration.api.eligibility_check_routes import ELIGIBILITY_CHECK_ROUTES
from services.declaration.api.eligibility_routes import ELIGIBILITY_ROUTES
from services.declaration.api.entry_routes import ENTRY_ROUTES
from services.declaration.api.evaluation_list_routes import EVALUATION_LIST_ROUTES
from services.declaration.api.evaluation_opinion_routes import EVALUATION_OPINION_ROUTES
from services.declaration.api.evaluation_routes import EVALUATION_ROUTES
from services.declaration.api.export_routes import EXPORT_ROUTES
from services.declaration.api.filing_routes import FILING_ROUTES
from services.declaration.api.page_routes import PAGE_ROUTES
from services.declaration.api.period_timeline_routes import PERIOD_TIMELINE_ROUTES
from services.declaration.api.prior_row_routes import PRIOR_ROW_ROUTES
from services.declaration.api.progress_routes import PROGRESS_ROUTES
from services.declaration.api.receipt_routes import RECEIPT_ROUTES
from services.declaration.api.resumable_routes import RESUMABLE_ROUTES
from services.declaration.api.review_routes import REVIEW_ROUTES
from services.declaration.api.risk_routes import RISK_ROUTES
from services.declaration.api.rule_routes import RULE_ROUTES
from services.declaration.api.second_look_routes import SECOND_LOOK_ROUTES
from services.declaration.api.section_routes import SECTION_ROUTES
from services.declaration.api.site_cycle_routes import SITE_CYCLE_ROUTES
from services.declaration.api.staff_note_routes import STAFF_NOTE_ROUTES
from services.declaration.api.status_routes import STATUS_ROUTES
from services.declaration.api.submission_routes import SUBMISSION_ROUTES
from services.declaration.api.supervised_record_routes import SUPERVISED_RECORD_ROUTES
from services.declaration.api.waiting_review_routes import WAITING_REVIEW_ROUTES
from shared.web.audit_trail import audit_routes
from shared.web.routing import Route

ROUTES: Final[tuple[Route, ...]] = (
    *DRAFTING_ROUTES,
    *SECTION_ROUTES,
    *RESUMABLE_ROUTES,
    *PAGE_ROUTES,
    *EARLIER_ROUTES,
    *ENTRY_ROUTES,
    *SUBMISSION_ROUTES,
    *PROGRESS_ROUTES,
    *DIFFERENCE_ROUTES,
    *RECEIPT_ROUTES,
    *PERIOD_TIMELINE_ROUTES,
    *REVIEW_ROUTES,
    *CLAIM_ROUTES,
    *SECOND_LOOK_ROUTES,
    *PRIOR_ROW_ROUTES,
    *STAFF_NOTE_ROUTES,
    *BULK_DECISION_ROUTES,
    *WAITING_REVIEW_ROUTES,
    *CYCLE_ROUTES,
    *SITE_CYCLE_ROUTES,
    *ANNOUNCEMENT_ROUTES,
    *CATALOGUE_LIST_ROUTES,
    *ELIGIBILITY_ROUTES,
    *ELIGIBILITY_CHECK_ROUTES,
    *RULE_ROUTES,
    *EVALUATION_ROUTES,
    *EVALUATION_LIST_ROUTES,
    *EVALUATION_OPINION_ROUTES,
    *FILING_ROUTES,
    *STATUS_ROUTES,
    *RISK_ROUTES,
    *SUPERVISED_RECORD_ROUTES,
    *EXPORT_ROUTES,
    *audit_routes("declaration"),
)
