"""The part of the route table about bindings, of a person and of an institution."""

from services.institution.api import bindings
from services.institution.api.audiences import OVERSEERS, OWN_STAFF
from services.institution.api.code_entry import prepare_code_entry
from services.institution.api.schemas import bindings as binding_schemas
from shared.web.routing import AnyOf, Candidates, Route
from shared.web.schemas import PageQuery

BINDING_ROUTES: tuple[Route, ...] = (
    Route(
        "GET",
        "/v1/institutions/{institution_id}/people",
        bindings.get_people,
        AnyOf(OVERSEERS, OWN_STAFF),
        "已绑定人员",
        "People bound to the institution, masked",
        query=binding_schemas.PeopleQuery,
        response=bindings.PeoplePage,
    ),
    Route(
        "POST",
        "/v1/institutions/{institution_id}/bindings/{binding_id}/release",
        bindings.post_binding_release,
        OWN_STAFF,
        "解除人员绑定",
        "Release a bound person",
        request=binding_schemas.ReleaseBody,
        response=binding_schemas.BindingView,
        versioned=True,
    ),
    Route(
        "POST",
        "/v1/binding-previews",
        bindings.post_binding_preview,
        Candidates(),
        "输入确认码，核对单位信息",
        "Type the code and see which unit it belongs to",
        request=binding_schemas.CodeEntryBody,
        response=binding_schemas.BindingPreviewView,
        prepare=prepare_code_entry,
        body_limit=4096,
    ),
    Route(
        "POST",
        "/v1/bindings",
        bindings.post_binding,
        Candidates(),
        "绑定工作单位",
        "Bind to a work unit with its code",
        request=binding_schemas.CodeEntryBody,
        response=binding_schemas.BindingView,
        status=201,
        prepare=prepare_code_entry,
        body_limit=4096,
    ),
    Route(
        "POST",
        "/v1/bindings/change",
        bindings.post_binding_change,
        Candidates(),
        "变更工作单位",
        "Change the work unit in one step",
        request=binding_schemas.CodeEntryBody,
        response=binding_schemas.BindingView,
        status=201,
        prepare=prepare_code_entry,
        body_limit=4096,
    ),
    Route(
        "GET",
        "/v1/bindings/current",
        bindings.get_current_binding,
        Candidates(),
        "当前工作单位",
        "The caller's binding in force",
        response=binding_schemas.CurrentBindingView,
    ),
    Route(
        "GET",
        "/v1/bindings",
        bindings.get_bindings,
        Candidates(),
        "绑定记录",
        "The caller's bindings, newest first",
        query=PageQuery,
        response=bindings.BindingPage,
    ),
    Route(
        "POST",
        "/v1/bindings/{binding_id}/end",
        bindings.post_binding_end,
        Candidates(),
        "解绑工作单位",
        "Unbind",
        response=binding_schemas.BindingView,
        versioned=True,
    ),
)
