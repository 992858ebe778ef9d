"""Routes about claims: business admins for their own, the owner for everybody's (P6)."""

from typing import Final

from services.declaration.api import claims as handlers
from services.declaration.api.schemas.claims import ReassignmentBody
from services.declaration.api.schemas.reviews import DecisionView
from shared.web.routing import Route, Staff

_DECIDERS: Final = Staff("institution_business_admin")
_REVIEW: Final = "/v1/reviews/{declaration_id}"

CLAIM_ROUTES: Final = (
    Route(
        method="POST",
        path=f"{_REVIEW}/claim-extension",
        handler=handlers.post_review_claim_extension,
        policy=_DECIDERS,
        summary_zh="延长领取时间",
        summary_en="Keep a claim for another while",
        response=DecisionView,
        versioned=True,
    ),
    Route(
        method="DELETE",
        path=f"{_REVIEW}/claim",
        handler=handlers.delete_review_claim,
        policy=_DECIDERS,
        summary_zh="放回待审核队列",
        summary_en="Give a claim back",
        response=DecisionView,
        versioned=True,
    ),
    Route(
        method="POST",
        path=f"{_REVIEW}/reassignment",
        handler=handlers.post_review_reassignment,
        policy=Staff("institution_owner"),
        summary_zh="指派审核人",
        summary_en="Hand a review to a business administrator",
        request=ReassignmentBody,
        response=DecisionView,
        versioned=True,
    ),
)
