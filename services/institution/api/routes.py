"""Every URL of the institution service with its policy. Jurisdiction is in the SQL, not here."""

from services.institution.api.application_routes import APPLICATION_ROUTES
from services.institution.api.binding_routes import BINDING_ROUTES
from services.institution.api.confirmation_code_routes import CONFIRMATION_CODE_ROUTES
from services.institution.api.exam_body_edit_routes import EXAM_BODY_EDIT_ROUTES
from services.institution.api.exam_body_routes import EXAM_BODY_ROUTES
from services.institution.api.export_routes import EXPORT_ROUTES
from services.institution.api.institution_routes import INSTITUTION_ROUTES
from services.institution.api.life_routes import LIFE_ROUTES
from services.institution.api.people_routes import PEOPLE_ROUTES
from services.institution.api.profile_routes import PROFILE_ROUTES
from services.institution.api.sheet_import_routes import SHEET_IMPORT_ROUTES
from services.institution.api.supervisor_routes import SUPERVISOR_ROUTES
from shared.web.audit_trail import audit_routes
from shared.web.routing import Route

ROUTES: tuple[Route, ...] = (
    *EXAM_BODY_ROUTES,
    *EXAM_BODY_EDIT_ROUTES,
    *INSTITUTION_ROUTES,
    *APPLICATION_ROUTES,
    *LIFE_ROUTES,
    *EXPORT_ROUTES,
    *PROFILE_ROUTES,
    *CONFIRMATION_CODE_ROUTES,
    *SUPERVISOR_ROUTES,
    *PEOPLE_ROUTES,
    *BINDING_ROUTES,
    *SHEET_IMPORT_ROUTES,
    *audit_routes("institution"),
)
