"""Routes for candidates: progress, live progress, and the three steps."""

from typing import Final

from services.declaration.api import progress as handlers
from services.declaration.api.schemas.progress import ProgressQuery, ProgressView, RoadView
from shared.web.routing import Candidates, Route

_DECLARATION: Final = "/v1/declarations/{declaration_id}"

PROGRESS_ROUTES: Final = (
    Route(
        method="GET",
        path="/v1/road",
        handler=handlers.get_road,
        policy=Candidates(),
        summary_zh="报名三步：申报、国网报名、省网上传缴费",
        summary_en="The three steps to be registered, and what is left of each",
        response=RoadView,
    ),
    Route(
        method="GET",
        path=f"{_DECLARATION}/timeline",
        handler=handlers.get_declaration_timeline,
        policy=Candidates(),
        summary_zh="进度详情",
        summary_en="What happened, when, by which role and why; the place in the queue",
        response=ProgressView,
    ),
    Route(
        method="GET",
        path=f"{_DECLARATION}/events",
        handler=handlers.get_declaration_events,
        policy=Candidates(),
        summary_zh="实时进度",
        summary_en="Live progress as server-sent events; goes on after Last-Event-ID",
        query=ProgressQuery,
        lasting=True,
    ),
)
