"""Handlers: the records of a jurisdiction, as numbers per body and as the list behind each number (B8)."""

from datetime import date

from services.declaration.api.schemas.filing_forecasts import ForecastView
from services.declaration.api.schemas.supervised_records import BodyRecordsView, RecordStandingsView, RecordView
from services.declaration.dependencies import Dependencies
from services.declaration.storage import cycles, filing_forecasts, supervised_records
from services.declaration.use_cases.reviewing.reviewable import scope_of
from shared.web.call import Call
from shared.web.cursors import Page, decode_cursor, encode_cursor
from shared.web.paging import page_of, position

ForecastPage = Page[ForecastView]
RecordPage = Page[RecordView]


async def get_record_standings(call: Call[Dependencies]) -> RecordStandingsView:
    """B8: the asked body's own part, then each body below it."""
    query, scope = call.query, scope_of(call.actor)
    cycle = await cycles.select(call.reader, query.cycle_id)
    lines = await supervised_records.select_counts(call.reader, scope, query.body_id or scope, cycle.id)
    return RecordStandingsView(cycle_id=cycle.id, bodies=[BodyRecordsView.of(line) for line in lines])


async def get_supervised_records(call: Call[Dependencies]) -> RecordPage:
    """B8: the list behind a number."""
    query, scope = call.query, scope_of(call.actor)
    after = position(query)
    rows = await supervised_records.select_page(call.reader, scope, query.filter(scope), after, query.limit + 1)
    return page_of(RecordPage, query, rows, RecordView.of, lambda row: row.id)


async def get_filing_forecasts(call: Call[Dependencies]) -> ForecastPage:
    """B8: day by day, the newest first, each with the numbers it rests on."""
    query, scope = call.query, scope_of(call.actor)
    (before,) = decode_cursor(query.cursor, (date,))
    rows = await filing_forecasts.select_page(
        call.reader, scope, query.body_id or scope, query.cycle_id, before, query.limit + 1
    )
    shown = rows[: query.limit]
    more = encode_cursor(shown[-1].day) if len(rows) > query.limit else None
    return ForecastPage(
        items=[ForecastView.model_validate(one, from_attributes=True) for one in shown], next_cursor=more
    )
