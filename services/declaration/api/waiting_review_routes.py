"""Routes about reviews that wait too long (P6)."""

from typing import Final

from services.declaration.api import waiting_reviews as handlers
from services.declaration.api.schemas.waiting_reviews import EscalatedQuery, ReviewPolicyBody, ReviewPolicyView
from shared.web.routing import ALL_STAFF, Route, Staff

_POLICY: Final = "/v1/cycles/{cycle_id}/review-policy"

WAITING_REVIEW_ROUTES: Final = (
    Route(
        method="GET",
        path=_POLICY,
        handler=handlers.get_review_policy,
        policy=ALL_STAFF,
        summary_zh="审核时限与提醒设置",
        summary_en="How long reviews of an exam year may wait",
        response=ReviewPolicyView,
    ),
    Route(
        method="PUT",
        path=_POLICY,
        handler=handlers.put_review_policy,
        policy=Staff("zone_admin"),
        summary_zh="调整审核时限与提醒设置",
        summary_en="Set how long reviews of an exam year may wait",
        request=ReviewPolicyBody,
        response=ReviewPolicyView,
    ),
    Route(
        method="GET",
        path="/v1/escalated-reviews",
        handler=handlers.get_escalated_reviews,
        policy=Staff("zone_admin", "site_admin", "point_admin", "auditor"),
        summary_zh="辖区内逾期未审核的申报",
        summary_en="Reviews of the jurisdiction whose unit does not answer",
        query=EscalatedQuery,
        response=handlers.EscalatedPage,
    ),
)
