"""Routes about what exam sites set for an exam year."""

from typing import Final

from services.declaration.api import site_cycles as handlers
from services.declaration.api.schemas.site_cycles import OwnDatesView, SiteCycleBody, SiteCycleView, SitesQuery
from shared.web.cursors import Page
from shared.web.routing import AnyOf, Candidates, Route, Staff

SITE_CYCLE_ROUTES: Final = (
    Route(
        method="PUT",
        path="/v1/cycles/{cycle_id}/sites/{exam_body_id}",
        handler=handlers.put_site_cycle,
        policy=Staff("site_admin", "zone_admin"),
        summary_zh="设定考点的时间与带教类别要求",
        summary_en="Set earlier dates of an exam site, and how supervisors' categories are judged there",
        request=SiteCycleBody,
        response=SiteCycleView,
        versioned=True,
    ),
    Route(
        method="GET",
        path="/v1/cycles/{cycle_id}/sites",
        handler=handlers.get_site_cycles,
        policy=Staff("site_admin", "zone_admin", "auditor"),
        summary_zh="各考点的时间安排",
        summary_en="What the exam sites have set for an exam year",
        query=SitesQuery,
        response=Page[SiteCycleView],
    ),
    Route(
        method="GET",
        path="/v1/cycles/{cycle_id}/dates",
        handler=handlers.get_cycle_dates,
        policy=AnyOf(
            Candidates(),
            Staff("institution_owner", "institution_business_admin", "point_admin", "site_admin", "zone_admin"),
        ),
        summary_zh="对本人或本单位生效的时间安排",
        summary_en="The dates that hold for the caller",
        response=OwnDatesView,
    ),
)
