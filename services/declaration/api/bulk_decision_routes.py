"""Routes about decisions in bulk."""

from typing import Final

from services.declaration.api import bulk_decisions as handlers
from services.declaration.api.schemas.bulk_decisions import BulkBody, BulkRowsQuery, BulkView
from shared.web.routing import Route, Staff
from shared.web.schemas import PageQuery

_DECIDERS: Final = Staff("institution_business_admin")
_BULK: Final = "/v1/bulk-decisions/{bulk_id}"

BULK_DECISION_ROUTES: Final = (
    Route(
        method="POST",
        path="/v1/bulk-decisions",
        handler=handlers.post_bulk_decision,
        policy=_DECIDERS,
        summary_zh="批量审核：选择申报并检查，不会立即办理",
        summary_en="Decide on a selection: checked first, nothing is decided yet",
        request=BulkBody,
        response=BulkView,
        status=201,
    ),
    Route(
        method="POST",
        path="/v1/bulk-decision-sheets",
        handler=handlers.post_bulk_decision_sheet,
        policy=_DECIDERS,
        summary_zh="批量审核：上传表格（xlsx 或 csv）并检查，不会立即办理",
        summary_en="Decide by a spreadsheet of receipt numbers: checked first, nothing is decided yet",
        response=BulkView,
        status=201,
        prepare=handlers.prepare_bulk_sheet,
    ),
    Route(
        method="GET",
        path="/v1/bulk-decisions",
        handler=handlers.get_bulk_decisions,
        policy=_DECIDERS,
        summary_zh="本人的批量审核",
        summary_en="One's own bulks",
        query=PageQuery,
        response=handlers.BulkPage,
    ),
    Route(
        method="GET",
        path=_BULK,
        handler=handlers.get_bulk_decision,
        policy=_DECIDERS,
        summary_zh="批量审核进度",
        summary_en="How far a bulk is",
        response=BulkView,
    ),
    Route(
        method="GET",
        path=f"{_BULK}/rows",
        handler=handlers.get_bulk_decision_rows,
        policy=_DECIDERS,
        summary_zh="批量审核各行预览与结果",
        summary_en="What would happen, or happened, with each row",
        query=BulkRowsQuery,
        response=handlers.BulkRowPage,
    ),
    # The look is audited, which takes a transaction.
    Route(
        method="GET",
        path=f"{_BULK}/results",
        handler=handlers.get_bulk_decision_results,
        policy=_DECIDERS,
        summary_zh="下载批量审核结果",
        summary_en="The results as a file",
        transaction=True,
    ),
    Route(
        method="POST",
        path=f"{_BULK}/start",
        handler=handlers.post_bulk_decision_start,
        policy=_DECIDERS,
        summary_zh="开始办理检查通过的行",
        summary_en="Carry out the good rows",
        response=BulkView,
        versioned=True,
    ),
)
