"""Routes: what differs between two versions, and the answers to the reasons of a return."""

from typing import Final

from services.declaration.api import differences as handlers
from services.declaration.api.schemas.differences import AnswersBody, DifferenceQuery, DifferenceView
from services.declaration.api.schemas.drafting import SavedView
from shared.web.routing import Candidates, Route, Staff

DIFFERENCE_ROUTES: Final = (
    Route(
        method="GET",
        path="/v1/declarations/{declaration_id}/difference",
        handler=handlers.get_declaration_difference,
        policy=Candidates(),
        summary_zh="与上一次提交的差异",
        summary_en="What differs from the last submission, and the reasons with their answers",
        response=DifferenceView,
    ),
    Route(
        method="PUT",
        path="/v1/declarations/{declaration_id}/reason-answers",
        handler=handlers.put_reason_answers,
        policy=Candidates(),
        summary_zh="逐条答复退回原因",
        summary_en="Answer the reasons of a return, one by one",
        request=AnswersBody,
        response=SavedView,
        versioned=True,
    ),
    # The look shows a person's data, so it is audited, which takes a transaction.
    Route(
        method="GET",
        path="/v1/reviews/{declaration_id}/difference",
        handler=handlers.get_review_difference,
        policy=Staff("institution_business_admin", "institution_owner"),
        summary_zh="退回原因、答复与前后差异",
        summary_en="Reasons, answers and difference of a resubmission",
        query=DifferenceQuery,
        response=DifferenceView,
        transaction=True,
    ),
)
