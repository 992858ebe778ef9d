"""The part of the route table about the people of institutions."""

from services.institution.api import people
from services.institution.api.audiences import OVERSEERS, OWN_STAFF
from services.institution.api.schemas.bindings import BindingView, ProbationStartBody, RefusalBody, ReleaseBody
from services.institution.api.schemas.people import PeopleQuery, PeopleSearch, SubtreeSearch, TrendQuery, TrendView
from shared.web.routing import AnyOf, Route

_BINDING = "/v1/institutions/{institution_id}/bindings/{binding_id}"

PEOPLE_ROUTES: tuple[Route, ...] = (
    Route(
        "GET",
        "/v1/institutions/{institution_id}/people",
        people.get_people,
        AnyOf(OVERSEERS, OWN_STAFF),
        "已绑定人员及待确认申请",
        "People bound to the institution, and requests, masked",
        query=PeopleQuery,
        response=people.PeoplePage,
    ),
    Route(
        "POST",
        "/v1/institutions/{institution_id}/people-searches",
        people.post_people_search,
        AnyOf(OVERSEERS, OWN_STAFF),
        "按姓名或证件号码查找本单位人员",
        "Search the institution's people by name or number",
        request=PeopleSearch,
        response=people.PeoplePage,
        transaction=False,
        is_query=True,
    ),
    Route(
        "POST",
        "/v1/people-searches",
        people.post_subtree_search,
        OVERSEERS,
        "查找辖区内机构的人员",
        "Search the people of all institutions of the jurisdiction",
        request=SubtreeSearch,
        response=people.PeoplePage,
        transaction=False,
        is_query=True,
    ),
    Route(
        "GET",
        "/v1/probation-trend",
        people.get_probation_trend,
        OVERSEERS,
        "辖区试用期登记趋势与未登记申报数",
        "Registered starts of probations by month, and declarations without one",
        query=TrendQuery,
        response=TrendView,
    ),
    Route(
        "POST",
        f"{_BINDING}/confirmation",
        people.post_binding_confirmation,
        OWN_STAFF,
        "确认绑定申请",
        "Confirm a request to be bound",
        response=BindingView,
        versioned=True,
    ),
    Route(
        "POST",
        f"{_BINDING}/refusal",
        people.post_binding_refusal,
        OWN_STAFF,
        "拒绝绑定申请",
        "Refuse a request to be bound, with a reason",
        request=RefusalBody,
        response=BindingView,
        versioned=True,
    ),
    Route(
        "POST",
        f"{_BINDING}/probation-start",
        people.post_probation_start,
        OWN_STAFF,
        "登记人员试用期开始日期",
        "Record when a person's probation began",
        request=ProbationStartBody,
        response=BindingView,
        versioned=True,
    ),
    Route(
        "POST",
        f"{_BINDING}/release",
        people.post_binding_release,
        OWN_STAFF,
        "解除人员绑定",
        "Release a bound person",
        request=ReleaseBody,
        response=BindingView,
        versioned=True,
    ),
)
