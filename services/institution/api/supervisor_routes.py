"""The part of the route table about supervisors."""

from services.institution.api import supervisors
from services.institution.api.audiences import OVERSEERS, OWN_STAFF
from services.institution.api.schemas import supervisors as supervisor_schemas
from shared.web.routing import AnyOf, Route

SUPERVISOR_ROUTES: tuple[Route, ...] = (
    Route(
        "POST",
        "/v1/institutions/{institution_id}/supervisors",
        supervisors.post_supervisor,
        OWN_STAFF,
        "添加带教医师",
        "Put a supervisor on the roster",
        request=supervisor_schemas.SupervisorBody,
        response=supervisor_schemas.ListedSupervisorView,
        status=201,
    ),
    Route(
        "GET",
        "/v1/institutions/{institution_id}/supervisors",
        supervisors.get_supervisors,
        AnyOf(OVERSEERS, OWN_STAFF),
        "带教医师名单",
        "The roster of supervisors, masked",
        query=supervisor_schemas.SupervisorQuery,
        response=supervisors.SupervisorPage,
    ),
    Route(
        "POST",
        "/v1/institutions/{institution_id}/supervisor-searches",
        supervisors.post_supervisor_search,
        AnyOf(OVERSEERS, OWN_STAFF),
        "按姓名或执业证书编码查找带教医师",
        "Search the roster by name or practising certificate number",
        request=supervisor_schemas.SupervisorSearch,
        response=supervisors.SupervisorPage,
        transaction=False,
        is_query=True,
    ),
    Route(
        "PUT",
        "/v1/institutions/{institution_id}/supervisors/{supervisor_id}",
        supervisors.put_supervisor,
        OWN_STAFF,
        "更正带教医师类别、多点执业标记、带教人数上限",
        "Correct a supervisor's category, multi-site flag or limit",
        request=supervisor_schemas.SupervisorChangeBody,
        response=supervisor_schemas.SupervisorView,
        versioned=True,
    ),
    Route(
        "POST",
        "/v1/institutions/{institution_id}/supervisors/{supervisor_id}/deactivation",
        supervisors.post_supervisor_deactivation,
        OWN_STAFF,
        "停用带教医师",
        "Take a supervisor off the roster",
        response=supervisor_schemas.SupervisorView,
        versioned=True,
    ),
)
