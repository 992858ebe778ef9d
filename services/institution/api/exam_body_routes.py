"""The part of the route table about exam bodies and administrative divisions."""

from services.institution.api import exam_bodies
from services.institution.api.audiences import ANYBODY, OVERSEERS
from services.institution.api.schemas import exam_bodies as body_schemas
from shared.web.routing import Route, Staff

EXAM_BODY_ROUTES: tuple[Route, ...] = (
    Route(
        "POST",
        "/v1/exam-bodies",
        exam_bodies.post_exam_body,
        Staff("zone_admin", "site_admin"),
        "创建考点或报名点，并邀请其管理员",
        "Create an exam site or registration point and have its administrator invited",
        request=body_schemas.ExamBodyBody,
        response=body_schemas.ExamBodyView,
        status=201,
    ),
    Route(
        "GET",
        "/v1/exam-bodies",
        exam_bodies.get_exam_bodies,
        OVERSEERS,
        "本机构及下级考试管理机构",
        "The caller's exam body and all below it",
        query=body_schemas.ExamBodyQuery,
        response=exam_bodies.ExamBodyPage,
    ),
    Route(
        "GET",
        "/v1/exam-bodies/{exam_body_id}",
        exam_bodies.get_exam_body,
        OVERSEERS,
        "考试管理机构详情",
        "One exam body with its own divisions",
        response=body_schemas.ExamBodyView,
    ),
    Route(
        "GET",
        "/v1/divisions",
        exam_bodies.get_divisions,
        ANYBODY,
        "行政区划",
        "Administrative divisions right below one",
        query=body_schemas.DivisionQuery,
        response=body_schemas.DivisionsView,
    ),
    Route(
        "GET",
        "/v1/divisions/{division_code}",
        exam_bodies.get_division,
        ANYBODY,
        "按代码查询行政区划，含已撤销的代码",
        "A division by its code, former ones included",
        response=body_schemas.DivisionView,
    ),
)
