"""Routes for reviewers: own unit only (in the SQL); the owner reads, business admins decide."""

from typing import Final

from services.declaration.api import reviews as handlers
from services.declaration.api.schemas.reviews import (
    ConfirmationBody,
    DecisionView,
    ModificationBody,
    QueueView,
    ReasonsBody,
    ReviewQuery,
    ReviewSearch,
    ReviewView,
)
from shared.web.routing import Route, Staff

_READERS: Final = Staff("institution_business_admin", "institution_owner")
_DECIDERS: Final = Staff("institution_business_admin")
_REVIEW: Final = "/v1/reviews/{declaration_id}"

REVIEW_ROUTES: Final = (
    Route(
        method="GET",
        path="/v1/reviews",
        handler=handlers.get_reviews,
        policy=_READERS,
        summary_zh="本单位审核队列",
        summary_en="The unit's review queue",
        query=ReviewQuery,
        response=QueueView,
    ),
    Route(
        method="POST",
        path="/v1/review-searches",
        handler=handlers.post_review_search,
        policy=_READERS,
        summary_zh="按姓名或证件号码查找",
        summary_en="Search the queue by name or document number",
        request=ReviewSearch,
        response=QueueView,
        transaction=False,
        is_query=True,
    ),
    # Reading a submission shows a person's data, so the look is audited, which takes a transaction.
    Route(
        method="GET",
        path=_REVIEW,
        handler=handlers.get_review,
        policy=_READERS,
        summary_zh="申报材料详情",
        summary_en="A submission with its files and changes",
        response=ReviewView,
        transaction=True,
    ),
    Route(
        method="GET",
        path=f"{_REVIEW}/files/{{document_id}}",
        handler=handlers.get_review_file,
        policy=_READERS,
        summary_zh="查看材料",
        summary_en="Open a file of a submission",
        transaction=True,
    ),
    Route(
        method="POST",
        path=f"{_REVIEW}/claim",
        handler=handlers.post_review_claim,
        policy=_DECIDERS,
        summary_zh="领取审核",
        summary_en="Claim a submission for review",
        response=DecisionView,
        versioned=True,
    ),
    Route(
        method="POST",
        path=f"{_REVIEW}/approval",
        handler=handlers.post_review_approval,
        policy=_DECIDERS,
        summary_zh="审核通过",
        summary_en="Approve a submission",
        response=DecisionView,
        versioned=True,
    ),
    Route(
        method="POST",
        path=f"{_REVIEW}/return",
        handler=handlers.post_review_return,
        policy=_DECIDERS,
        summary_zh="退回修改",
        summary_en="Return a submission for modification",
        request=ReasonsBody,
        response=DecisionView,
        versioned=True,
    ),
    Route(
        method="POST",
        path=f"{_REVIEW}/rejection",
        handler=handlers.post_review_rejection,
        policy=_DECIDERS,
        summary_zh="审核不通过",
        summary_en="Reject a submission",
        request=ReasonsBody,
        response=DecisionView,
        versioned=True,
    ),
    Route(
        method="POST",
        path=f"{_REVIEW}/modification-allowance",
        handler=handlers.post_review_modification_allowance,
        policy=_DECIDERS,
        summary_zh="允许修改",
        summary_en="Allow modification",
        request=ModificationBody,
        response=DecisionView,
        versioned=True,
    ),
    Route(
        method="POST",
        path=f"{_REVIEW}/prior-rows/{{period_id}}/confirmation",
        handler=handlers.post_prior_row_confirmation,
        policy=_DECIDERS,
        summary_zh="确认既往试用经历",
        summary_en="Confirm or refuse an earlier row",
        request=ConfirmationBody,
        response=DecisionView,
        versioned=True,
    ),
)
