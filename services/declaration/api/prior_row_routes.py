"""Routes about earlier rows that their unit confirms electronically (4.5, Q5)."""

from typing import Final

from services.declaration.api import prior_rows as handlers
from services.declaration.api.schemas.prior_rows import (
    AskedRowAnswerBody,
    AskedRowAnswerView,
    AskedRowDetailView,
    AskedRowQuery,
)
from services.declaration.api.schemas.reviews import DecisionView
from shared.web.routing import Route, Staff

_DECIDERS: Final = Staff("institution_business_admin")
_READERS: Final = Staff("institution_business_admin", "institution_owner")
_REQUEST: Final = "/v1/prior-row-requests/{declaration_id}/{period_id}"

PRIOR_ROW_ROUTES: Final = (
    Route(
        method="POST",
        path="/v1/reviews/{declaration_id}/prior-rows/{period_id}/request",
        handler=handlers.post_prior_row_request,
        policy=_DECIDERS,
        summary_zh="请既往机构在线确认",
        summary_en="Ask the earlier unit to confirm its row",
        response=DecisionView,
        versioned=True,
    ),
    Route(
        method="GET",
        path="/v1/prior-row-requests",
        handler=handlers.get_prior_row_requests,
        policy=_READERS,
        summary_zh="请本单位确认的既往经历",
        summary_en="Rows that this unit is asked to confirm",
        query=AskedRowQuery,
        response=handlers.AskedRowPage,
    ),
    # Reading shows a person's data, so the look is audited, which takes a transaction.
    Route(
        method="GET",
        path=_REQUEST,
        handler=handlers.get_prior_row_request,
        policy=_READERS,
        summary_zh="既往经历详情（仅本单位一段）",
        summary_en="The unit's own row, and nothing else of the declaration",
        response=AskedRowDetailView,
        transaction=True,
    ),
    Route(
        method="GET",
        path=f"{_REQUEST}/files/{{document_id}}",
        handler=handlers.get_prior_row_certificate,
        policy=_READERS,
        summary_zh="查看该段经历的证明",
        summary_en="Open a certificate of that row",
        transaction=True,
    ),
    Route(
        method="GET",
        path=f"{_REQUEST}/files/{{document_id}}/pages/{{page}}",
        handler=handlers.get_prior_row_certificate_page,
        policy=_READERS,
        summary_zh="查看该段经历证明的一页",
        summary_en="Open one page of a certificate of that row",
        transaction=True,
    ),
    Route(
        method="POST",
        path=f"{_REQUEST}/answer",
        handler=handlers.post_prior_row_answer,
        policy=_DECIDERS,
        summary_zh="确认或不予确认",
        summary_en="Confirm or refuse the row",
        request=AskedRowAnswerBody,
        response=AskedRowAnswerView,
        versioned=True,
    ),
)
