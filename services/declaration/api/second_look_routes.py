"""Routes about first approvals: business admins of the own unit, like every decision."""

from typing import Final

from services.declaration.api import second_looks as handlers
from services.declaration.api.schemas.reviews import DecisionView
from services.declaration.api.schemas.second_looks import OppositionBody
from shared.web.routing import Route, Staff

_DECIDERS: Final = Staff("institution_business_admin")
_FIRST: Final = "/v1/reviews/{declaration_id}/first-approval"

SECOND_LOOK_ROUTES: Final = (
    Route(
        method="DELETE",
        path=_FIRST,
        handler=handlers.delete_first_approval,
        policy=_DECIDERS,
        summary_zh="撤回初审意见",
        summary_en="Take a first approval back",
        response=DecisionView,
        versioned=True,
    ),
    Route(
        method="POST",
        path=f"{_FIRST}/opposition",
        handler=handlers.post_first_approval_opposition,
        policy=_DECIDERS,
        summary_zh="复核不同意初审意见",
        summary_en="Disagree with a first approval",
        request=OppositionBody,
        response=DecisionView,
        versioned=True,
    ),
)
