"""The part of the route table about the library of institutions and its search."""

from services.institution.api import institution_search, institutions
from services.institution.api.audiences import ANYBODY, EXAM_BODIES, OVERSEERS, OWN_STAFF
from services.institution.api.schemas import institution_search as search_schemas
from services.institution.api.schemas import institutions as institution_schemas
from shared.web.routing import AnyOf, Route

INSTITUTION_ROUTES: tuple[Route, ...] = (
    Route(
        "POST",
        "/v1/institutions",
        institutions.post_institution,
        EXAM_BODIES,
        "登记辖区内的机构，并邀请其主账号",
        "Put an institution of the jurisdiction into the library and have its owner invited",
        request=institution_schemas.InstitutionBody,
        response=institution_schemas.InstitutionView,
        status=201,
    ),
    Route(
        "GET",
        "/v1/institutions",
        institutions.get_institutions,
        OVERSEERS,
        "辖区机构库",
        "The library of the caller's jurisdiction",
        query=institution_schemas.InstitutionQuery,
        response=institutions.InstitutionPage,
    ),
    Route(
        "GET",
        "/v1/institutions/{institution_id}",
        institutions.get_institution,
        AnyOf(OVERSEERS, OWN_STAFF),
        "机构详情",
        "One institution, its people masked",
        response=institution_schemas.InstitutionView,
    ),
    Route(
        "GET",
        "/v1/institution-search",
        institution_search.get_institution_search,
        ANYBODY,
        "按名称、曾用名或拼音查找单位",
        "Search institutions by any part of a name or former name, or by pinyin",
        query=search_schemas.SearchQuery,
        response=search_schemas.SearchView,
    ),
)
