"""Routes for those who have not declared yet."""

from typing import Final

from services.declaration.api import eligibility_check as handlers
from services.declaration.api.schemas.eligibility_check import CheckBody, CheckView, EarlyChecklistView
from shared.web.routing import Candidates, Public, Route

ELIGIBILITY_CHECK_ROUTES: Final = (
    # Nothing of the question is kept; how often one address asks is counted before, in a transaction of its own.
    Route(
        method="POST",
        path="/v1/cycles/{cycle_id}/eligibility-checks",
        handler=handlers.post_eligibility_check,
        policy=Public(),
        summary_zh="报考条件自测（不需登录，不保存）",
        summary_en="Self-check of eligibility: every rule's verdict and the documents needed; nothing is kept",
        request=CheckBody,
        response=CheckView,
        is_query=True,
        prepare=handlers.read_check,
        transaction=False,
    ),
    Route(
        method="GET",
        path="/v1/early-checklist",
        handler=handlers.get_early_checklist,
        policy=Candidates(),
        summary_zh="试用期初期材料准备清单",
        summary_en="Documents that take long, from the first day of probation on",
        response=EarlyChecklistView,
    ),
)
