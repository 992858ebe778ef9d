"""Routes about exam years."""

from typing import Final

from services.declaration.api import cycles as handlers
from services.declaration.api.schemas.cycles import (
    CatalogueView,
    ChangedCycleView,
    CycleBody,
    CycleDatesBody,
    CyclesView,
    CycleView,
    NoticeBody,
    NoticeView,
)
from services.declaration.api.schemas.materials import MaterialsQuery, MaterialsView
from shared.web.routing import ALL_STAFF, Public, Route, Staff

_ZONE: Final = Staff("zone_admin")

CYCLE_ROUTES: Final = (
    Route(
        method="POST",
        path="/v1/cycles",
        handler=handlers.post_cycle,
        policy=_ZONE,
        summary_zh="新建考试年度",
        summary_en="Create an exam year",
        request=CycleBody,
        response=CycleView,
        status=201,
    ),
    Route(
        method="POST",
        path="/v1/cycles/{cycle_id}/opening",
        handler=handlers.post_cycle_opening,
        policy=_ZONE,
        summary_zh="开放申报",
        summary_en="Open an exam year for declarations",
        response=CycleView,
    ),
    Route(
        method="POST",
        path="/v1/cycles/{cycle_id}/archiving",
        handler=handlers.post_cycle_archiving,
        policy=_ZONE,
        summary_zh="归档考试年度",
        summary_en="Archive a closed exam year",
        response=CycleView,
    ),
    Route(
        method="PUT",
        path="/v1/cycles/{cycle_id}",
        handler=handlers.put_cycle,
        policy=_ZONE,
        summary_zh="调整时间安排",
        summary_en="Change the dates of an exam year",
        request=CycleDatesBody,
        response=ChangedCycleView,
        versioned=True,
    ),
    Route(
        method="POST",
        path="/v1/cycles/{cycle_id}/notice",
        handler=handlers.post_cycle_notice,
        policy=_ZONE,
        summary_zh="发布新版申报须知",
        summary_en="Publish a new version of the notice",
        request=NoticeBody,
        response=NoticeView,
        status=201,
    ),
    Route(
        method="GET",
        path="/v1/cycles",
        handler=handlers.get_cycles,
        policy=ALL_STAFF,
        summary_zh="考试年度列表",
        summary_en="List exam years",
        response=CyclesView,
    ),
    Route(
        method="GET",
        path="/v1/cycles/current",
        handler=handlers.get_current_cycle,
        policy=Public(),
        summary_zh="当前考试年度",
        summary_en="The current exam year",
        response=CycleView,
    ),
    Route(
        method="GET",
        path="/v1/cycles/{cycle_id}/notice",
        handler=handlers.get_cycle_notice,
        policy=Public(),
        summary_zh="申报须知",
        summary_en="The notice to accept before submitting",
        response=NoticeView,
    ),
    Route(
        method="GET",
        path="/v1/cycles/{cycle_id}/categories",
        handler=handlers.get_cycle_categories,
        policy=Public(),
        summary_zh="可申报的级别与类别、材料种类与原因目录",
        summary_en="Categories, kinds of files and reasons of an exam year",
        response=CatalogueView,
    ),
    Route(
        method="GET",
        path="/v1/cycles/{cycle_id}/materials",
        handler=handlers.get_cycle_materials,
        policy=Public(),
        summary_zh="各类人员需提交的材料",
        summary_en="What each kind of applicant hands in, and until when",
        query=MaterialsQuery,
        response=MaterialsView,
    ),
    Route(
        method="GET",
        path="/v1/cycles/{cycle_id}/templates/{kind}",
        handler=handlers.get_cycle_template,
        policy=Public(),
        summary_zh="下载表格模板",
        summary_en="Download a form to fill in",
    ),
)
