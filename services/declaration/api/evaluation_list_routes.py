"""Routes of probations that begin, wait, or are taken back (4.6, B17, P12)."""

from typing import Final

from services.declaration.api import evaluation_list as handlers
from services.declaration.api.schemas import evaluation_list as schemas
from services.declaration.api.schemas.evaluation import EvaluationView
from shared.web.routing import Route, Staff

_UNIT = Staff("institution_business_admin")
_UNIT_READS = Staff("institution_business_admin", "institution_owner")
_BODY = Staff("zone_admin", "site_admin", "point_admin")
_EVALUATION = "/v1/evaluations/{evaluation_id}"

EVALUATION_LIST_ROUTES: Final[tuple[Route, ...]] = (
    Route(
        "POST",
        "/v1/probationers",
        handlers.post_probationer,
        _UNIT,
        "登记试用人员",
        "Register somebody whose probation begins",
        request=schemas.RegistrationBody,
        response=schemas.RegistrationView,
        status=201,
    ),
    Route(
        "GET",
        "/v1/evaluations",
        handlers.get_evaluations,
        _UNIT_READS,
        "本单位考核记录",
        "The unit's evaluations, such as of people whose year is not completed",
        query=schemas.EvaluationsQuery,
        response=handlers.EvaluationPage,
    ),
    Route(
        "POST",
        "/v1/evaluation-searches",
        handlers.post_evaluation_search,
        _UNIT_READS,
        "按姓名或号码查找考核记录",
        "Find evaluations by name, document number or receipt number",
        request=schemas.EvaluationSearch,
        response=handlers.EvaluationPage,
        transaction=False,
        is_query=True,
    ),
    Route(
        "POST",
        _EVALUATION + "/voiding",
        handlers.post_evaluation_voiding,
        _UNIT,
        "备案前作废考核证明",
        "Void a certificate before filing; the declaration reopens",
        request=schemas.VoidingBody,
        response=EvaluationView,
        versioned=True,
    ),
    Route(
        "GET",
        "/v1/evaluated-declarations/{declaration_id}/evaluation",
        handlers.get_evaluation_in_scope,
        _BODY,
        "辖区内申报的考核结果",
        "The evaluation of a declaration of the jurisdiction",
        response=EvaluationView,
    ),
    Route(
        "POST",
        _EVALUATION + "/filed-voiding",
        handlers.post_filed_evaluation_voiding,
        _BODY,
        "备案后作废考核证明",
        "Void a certificate after filing; the declaration is reopened or revoked",
        request=schemas.FiledVoidingBody,
        response=EvaluationView,
        versioned=True,
    ),
    Route(
        "POST",
        "/v1/filed-declarations/{declaration_id}/revocation",
        handlers.post_declaration_revocation,
        _BODY,
        "撤销已通过或已备案的申报",
        "Revoke an approved or filed declaration, with or without a certificate",
        request=schemas.RevocationBody,
        response=schemas.RevocationView,
        versioned=True,
    ),
    Route(
        "POST",
        "/v1/filed-declarations/{declaration_id}/reopening",
        handlers.post_declaration_reopening,
        _BODY,
        "重新开放已备案的申报",
        "Reopen a filed declaration for correction; its line leaves the accepted list",
        request=schemas.ReopeningBody,
        response=schemas.RevocationView,
        versioned=True,
    ),
)
