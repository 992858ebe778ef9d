"""The part of the route table about edits of the tree of exam bodies and its past."""

from services.institution.api import exam_body_edits
from services.institution.api.audiences import EXAM_BODIES, OVERSEERS, OWN_STAFF
from services.institution.api.schemas import exam_body_edits as edit_schemas
from services.institution.api.schemas.exam_bodies import ExamBodyView
from services.institution.api.schemas.institutions import InstitutionView
from shared.web.routing import AnyOf, Route, Staff

_ABOVE = Staff("zone_admin", "site_admin")

EXAM_BODY_EDIT_ROUTES: tuple[Route, ...] = (
    Route(
        "PUT",
        "/v1/exam-bodies/{exam_body_id}/enquiry-phone",
        exam_body_edits.put_enquiry_phone,
        EXAM_BODIES,
        "公布咨询电话",
        "Publish the telephone for questions of the own body or one below",
        request=edit_schemas.EnquiryPhoneBody,
        response=edit_schemas.EnquiryPhoneView,
    ),
    Route(
        "PUT",
        "/v1/exam-bodies/{exam_body_id}/name",
        exam_body_edits.put_exam_body_name,
        _ABOVE,
        "变更下级考试管理机构名称",
        "Give a body below another name",
        request=edit_schemas.NameBody,
        response=ExamBodyView,
        versioned=True,
    ),
    Route(
        "PUT",
        "/v1/exam-bodies/{exam_body_id}/territory",
        exam_body_edits.put_exam_body_territory,
        _ABOVE,
        "调整下级考试管理机构辖区",
        "Give a body below other divisions to answer for",
        request=edit_schemas.TerritoryBody,
        response=ExamBodyView,
        versioned=True,
    ),
    Route(
        "POST",
        "/v1/exam-bodies/{exam_body_id}/closure",
        exam_body_edits.post_exam_body_closure,
        _ABOVE,
        "关闭下级考试管理机构",
        "Close a body below that nobody depends on",
        request=edit_schemas.ReasonBody,
        response=ExamBodyView,
        versioned=True,
    ),
    Route(
        "POST",
        "/v1/exam-bodies/{exam_body_id}/move",
        exam_body_edits.post_exam_body_move,
        _ABOVE,
        "变更隶属关系，下级机构随之迁移",
        "Hang a body below another one; what lies below it comes along",
        request=edit_schemas.MoveBody,
        response=ExamBodyView,
        versioned=True,
    ),
    Route(
        "POST",
        "/v1/exam-bodies/{exam_body_id}/merger",
        exam_body_edits.post_exam_body_merger,
        _ABOVE,
        "合并到同级考试管理机构",
        "Let a body go up in another of its level; answers the successor",
        request=edit_schemas.MergeBody,
        response=ExamBodyView,
        versioned=True,
    ),
    Route(
        "GET",
        "/v1/exam-bodies/{exam_body_id}/history",
        exam_body_edits.get_exam_body_history,
        OVERSEERS,
        "考试管理机构沿革",
        "Former names, places and territories of a body",
        query=edit_schemas.FormerQuery,
        response=exam_body_edits.FormerExamBodyPage,
    ),
    Route(
        "PUT",
        "/v1/institutions/{institution_id}/filing-body",
        exam_body_edits.put_filing_body,
        _ABOVE,
        "变更机构的同级备案机构",
        "Send an institution to another filing body",
        request=edit_schemas.FilingBodyBody,
        response=InstitutionView,
        versioned=True,
    ),
    Route(
        "GET",
        "/v1/institutions/{institution_id}/former-filing-bodies",
        exam_body_edits.get_former_filing_bodies,
        AnyOf(OVERSEERS, OWN_STAFF),
        "机构历任备案机构",
        "With whom an institution filed before",
        query=edit_schemas.FormerQuery,
        response=exam_body_edits.FormerFilingBodyPage,
    ),
    Route(
        "GET",
        "/v1/institutions/{institution_id}/responsibility",
        exam_body_edits.get_responsibility,
        AnyOf(OVERSEERS, OWN_STAFF),
        "某一时刻负责该机构的考试管理机构",
        "Which bodies answered for an institution at a moment",
        query=edit_schemas.MomentQuery,
        response=edit_schemas.ResponsibilityView,
    ),
)
