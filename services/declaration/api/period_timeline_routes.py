"""Routes about the probation drawn as a line."""

from typing import Final

from services.declaration.api import period_timelines as handlers
from services.declaration.api.schemas.period_timelines import PeriodTimelineView
from shared.web.routing import Candidates, Route, Staff

PERIOD_TIMELINE_ROUTES: Final = (
    Route(
        method="GET",
        path="/v1/declarations/{declaration_id}/period-timeline",
        handler=handlers.get_period_timeline,
        policy=Candidates(),
        summary_zh="试用时间轴：在岗、重叠、中断、空档与尚缺时间",
        summary_en="The probation as a line: work, overlaps, interruptions, gaps, and what lacks",
        response=PeriodTimelineView,
    ),
    Route(
        method="GET",
        path="/v1/reviews/{declaration_id}/period-timeline",
        handler=handlers.get_review_period_timeline,
        policy=Staff("institution_business_admin", "institution_owner"),
        summary_zh="申报人的试用时间轴",
        summary_en="The probation of a submission as a line",
        response=PeriodTimelineView,
        transaction=True,
    ),
)
