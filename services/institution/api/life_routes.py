"""The part of the route table about the life of an institution: its owner's account, suspension, merger, end, and
supervision from above (4.2, B7, B8)."""

from services.institution.api import account_chains, lives, supervision
from services.institution.api.audiences import EXAM_BODIES, OVERSEERS, OWN_STAFF
from services.institution.api.schemas import account_chains as chain_schemas
from services.institution.api.schemas import applications as application_schemas
from services.institution.api.schemas import lives as life_schemas
from services.institution.api.schemas import supervision as supervision_schemas
from shared.web.routing import AnyOf, Route

LIFE_ROUTES: tuple[Route, ...] = (
    Route(
        "GET",
        "/v1/institutions/{institution_id}/account-chain",
        account_chains.get_account_chain,
        AnyOf(OVERSEERS, OWN_STAFF),
        "主账号开通进度",
        "How far the owner's account has come",
        response=chain_schemas.AccountChainView,
    ),
    Route(
        "POST",
        "/v1/institutions/{institution_id}/owner-invitation",
        account_chains.post_owner_invitation,
        EXAM_BODIES,
        "重新邀请主账号",
        "Have the owner invited again",
        request=chain_schemas.ReinvitationBody,
        response=chain_schemas.AccountChainView,
    ),
    Route(
        "GET",
        "/v1/institutions/{institution_id}/life",
        lives.get_institution_life,
        AnyOf(OVERSEERS, OWN_STAFF),
        "机构办理经过（含原因）",
        "The steps the institution has taken, with their reasons",
        response=life_schemas.LifeView,
    ),
    Route(
        "POST",
        "/v1/institutions/{institution_id}/correction",
        lives.post_institution_correction,
        EXAM_BODIES,
        "更正机构登记（更名、类型、证照号码、别名、上级机构）",
        "Correct a registration: name, type, numbers, aliases, parent",
        request=life_schemas.CorrectionBody,
        response=application_schemas.MovedView,
        versioned=True,
    ),
    Route(
        "POST",
        "/v1/institutions/{institution_id}/suspension",
        lives.post_institution_suspension,
        EXAM_BODIES,
        "暂停机构（须说明原因）",
        "Suspend an institution, with a reason",
        request=application_schemas.ReasonBody,
        response=application_schemas.MovedView,
        versioned=True,
    ),
    Route(
        "POST",
        "/v1/institutions/{institution_id}/resumption",
        lives.post_institution_resumption,
        EXAM_BODIES,
        "恢复机构",
        "Let a suspended institution act again",
        response=application_schemas.MovedView,
        versioned=True,
    ),
    Route(
        "POST",
        "/v1/institutions/{institution_id}/merger",
        lives.post_institution_merger,
        EXAM_BODIES,
        "并入其他机构，绑定人员随之转入",
        "Merge an institution into another; its people go over",
        request=life_schemas.MergeBody,
        response=application_schemas.MovedView,
        versioned=True,
    ),
    Route(
        "POST",
        "/v1/institutions/{institution_id}/closure",
        lives.post_institution_closure,
        EXAM_BODIES,
        "关闭机构（须说明原因）",
        "Close an institution for good, with a reason",
        request=application_schemas.ReasonBody,
        response=application_schemas.MovedView,
        versioned=True,
    ),
    Route(
        "GET",
        "/v1/supervision",
        supervision.get_supervision,
        OVERSEERS,
        "辖区监督总览",
        "Where the institutions of the jurisdiction stand, body by body",
        query=supervision_schemas.StandingsQuery,
        response=supervision_schemas.StandingsView,
    ),
    Route(
        "GET",
        "/v1/supervision/institutions",
        supervision.get_supervised_institutions,
        OVERSEERS,
        "未激活、资料不全、无记录、未备案的机构",
        "Institutions not activated, incomplete, without records or not filed",
        query=supervision_schemas.SupervisionQuery,
        response=supervision.SupervisedPage,
    ),
    Route(
        "GET",
        "/v1/completeness",
        supervision.get_completeness,
        OVERSEERS,
        "机构库完整情况",
        "How complete the library of the jurisdiction is, body by body",
        response=supervision_schemas.CompletenessView,
    ),
)
