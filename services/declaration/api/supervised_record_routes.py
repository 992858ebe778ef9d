"""Routes of the supervision of records (B8)."""

from typing import Final

from services.declaration.api import supervised_records as handlers
from services.declaration.api.schemas.filing_forecasts import ForecastsQuery
from services.declaration.api.schemas.supervised_records import RecordsQuery, RecordStandingsQuery, RecordStandingsView
from shared.web.routing import Route, Staff

_OVERSEERS: Final = Staff("zone_admin", "site_admin", "point_admin", "auditor")

SUPERVISED_RECORD_ROUTES: Final = (
    Route(
        method="GET",
        path="/v1/record-standings",
        handler=handlers.get_record_standings,
        policy=_OVERSEERS,
        summary_zh="辖区内申报进展（逐级汇总）",
        summary_en="Where the records of the jurisdiction stand, body by body",
        query=RecordStandingsQuery,
        response=RecordStandingsView,
    ),
    Route(
        method="GET",
        path="/v1/supervised-records",
        handler=handlers.get_supervised_records,
        policy=_OVERSEERS,
        summary_zh="辖区内申报名册",
        summary_en="The records behind a number",
        query=RecordsQuery,
        response=handlers.RecordPage,
    ),
    Route(
        method="GET",
        path="/v1/filing-forecasts",
        handler=handlers.get_filing_forecasts,
        policy=_OVERSEERS,
        summary_zh="备案预测（每日一次，附计算依据）",
        summary_en="What may be expected to be filed, day by day, with the numbers it rests on",
        query=ForecastsQuery,
        response=handlers.ForecastPage,
    ),
)
